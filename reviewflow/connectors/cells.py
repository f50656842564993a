"""Cells: what a text in a table means, whatever spreadsheet wrote it.

A text is compared without the blanks that nobody sees; full-width letters and digits of numbers and dates are
read as plain ones. A number is exact or it is refused.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final


class BadCell(ValueError):
    """A cell that cannot be read. `key` and `params` become a `Reason`."""

    def __init__(self, key: str, **params: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


_EXCEL_TEXT = re.compile(r'="(.*)"')
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_GUARDED = re.compile(r"'[=+\-@＝＋－＠0-9]")
_UNSEEN = dict.fromkeys(
    [*range(9), *range(14, 28), 127, 0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, 0xFEFF]
)


def clean(text: str) -> str:
    """The text as people see it: composed, no outer blanks, inner ones single, without spreadsheet dressing.

    ``="00123"`` and ``'00123`` are how spreadsheets keep a text from becoming a number: 00123.
    """
    if not text.isprintable():
        text = text.translate(_UNSEEN)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = " ".join(text.split())
    if text[:2] == '="':
        match = _EXCEL_TEXT.fullmatch(text)
        return match[1].strip() if match else text
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text


def narrow(text: str) -> str:
    """Full-width digits and signs as plain ones: ``１，２３４．５０`` is ``1,234.50``."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).replace("\u2212", "-")


# ---- numbers

POINT: Final = "."
COMMA: Final = ","

_CURRENCY = "[A-Z]{3}|[$€£¥₩₹元]"
_SIGNS = {
    "€": {"EUR"}, "£": {"GBP", "EGP"}, "¥": {"CNY", "JPY"}, "元": {"CNY", "TWD", "HKD"}, "₩": {"KRW"}, "₹": {"INR"},
    "$": {"USD", "HKD", "TWD", "SGD", "AUD", "CAD", "NZD", "MXN", "CLP", "COP", "ARS"},
}  # fmt: skip
"""What a sign may stand for; a code of three letters stands for itself."""
_MARKED = re.compile(
    rf"(?P<open>\()? ?(?P<before>[-–+])? ?(?P<front>{_CURRENCY})? ?(?P<between>[-–])?"
    rf" ?(?P<digits>\d[\d.,' ’]*|[.,]\d+)"
    rf" ?(?P<back>{_CURRENCY})? ?(?P<percent>%)? ?(?P<close>\))? ?(?P<after>[-–])?"
)
_LONGEST = 60
_SHORTENED = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE][-+]?\d+")
_GROUPS = re.compile(r"\d{1,3}(?:(?P<sign>[.,' ’])\d{3})(?:(?P=sign)\d{3})*")
_PLAIN = re.compile(r"-?\d{1,15}(?:\.\d{1,4})?")


def decimal_sign(texts: Iterable[str]) -> str | None:
    """The decimal sign of a column, by the numbers that leave no doubt; None if there are none.

    ``1,234.50`` and ``0.5`` speak for the point, ``1.234,50`` and ``12,5`` for the comma,
    ``1,234`` for neither.
    """
    return majority(_vote(narrow(text)) for text in texts)


ENOUGH_VOTES: Final = 500


def majority(votes: Iterable[str | None]) -> str | None:
    """What most of the first votes are for; None for a draw or no votes."""
    counted = Counter(itertools.islice((vote for vote in votes if vote is not None), ENOUGH_VOTES))
    ranked = counted.most_common(2)
    drawn = len(ranked) == 2 and ranked[0][1] == ranked[1][1]
    return ranked[0][0] if ranked and not drawn else None


def _vote(text: str) -> str | None:
    match = _MARKED.fullmatch(text)
    digits = match["digits"].strip() if match else ""
    points, commas = digits.count(POINT), digits.count(COMMA)
    if points and commas:
        return POINT if digits.rfind(POINT) > digits.rfind(COMMA) else COMMA
    if points + commas != 1:
        return COMMA if points > 1 else POINT if commas > 1 else None
    sign = POINT if points else COMMA
    whole, _, rest = digits.partition(sign)
    grouped = len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0"
    return None if grouped else sign


@dataclass(frozen=True)
class NumberReader:
    """Reads the numbers of one column as integers scaled by 10^`places`.

    `decimal` is asked when the first number with a sign in it comes along. If it answers None, nothing in the
    column says which sign is which; then a number like ``1,234`` is refused.
    """

    places: int
    decimal: Callable[[], str | None] = lambda: POINT
    thousands: str | None = None
    percent: bool = False
    """The column holds percentages without saying so in every cell."""
    may_percent: bool = False
    currency: str | None = None
    """Of all amounts in the column: a number that names another one is refused. None: a column says it."""

    def __call__(self, text: str) -> int:
        """The scaled integer. Raises `BadCell` for what is not a number, and rather than lose a digit."""
        if not self.percent and _PLAIN.fullmatch(text) and (text.isdigit() or self.decimal() == POINT):
            whole, _, rest = text.partition(POINT)
            if len(rest) <= self.places:
                return _fitting(int(whole + rest) * 10 ** (self.places - len(rest)))
        return self._marked(narrow(text))

    def _marked(self, text: str) -> int:
        match = _MARKED.fullmatch(text) if len(text) <= _LONGEST else None
        if match is None:
            raise BadCell("row.number_shortened" if _SHORTENED.fullmatch(text) else "row.not_a_number")
        minuses = [match["before"] not in (None, "+"), match["between"], match["after"], match["open"]]
        if sum(map(bool, minuses)) > 1 or bool(match["open"]) != bool(match["close"]):
            raise BadCell("row.not_a_number")
        if match["percent"] and not self.may_percent:
            raise BadCell("row.not_a_number")
        for mark in (match["front"], match["back"]):
            if mark and self.currency and self.currency not in _SIGNS.get(mark, {mark}):
                raise BadCell("row.other_currency", currency=self.currency)
        whole, rest = self._split(match["digits"].strip())
        places = self.places - (2 if match["percent"] or self.percent else 0)
        rest = rest.rstrip("0") if len(rest) > places else rest
        if len(rest) > places:
            raise BadCell("row.too_many_decimals", places=places)
        size = int((whole or "0") + rest) * 10 ** (places - len(rest))
        return _fitting(-size if any(minuses) else size)

    def _split(self, digits: str) -> tuple[str, str]:
        """Whole part without its grouping, and decimals."""
        decimal = None if digits.isdigit() else self.decimal()
        if decimal is None:
            if (POINT in digits or COMMA in digits) and _vote(digits) is None:
                raise BadCell("row.number_ambiguous")
            decimal = _vote(digits) or POINT
        whole, sign, rest = digits.rpartition(decimal)
        if not sign:
            whole, rest = digits, ""
        if not rest.isdigit() and (rest or sign):
            raise BadCell("row.number_other_notation", decimal=decimal)
        return self._ungrouped(whole, decimal), rest

    def _ungrouped(self, whole: str, decimal: str) -> str:
        if whole.isdigit() or not whole:
            return whole
        match = _GROUPS.fullmatch(whole)
        if match is None or match["sign"] == decimal or self.thousands not in (None, match["sign"]):
            raise BadCell("row.number_other_notation", decimal=decimal)
        return re.sub(r"\D", "", whole)


def _fitting(value: int) -> int:
    if not -(2**63) <= value < 2**63:
        raise BadCell("row.number_too_large")
    return value
