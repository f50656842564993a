"""What numbers and texts mean, whatever spreadsheet wrote them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.connectors.cells import BadCell, NumberReader, clean, decimal_sign

POINT = NumberReader(4)
COMMA = NumberReader(4, lambda: ",")
YUAN = NumberReader(4, currency="CNY")
UNDECIDED = NumberReader(4, lambda: None)


@pytest.mark.parametrize(
    ("text", "scaled"),
    [
        ("1234.5", 12_345_000),
        ("1,234.50", 12_345_000),
        ("1,234,567", 12_345_670_000),
        ("-3", -30_000),
        ("(1,234.50)", -12_345_000),
        ("15.00-", -150_000),
        ("−0.25", -2_500),
        ("¥1,234.50", 12_345_000),
        ("￥ １，２３４．５０", 12_345_000),
        ("USD 20", 200_000),
        ("20 EUR", 200_000),
        ("1 234.5", 12_345_000),
        ("1'234.5", 12_345_000),
        (".5", 5_000),
        ("0.10000000", 1_000),
    ],
)
def test_numbers_with_a_point(text: str, scaled: int) -> None:
    assert POINT(clean(text)) == scaled


@pytest.mark.parametrize(
    ("text", "scaled"),
    [
        ("1.234,50", 12_345_000),
        ("12,5", 125_000),
        ("1.234", 12_340_000),
        ("1 234,50", 12_345_000),
        ("7", 70_000),
    ],
)
def test_numbers_with_a_comma(text: str, scaled: int) -> None:
    assert COMMA(clean(text)) == scaled


@pytest.mark.parametrize(
    ("reader", "text", "reason"),
    [
        (POINT, "12,5", "row.number_other_notation"),
        (POINT, "1.234,50", "row.number_other_notation"),
        (COMMA, "1,234.50", "row.number_other_notation"),
        (UNDECIDED, "1,234", "row.number_ambiguous"),
        (UNDECIDED, "1.234", "row.number_ambiguous"),
        (POINT, "twelve", "row.not_a_number"),
        (POINT, "12%", "row.not_a_number"),
        (POINT, "(12", "row.not_a_number"),
        (POINT, "--12", "row.not_a_number"),
        (POINT, "1.2E+06", "row.number_shortened"),
        (POINT, "0.00001", "row.too_many_decimals"),
        (POINT, "9" * 30, "row.number_too_large"),
        (POINT, "9" * 100, "row.not_a_number"),
        (YUAN, "12 000 EUR", "row.other_currency"),
        (YUAN, "$12,000.00", "row.other_currency"),
        (YUAN, "12 PCS", "row.other_currency"),
    ],
)
def test_numbers_that_are_refused(reader: NumberReader, text: str, reason: str) -> None:
    with pytest.raises(BadCell) as refused:
        reader(clean(text))
    assert refused.value.key == reason


@pytest.mark.parametrize(
    ("column", "sign"),
    [
        (["1,234", "5", "1,234.50"], "."),
        (["1.234", "1.234,50"], ","),
        (["0.015", "0.012"], "."),
        (["0,015"], ","),
        (["1.234.567"], ","),
        (["1,234", "1.234"], None),
        (["12.5", "12,5"], None),
        (["twelve"], None),
    ],
)
def test_a_column_decides_which_sign_is_the_decimal_one(column: list[str], sign: str | None) -> None:
    assert decimal_sign(column) == sign


@pytest.mark.parametrize("text", ["12 000 CNY", "CNY 12000", "¥12,000.00", "12000 元", "￥12,000"])
def test_a_currency_that_is_the_mappings_own_is_read(text: str) -> None:
    assert YUAN(clean(text)) == 120_000_000


def test_percentages() -> None:
    rate = NumberReader(6, may_percent=True)
    assert rate("1.2%") == rate("0.012") == 12_000
    assert NumberReader(6, percent=True)("1.25") == 12_500


@given(st.integers(-(10**15), 10**15), st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'")]))
def test_every_amount_is_read_back_exactly(scaled: int, signs: tuple[str, str]) -> None:
    decimal, thousands = signs
    whole, rest = divmod(abs(scaled), 10_000)
    text = f"{'-' if scaled < 0 else ''}{whole:,}".replace(",", thousands) + f"{decimal}{rest:04}"
    assert NumberReader(4, lambda: decimal)(text) == scaled


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    for reader in (POINT, COMMA, UNDECIDED):
        with contextlib.suppress(BadCell):
            assert isinstance(reader(clean(text)), int)


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("  Lin\u00a0 Yue ", "Lin Yue"),
        ("林\u3000月", "林 月"),
        ("\ufeffid", "id"),
        ("Jose\u0301", "José"),
        ('="00123"', "00123"),
        ("'00123", "00123"),
        ("'=SUM(A1)", "=SUM(A1)"),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("soft\u00adhyphen\u200b", "softhyphen"),
        ("line\nbreak", "line break"),
    ],
)
def test_texts_as_people_see_them(written: str, seen: str) -> None:
    assert clean(written) == seen
