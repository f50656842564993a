"""Make the fonts of the letters from their upstream sources.

    apt-get install fonts-noto-cjk fonts-noto-cjk-extra
    pip download --no-deps fontpkg-source-sans-3==3.52    # a wheel: unzip it
    python tools/make_fonts.py --latin 'fontpkg_source_sans_3/files/SourceSans3[wght].ttf'

Only whoever changes the fonts runs this: the product carries the results. Same sources and same
fontTools give the same bytes. Three things happen to each face: it is cut down to the characters
that letters need, its cubic outlines become quadratic (TrueType embeds without being re-encoded for
every letter), and letters that the Chinese face lacks, such as "č" and "ł", are added from the
typeface its Latin was drawn from, at the scale and weight at which both have the same outlines.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.varLib.instancer import instantiateVariableFont

DEBIAN = Path("/usr/share/fonts/opentype/noto")
TARGET = Path(__file__).parent.parent / "reviewflow" / "fonts"
# Signs that letters print and GB 2312 does not have, with the usual typography of both languages.
SIGNS = "−Σ≈№◎☐☑×÷≥≤≠±→←↑↓–—―…·•‘’“”‚„‹›«»†‡‰′″€£¥₫₩₹₽₺™©®°§¶½¼¾⅓⅔‐‑\u00a0\u2002\u2003\u2009\u202f\u3000"
# Not "locl": it would pull in every Japanese, Korean and Taiwanese form, which doubles the files.
FEATURES = ["kern", "mark", "liga", "pwid", "palt", "halt"]
FAR_OFF = 1.5  # how far a quadratic outline may stray from the cubic one, in 1/1000 em


@dataclass(frozen=True)
class Face:
    """One file to make. `latin` is the weight axis and the scale that match the face's own Latin."""

    source: str
    upstream: str
    family: str
    style: str
    weight: int
    wide: bool = False
    latin: tuple[int, float] | None = None

    @property
    def file(self) -> str:
        return f"{self.family.replace(' ', '')}-{self.style}.ttf"


FACES = (
    Face("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC", "Noto Sans SC", "Regular", 400, latin=(400, 1.117)),
    Face("NotoSansCJK-Bold.ttc", "Noto Sans CJK SC Bold", "Noto Sans SC", "Bold", 700, latin=(645, 1.135)),
    Face("NotoSerifCJK-SemiBold.ttc", "Noto Serif CJK SC SemiBold", "Noto Serif SC", "SemiBold", 600),
    Face("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC", "Noto Sans SC Wide", "Regular", 400, wide=True),
    Face("NotoSansCJK-Bold.ttc", "Noto Sans CJK SC Bold", "Noto Sans SC Wide", "Bold", 700, wide=True),
)


def gb2312() -> Iterator[int]:
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield ord(bytes([row, cell]).decode("gb2312"))
            except UnicodeDecodeError:
                continue


def text_characters() -> set[int]:
    """What the text faces hold: GB 2312, Latin with all its accents, and the signs of letters."""
    latin = {*range(0x20, 0x7F), *range(0xA0, 0x250), *range(0x1E00, 0x1F00)}
    return set(gb2312()) | latin | {ord(sign) for sign in SIGNS}


def is_han(code: int) -> bool:
    return unicodedata.name(chr(code), "").startswith(("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH"))


def upstream(face: Face, folder: Path) -> TTFont:
    """The face of the collection with this full name; TTLibError if there is none."""
    data = (folder / face.source).read_bytes()
    number = 0
    while True:
        font = TTFont(BytesIO(data), fontNumber=number, recalcTimestamp=False)
        if font["name"].getDebugName(4) == face.upstream:
            return font
        number += 1


def cut(font: TTFont, characters: Iterable[int]) -> None:
    options = subset.Options(
        layout_features=FEATURES, name_IDs=[0, 5, 7, 13, 14], name_languages=[0x409], hinting=False,
        notdef_outline=True, desubroutinize=True, drop_tables=["DSIG", "VORG", "vhea", "vmtx", "BASE"],
    )  # fmt: skip
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(font)


def to_quadratic(font: TTFont) -> None:
    """Replace the cubic outlines (CFF) by TrueType ones."""
    drawn, order = font.getGlyphSet(), font.getGlyphOrder()
    table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, {}
    for name in order:
        pen = TTGlyphPen(None)
        drawn[name].draw(Cu2QuPen(pen, FAR_OFF, reverse_direction=True))
        table.glyphs[name] = pen.glyph(dropImpliedOnCurves=True)
    font["glyf"], font["loca"] = table, newTable("loca")
    del font["CFF "]
    highest = font["maxp"] = newTable("maxp")
    highest.tableVersion, highest.numGlyphs = 0x00010000, len(order)
    for field in (
        "maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs",
        "maxStackElements", "maxSizeOfInstructions", "maxComponentElements",
    ):  # fmt: skip
        setattr(highest, field, 1 if field == "maxZones" else 0)
    font["post"].formatType, font["post"].extraNames, font["post"].mapping = 3.0, [], {}
    font.sfntVersion = "\x00\x01\x00\x00"


