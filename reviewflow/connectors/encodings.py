"""From bytes to lines: which encoding a file has, and which of its lines are in another one.

A wrong guess turns names into other names without anybody noticing, so what is in doubt is refused.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from reviewflow.core.reasons import Reason, Refused

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LIKELY_HAN = 0.9
"""Share of the double bytes in GB2312 above which a file is taken for Chinese. Western letters read as
GB 18030 fall outside it: their second byte is a plain letter."""

_FEW = 0.05
"""Share of lines that may be in an unknown encoding before the whole file is refused."""


@dataclass(frozen=True)
class Decoded:
    """The lines of a file, from line 1, without their ends. `broken`: lines that are not in `encoding`."""

    encoding: str
    lines: list[str]
    broken: Mapping[int, str] = field(default_factory=dict)


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """Decode by byte order mark, else by `encoding`, else by what fits. Raises `Refused`.

    UTF-8 and GB 18030 are found out; a single line in another encoding is `broken`, the others are read.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _whole(data, name)
    if encoding is not None:
        return _by_line(data, encoding) if _one_byte_lines(encoding) else _whole(data, encoding)
    if _is_utf16(data):
        return _whole(data, "utf-16-le" if 0 in data[1:400:2] else "utf-16-be")
    try:
        return Decoded("utf-8", _split(data.decode("utf-8")))
    except UnicodeDecodeError:
        return _mixed(data)


def _whole(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(encoding, _split(data.decode(encoding)))
    except UnicodeError as error:
        raise Refused([Reason("import.not_encoded", {"encoding": encoding})]) from error


def _split(text: str) -> list[str]:
    """Lines by line feed, carriage return or both; other separators of Unicode belong to the text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _one_byte_lines(encoding: str) -> bool:
    """Whether a line end is the byte that it is in ASCII, so that lines can be decoded one by one."""
    return "\n".encode(encoding) == b"\n"


def _is_utf16(data: bytes) -> bool:
    """UTF-16 without a mark: separators and line ends have a zero byte, always on the same side."""
    start = data[:400]
    even, odd = start[0::2].count(0), start[1::2].count(0)
    return len(data) % 2 == 0 and max(even, odd) > len(start) // 20 and min(even, odd) == 0


def _mixed(data: bytes) -> Decoded:
    """Neither marked nor all UTF-8: Chinese, or UTF-8 with a few lines that are not, or in doubt."""
    lines = _byte_lines(data)
    foreign = [line for line in lines if not _decodes(line, "utf-8")]
    decoded = sum(not line.isascii() for line in lines) - len(foreign)
    if len(foreign) > decoded and _share_of_han(foreign) >= _LIKELY_HAN:
        return _by_line(data, "gb18030")
    if len(foreign) <= max(decoded, len(lines) * _FEW):
        return _by_line(data, "utf-8")
    raise Refused([Reason("import.unknown_encoding")])


def _byte_lines(data: bytes) -> list[bytes]:
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return lines[:-1] if lines[-1] == b"" else lines


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _share_of_han(lines: Iterable[bytes]) -> float:
    """Share of GB2312 among the double bytes of these lines read as GB 18030."""
    common = pairs = 0
    for line in lines:
        at = 0
        while at < len(line):
            if line[at] < 0x80:
                at += 1
                continue
            pairs += 1
            second = line[at + 1] if at + 1 < len(line) else 0
            common += 0xA1 <= line[at] <= 0xF7 and 0xA1 <= second <= 0xFE
            at += 2
    return common / pairs if pairs else 0.0


def _by_line(data: bytes, encoding: str) -> Decoded:
    """Each line by itself; what does not decode is shown with its bytes as ``\\xE4``."""
    lines: list[str] = []
    broken: dict[int, str] = {}
    for number, line in enumerate(_byte_lines(data), 1):
        try:
            lines.append(line.decode(encoding))
        except UnicodeDecodeError:
            broken[number] = line.decode(encoding, errors="backslashreplace")
            lines.append("")
    if 1 in broken:
        raise Refused([Reason("import.not_encoded", {"encoding": encoding})])
    return Decoded(encoding, lines, broken)
