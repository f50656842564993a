"""The bundled fonts: what they are, what they can print, and that the list of it is true."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from fontTools.ttLib import TTFont

from reviewflow.printer import uncovered
from reviewflow.printer.coverage import FONTS, covered
from tests.letters.printing import TEMPLATE

FILES = sorted(FONTS.glob("*.ttf"))
TEXT_FACES = ("NotoSansSC-Regular", "NotoSansSC-Bold", "NotoSerifSC-SemiBold")


def characters(stem: str) -> set[str]:
    with TTFont(FONTS / f"{stem}.ttf", lazy=True) as font:
        return set(map(chr, font.getBestCmap()))


def test_the_read_me_names_every_font_with_its_digest() -> None:
    text = (FONTS / "README.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| (\S+\.ttf) \|.*`([0-9a-f]{64})` \|$", text, re.MULTILINE)[:5])
    assert named == {path.name: sha256(path.read_bytes()).hexdigest() for path in FILES}
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_sizes() -> None:
    assert sum(path.stat().st_size for path in FILES) < 23_000_000


def test_the_list_of_characters_is_what_the_faces_have() -> None:
    for weight in ("Regular", "Bold"):
        faces = characters(f"NotoSansSC-{weight}") | characters(f"NotoSansSCWide-{weight}")
        assert {one for one in covered() if one not in "\n\r\t\u200b"} <= faces
        assert len(faces - covered()) == 0


@pytest.mark.parametrize("stem", TEXT_FACES)
def test_text_faces_hold_gb2312_and_the_signs_of_letters(stem: str) -> None:
    han = bytes(b for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF) for b in (row, cell))
    wanted = set(han.decode("gb2312", errors="ignore")) | set("−Σ≈№◎×÷≥≤→–—…·“”‘’ 0123456789ÄÖÜßéñ")
    assert wanted <= characters(stem) | ({"�"})


@pytest.mark.parametrize("stem", TEXT_FACES[:2])
def test_text_faces_hold_accents_and_boxes(stem: str) -> None:
    vietnamese = (
        "ĂăĐđƠơƯưẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉỊịỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợỤụỦủỨứỪừỬửỮữỰựỲỳỴỵỶỷỸỹ"
    )
    european = "ĄąĆćČčĎďĘęĚěĞğİıŁłŃńŇňŐőŒœŔŕŘřŚśŞşŠšŢţŤťŮůŰűŸŹźŻżŽžȘșȚțẞ"
    assert set(vietnamese + european + "☐☑") <= characters(stem)


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_figures_are_tabular(weight: str) -> None:
    with TTFont(FONTS / f"NotoSansSC-{weight}.ttf", lazy=True) as font:
        names = font.getBestCmap()
        assert len({font["hmtx"][names[ord(figure)]][0] for figure in "0123456789"}) == 1


def test_gbk_can_be_printed() -> None:
    rows = (bytes([row, cell]) for row in range(0x81, 0xFF) for cell in range(0x40, 0xFF) if cell != 0x7F)
    gbk = "".join(pair.decode("gbk", errors="ignore") for pair in rows)
    han = "".join(one for one in gbk if "\u4e00" <= one <= "\u9fff")
    assert len(set(han)) > 20_000
    assert uncovered(han) == ""


def test_every_word_of_the_letter_can_be_printed() -> None:
    assert uncovered(TEMPLATE.page + TEMPLATE.chinese) == ""


def test_uncovered_characters_are_named_once_in_order() -> None:
    assert uncovered("Lin 😀 and 🚀 and 😀\n") == "😀🚀"
    assert uncovered("欧阳·买买提 Nguyễn O’Brien") == ""