def add(font: TTFont, code: int, glyph: Any, width: int) -> None:
    name = f"uni{code:04X}.added"
    font["glyf"][name] = glyph
    font["hmtx"][name] = (width, getattr(glyph, "xMin", 0))
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[code] = name


def add_latin(font: TTFont, path: Path, weight: int, scale: float, wanted: set[int]) -> None:
    """Add the letters that the Chinese face lacks from the typeface of its own Latin."""
    donor = instantiateVariableFont(TTFont(path), {"wght": weight})
    rights = f"{font['name'].getDebugName(0)} Latin letters with accents: {donor['name'].getDebugName(0)}"
    font["name"].setName(rights, 0, 3, 1, 0x409)
    drawn, names = donor.getGlyphSet(), donor.getBestCmap()
    for code in sorted(wanted & names.keys() - font.getBestCmap().keys()):
        pen, outline = TTGlyphPen(None), DecomposingRecordingPen(drawn)
        drawn[names[code]].draw(outline)
        outline.replay(TransformPen(pen, (scale, 0, 0, scale, 0, 0)))
        glyph = pen.glyph()
        glyph.recalcBounds(font["glyf"])
        add(font, code, glyph, round(drawn[names[code]].width * scale))


def add_boxes(font: TTFont, bold: bool) -> None:
    """Draw the empty and the ticked box, which none of the sources has."""
    stroke = 70 if bold else 50
    outer, inner = (90, -40, 810, 680), (90 + stroke, -40 + stroke, 810 - stroke, 680 - stroke)
    for code, tick in ((0x2610, False), (0x2611, True)):
        pen = TTGlyphPen(None)
        contour(pen, [(outer[0], outer[1]), (outer[0], outer[3]), (outer[2], outer[3]), (outer[2], outer[1])])
        contour(pen, [(inner[0], inner[1]), (inner[2], inner[1]), (inner[2], inner[3]), (inner[0], inner[3])])
        if tick:
            contour(pen, [(230, 310), (290, 370), (405, 255), (610, 500), (672, 448), (410, 135)])
        glyph = pen.glyph()
        glyph.recalcBounds(font["glyf"])
        add(font, code, glyph, 900)


def contour(pen: TTGlyphPen, points: list[tuple[int, int]]) -> None:
    pen.moveTo(points[0])
    for point in points[1:]:
        pen.lineTo(point)
    pen.closePath()


def rename(font: TTFont, face: Face) -> None:
    """Own names, so that a changed face is never taken for the original; licence entries stay."""
    names = {1: face.family, 2: face.style, 3: f"{face.family} {face.style} for letters", 16: face.family,
             4: f"{face.family} {face.style}", 6: face.file.removesuffix(".ttf"), 17: face.style}  # fmt: skip
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = face.weight
    font["OS/2"].recalcUnicodeRanges(font)
    bold = face.style == "Bold"
    font["OS/2"].fsSelection = 1 << 5 if bold else 1 << 6
    font["head"].macStyle = int(bold)


def make(face: Face, sources: Path, latin: Path) -> TTFont:
    font = upstream(face, sources)
    text = text_characters()
    have = set(font.getBestCmap())
    cut(font, {code for code in have if is_han(code)} - text if face.wide else text & have)
    to_quadratic(font)
    if face.latin:
        add_latin(font, latin, *face.latin, wanted=text)
        add_boxes(font, face.style == "Bold")
    rename(font, face)
    return font


def ranges(codes: Iterable[int]) -> str:
    """Sorted code points as text: ``20-7e a0 b7-bf``."""
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return " ".join(f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in runs)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--noto", type=Path, default=DEBIAN, help="folder of the Noto CJK collections")
    parser.add_argument("--latin", type=Path, required=True, help="SourceSans3[wght].ttf, version 3.052")
    parser.add_argument("--into", type=Path, default=TARGET, help="where the fonts go")
    given = parser.parse_args()
    covered: dict[str, list[set[int]]] = {}
    for face in FACES:
        path = given.into / face.file
        make(face, given.noto, given.latin).save(path)
        if "Sans" in face.family:  # the serif face sets titles and grades; texts fall back to these
            covered.setdefault(face.family, []).append(set(TTFont(path).getBestCmap()))
        print(hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size, face.file)
    coverage = {family: ranges(set.intersection(*faces)) for family, faces in covered.items()}
    (given.into / "coverage.json").write_text(json.dumps(coverage, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
