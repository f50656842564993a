"""Files that are no tables, or not quite: what HR reads on the page of the import."""

from __future__ import annotations

import html
from collections.abc import Callable
from io import BytesIO

import pytest

from tests.cast import Cast
from tests.web.browser import Browser
from tests.web.reading import main_of, words_of
from tests.web.test_data import ORDERS, START
from tests.web.test_inbox import english, headline

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
HEAD = ORDERS.splitlines()[0]
WORKBOOK = b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml" + bytes(range(256))
NO_TABLE = "is no CSV file, whatever its name says"
TITLE = "should hold the names of the columns, but reads like a title"


def sent(who: Browser, name: str, body: bytes) -> Browser:
    form = who.open(START).form(START)
    keys = {key: value for key, value in form.fields if key in ("csrf_token", "form_key")}
    data = {**keys, "source": "", "name": "crm", "files": [(BytesIO(body), name)]}
    answer = who.client.post(START, data=data, content_type="multipart/form-data", follow_redirects=True)
    return who._show(answer)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (WORKBOOK, "orders.csv is a workbook of Excel or the like."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "orders.csv is a workbook of Excel or the like."),
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", NO_TABLE),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), NO_TABLE),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)), NO_TABLE),
        (b"\xef\xbb\xbf\n<HTML><table><tr><td>order_no</td></tr></table>", NO_TABLE),
        (b'[{"order_no": "A-1", "owner_no": "P003"}]\n', NO_TABLE),
        (b"", "orders.csv is empty"),
        (b"\n \n", "orders.csv is empty"),
        (f"Orders,,,,\nExported,,,,\n{HEAD}\n".encode(), f"Line 1 of orders.csv {TITLE}"),
        (f"\nOrders of April\n\n{HEAD}\n".encode(), f"Line 2 of orders.csv {TITLE}"),
    ],
)
def test_what_is_no_table_is_called_so(signed_up: Cast, browser: Make, body: bytes, words: str) -> None:
    hu = sent(english(browser("hu")), "orders.csv", body)
    assert headline(hu) == "This cannot be imported yet"
    assert words in html.unescape(main_of(hu))
    assert "needs the field" not in hu.text
    assert hu.open("/data").status == 200
    form = hu.open("/settings").submit("/language", press=("language", "zh"))
    assert not words_of(sent(form, "orders.csv", body)) & {"workbook", "whatever", "names", "empty"}


@pytest.mark.parametrize(
    "header", [HEAD, "order_no,owner_no,,,signed_on,net_amount,,", "订单号,工号,日期,金额"]
)
def test_a_header_is_no_title(signed_up: Cast, browser: Make, header: str) -> None:
    hu = sent(english(browser("hu")), "orders.csv", f"{header}\n".encode())
    assert headline(hu) == "Nothing in it is new"


def test_a_column_that_cannot_be_guessed_is_asked_for(signed_up: Cast, browser: Make) -> None:
    hu = sent(english(browser("hu")), "orders.csv", b"order_no\nA-1\nA-2\n")
    assert headline(hu) == "The mapping has 3 faults"
    assert "“order” needs the field “person”. Say which column holds it." in hu.text


def test_an_encoding_that_cannot_be_told_is_asked_for_first(signed_up: Cast, browser: Make) -> None:
    lines = (
        f"{HEAD}\nA-1,P003,Müller,2026-04-02,5\nA-2,P003,Société,2026-04-02,5\nA-3,P003,Zoë,2026-04-02,5\n"
    )
    hu = sent(english(browser("hu")), "orders.csv", lines.replace("account", "société").encode("cp1252"))
    assert headline(hu) == "This cannot be imported yet"
    assert "The encoding of orders.csv cannot be told for sure." in hu.text
    path = hu.path
    mapping = dict(hu.form(f"{path}/mapping").fields)["mapping"]
    for wrong in ("nonsense", "base64"):
        hu.submit(f"{path}/mapping", mapping=mapping.replace("\n\n", f'\nencoding = "{wrong}"\n\n', 1))
        assert hu.status == 200
    named = mapping.replace("\n\n", '\nencoding = "cp1252"\n\n', 1)
    hu.submit(f"{path}/mapping", mapping=named)
    assert headline(hu) == "The mapping has 3 faults"
    assert "Société" in hu.text, "the first rows can be read now"
    columns = (
        'key = "order_no"\n[read.columns]\nperson = "owner_no"\non = "signed_on"\namount = "net_amount"\n'
    )
    hu.submit(f"{path}/mapping", mapping=named[: named.index("key =")] + columns)
    assert headline(hu) == "Ready to import"


def test_an_import_that_takes_nothing_in_is_not_called_ready(signed_up: Cast, browser: Make) -> None:
    hu = sent(english(browser("hu")), "orders.csv", f"{HEAD}\nA-1,P003,Acme,46114,5\n".encode())
    assert headline(hu) == "Nothing in it is new, and 1 line is refused"
    staff = b"Employee ID;Full name;Department\nE1;Ann Li;Sales\nE2;Bo Wu;Sales\n"
    hu = sent(hu, "staff.csv", staff)
    assert headline(hu) == "Nothing in it is new, and 2 lines are refused"
    assert 'Import the unit first, or say creates = ["unit"] in the mapping.' in html.unescape(hu.text)
