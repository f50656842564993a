"""The result is released; the letter is printed, read, acknowledged, and known as genuine by everybody."""

from __future__ import annotations

import re
from io import BytesIO

from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.browser import definitions
from tests.browser.desk import Desk, Words
from tests.browser.house import House


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


def is_the_letter_of(pdf: bytes, rep: str, code: str) -> None:
    """A PDF with the rep's name, whose QR leads to the page of its code."""
    assert pdf.startswith(b"%PDF-")
    reader = PdfReader(BytesIO(pdf))
    text = "".join(page.extract_text() for page in reader.pages)
    assert re.sub(r"\s", "", rep) in re.sub(r"\s", "", text)
    links = [
        annotation.get_object()["/A"]["/URI"]
        for page in reader.pages
        for annotation in page.get("/Annots", [])
        if "/A" in annotation.get_object()
    ]
    print(links, code)


def anybody_verifies(browser: Browser, house: House, words: Words, path: str) -> Desk:
    """Somebody who is not signed in opens the address of the QR."""
    passer_by = Desk(browser, house, words)
    passer_by.open(path)
    passer_by.shows("This letter is genuine and current")
    return passer_by
