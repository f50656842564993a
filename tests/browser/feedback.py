"""The result is released; the letter is printed, read, acknowledged, and known as genuine by everybody."""

from __future__ import annotations

import re
from io import BytesIO

from pypdf import PdfReader

from tests.browser import definitions
from tests.browser.desk import Desk


def release(hr: Desk, rep: str) -> None:
    """From the inbox to the review that waits, and its release."""
    words = hr.words
    hr.start()
    hr.take_up("Open", "%(what)s: %(who)s", what=words.title(definitions.move("release")), who=rep)
    hr.move(words.title(definitions.move("release")))


def acknowledge(rep: Desk) -> tuple[bytes, str]:
    """Open letter, Acknowledge: two clicks. Returns the PDF, and the path of the page that its QR opens."""
    with rep.counted(2, "acknowledging"):
        rep.take_up("Open letter", "Read your feedback letter and answer it")
        paper = rep.link("Letter as PDF")
        rep.until_shown(paper)
        answer = rep.context.request.get(paper.get_attribute("href") or "")
        assert answer.headers["content-type"] == "application/pdf"
        path = rep.main.locator("a[href*='/verify/']").get_attribute("href")
        rep.move(rep.words.title(definitions.move("acknowledge")))
    assert path is not None
    return answer.body(), path


def is_the_letter_of(pdf: bytes, rep: str, address: str) -> None:
    """A PDF with the rep's name, and the address that its QR opens."""
    assert pdf.startswith(b"%PDF-")
    reader = PdfReader(BytesIO(pdf))
    text = "".join(page.extract_text() for page in reader.pages)
    assert _bare(rep) in _bare(text)
    assert _bare(address) in _bare(text)


def verifies(passer_by: Desk, path: str) -> None:
    """Somebody who is not signed in opens the address of the QR."""
    passer_by.open(path)
    passer_by.shows("This letter is genuine and current")


def _bare(text: str) -> str:
    """Without spaces and line ends: paper breaks where it must."""
    return re.sub(r"\s", "", text)
