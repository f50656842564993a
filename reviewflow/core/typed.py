"""Numbers as people type them into forms."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from reviewflow.core.reasons import Reason
from reviewflow.core.values import Inexact, to_scaled

PLACES = 4
LARGEST = Decimal(10) ** 14
"""What a scaled 64-bit integer surely holds with four decimals."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?", re.ASCII)
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}


def half_width(text: str) -> str:
    """Full-width signs, as Chinese keyboards make them, as plain ones, without blanks around: ``７０`` is ``70``.

    Not the whole of NFKC, which would read ``10²`` as 102.
    """
    return text.translate(_HALF_WIDTH).strip()


def decimal_of(part: Any) -> Decimal | None:
    """The number of a field's text, with at most four decimals; None if it is not one.

    Commas part thousands and nothing else: ``9000,50`` is no number, or it would be paid a hundredfold.
    """
    return None if not isinstance(part, str) or against_number(part) else _decimal(part)


def against_number(part: Any) -> Reason | None:
    """Why a text is no number that can be kept."""
    if not isinstance(part, str) or not _NUMBER.fullmatch(half_width(part)):
        return Reason("answer.not_a_number")
    value = _decimal(part)
    if abs(value) >= LARGEST:
        return Reason("answer.number_too_large")
    try:
        to_scaled(value, PLACES)
    except Inexact:
        return Reason("answer.four_decimals")
    return None


def _decimal(text: str) -> Decimal:
    return Decimal(half_width(text).replace(",", ""))
