"""Letters: reading, answering, printing again, and what a code tells the public."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update

from reviewflow.store import db
from reviewflow.store.letters import Letter
from reviewflow.store.messages import Message
from reviewflow.store.outbox import Outbox
from reviewflow.store.people import Person
from reviewflow.store.reviews import Review
from tests.flows.story import MANAGER_REVIEW, Story
from tests.web.browser import Browser
from tests.web.pay.conftest import Queries
from tests.web.pay.payday import Payday
from tests.web.reading import main_of

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]


@pytest.fixture
def letter(engine: Engine, payday: Payday) -> Letter:
    """Zhou's, not answered yet."""
    with db.read(engine) as session:
        return session.scalars(select(Letter).where(Letter.review_id == payday.zhou_review)).one()


def answer(page: Browser, letter: Letter, move: str, note: str = "") -> Browser:
    """Send the form of this answer on the letter's page."""
    path = f"/letters/{letter.id}/answer"
    forms = {dict(form.fields)["move"]: form for form in page.forms() if form.action == path}
    return page.send(forms[move], note=note)


def review(engine: Engine, payday: Payday) -> Review:
    with db.read(engine) as session:
        return session.get_one(Review, payday.zhou_review)


def test_the_letter_says_the_result_and_that_answering_is_receipt(
    browser: Make, letter: Letter, noted: Callable[[str], int]
) -> None:
    page = browser("zhou").open(f"/letters/{letter.id}").text
    for words in (
        "Your result in 2026Q2: S, 108.00 points",
        "Received, not agreed",
        "I have received and read this",
        "New customers above target",
        "¥1,100,000.00",
        "It cannot be computed",
        letter.ref,
        f"/letters/{letter.id}.pdf",
    ):
        assert words in page, words
    assert page.index("Received, not agreed") < page.index("I have received and read this")
    assert noted("read.letter") == 1


def test_the_strip_adds_up_to_the_total(browser: Make, letter: Letter) -> None:
    page = main_of(browser("zhou").open(f"/letters/{letter.id}"))
    text = re.sub(r"(?:<[^>]+>|\s)+", " ", page)
    strip = text[text.index("Points") : text.index("Indicators")]
    found = re.findall(r"([\d.]+|–) weight ([\d.]+)%", strip)
    assert len(found) == 4, strip
    assert sum(Decimal(weight) for _, weight in found) == 100
    total = sum(Decimal(score) * Decimal(weight) / 100 for score, weight in found if score != "–")
    assert total == Decimal("108.00")


def test_two_clicks_acknowledge(browser: Make, engine: Engine, payday: Payday, letter: Letter) -> None:
    zhou = browser("zhou").open(f"/reviews/{payday.zhou_review}/letter")
    assert zhou.path == f"/letters/{letter.id}"
    answer(zhou, letter, "acknowledge")
    assert "Your answer is recorded." in zhou.text
    assert "Received and read" in zhou.text
    assert f"/letters/{letter.id}/answer" not in zhou.text
    assert review(engine, payday).acknowledgement == "acknowledged"


def test_disagreement_needs_its_words_and_shows_them_to_whom_they_concern(
    browser: Make, engine: Engine, payday: Payday, letter: Letter
) -> None:
    zhou = browser("zhou").open(f"/letters/{letter.id}")
    assert answer(zhou, letter, "acknowledge_disagree").status == 409
    zhou.open(f"/letters/{letter.id}")
    answer(zhou, letter, "acknowledge_disagree", note="The March order was mine.")
    assert "Received, with disagreement" in zhou.text
    assert review(engine, payday).acknowledgement == "acknowledged_disagree"
    assert "The March order was mine." in browser("wang").open(f"/letters/{letter.id}").text


def test_hr_records_a_refusal(browser: Make, engine: Engine, payday: Payday, letter: Letter) -> None:
    hu = browser("hu").open(f"/letters/{letter.id}")
    assert "Zhou Kai in 2026Q2: S, 108.00 points" in hu.text
    answer(hu, letter, "record_refusal", note="Refused in the meeting of 9 July, witness Wang.")
    assert review(engine, payday).acknowledgement == "refused"


def test_page_and_pdf_are_for_the_same_people(
    browser: Make, letter: Letter, noted: Callable[[str], int]
) -> None:
    for at, login in enumerate(("zhou", "wang", "hu", "sun"), start=1):
        who = browser(login)
        pdf = who.client.get(f"/letters/{letter.id}.pdf")
        assert (pdf.status_code, who.open(f"/letters/{letter.id}").status) == (200, 200), login
        assert noted("read.letter") == 2 * at
        assert pdf.data == b"%PDF-1.7 letter"
        assert pdf.mimetype == "application/pdf"
        assert pdf.headers["Content-Disposition"] == f'inline; filename="{letter.ref}.pdf"'
        assert pdf.headers["Cache-Control"] == "no-store"
    for login in ("lin", "director", "fang", "zhao", "qian"):
        who = browser(login)
        assert who.client.get(f"/letters/{letter.id}.pdf").status_code == 404, login
        assert who.open(f"/letters/{letter.id}").status == 404, login
    assert noted("read.letter") == 8


def test_the_manager_reads_and_answers_nothing(browser: Make, letter: Letter) -> None:
    page = browser("wang").open(f"/letters/{letter.id}")
    assert f"/letters/{letter.id}/answer" not in page.text


def test_an_answer_to_an_older_version_says_so(
    browser: Make, story: Story, payday: Payday, letter: Letter
) -> None:
    zhou = browser("zhou").open(f"/letters/{letter.id}")
    story.move(story.cast.hu, payday.zhou_review, "record_refusal", "Refused in the meeting.")
    assert answer(zhou, letter, "acknowledge").status == 409


def test_a_newer_revision_is_announced_and_an_old_one_is_not_current(
    browser: Make, engine: Engine, story: Story, payday: Payday, letter: Letter
) -> None:
    zhou = payday.zhou_review
    story.move(story.cast.hu, zhou, "reopen_result", "One order was credited twice.")
    for who in ("zhou", "hu"):  # what was signed stays readable, for whoever signed it
        assert "this letter is no longer current" in browser(who).open(f"/letters/{letter.id}").text
    assert browser("zhou").client.get(f"/letters/{letter.id}.pdf").status_code == 200
    with db.read(engine) as session:
        told = session.scalars(
            select(Message.kind).where(Message.subject_id == zhou).order_by(Message.id.desc())
        )
        assert told.first() == "result_reopened"
    assert "no longer current" in browser("").open(f"/verify/{letter.code}").text
    story.answer(story.cast.wang, zhou, "manager_review", MANAGER_REVIEW)
    story.advance(zhou)
    story.move(story.cast.hu, zhou, "release")
    story.print_letters()
    page = browser("zhou").open(f"/letters/{letter.id}")
    assert "A newer revision replaces this letter." in page.text
    assert f"/letters/{letter.id}/answer" not in page.text
    newest = page.open(f"/reviews/{zhou}/letter")
    assert "-R2" in newest.text
    assert f"{newest.path}/answer" in newest.text
    assert "yes, it replaces this letter" in browser("").open(f"/verify/{letter.code}").text


def test_a_failed_letter_is_told_to_hr_with_the_reason_and_printed_again(
    browser: Make, engine: Engine, letter: Letter, noted: Callable[[str], int]
) -> None:
    why = '[["letter.too_slow", {"seconds": 20}]]'
    broken = {"state": "failed", "problem": why, "pdf": None, "sha256": None}
    with db.write(engine) as session:
        session.execute(update(Letter).where(Letter.id == letter.id).values(**broken))
    zhou = browser("zhou").open(f"/letters/{letter.id}")
    assert "The letter could not be printed yet. HR knows." in zhou.text
    assert "Your time to answer begins when it is there." in zhou.text
    assert "answer by" not in zhou.text, "no time runs yet"
    assert "is recorded as “no answer”" not in zhou.text
    assert "20 seconds" not in zhou.text
    assert "btn-locked" in zhou.text  # no letter, no answer
    hu = browser("hu").open(f"/letters/{letter.id}")
    assert "Printing took longer than 20 seconds" in hu.text
    assert "reopen the result, change the text" in hu.text
    hu.submit(f"/letters/{letter.id}/print")
    assert "The letter is being printed." in hu.text
    assert noted("letter.tried_again") == 1
    with db.read(engine) as session:
        assert session.scalars(select(Outbox).where(Outbox.key.like(f"letter:{letter.id}:%"))).one()
    waiting = hu.client.get(f"/letters/{letter.id}", headers={"HX-Request": "true"})
    assert (waiting.status_code, waiting.headers.get("HX-Refresh")) == (204, None)
    with db.write(engine) as session:
        done = {"state": "printed", "problem": None, "pdf": b"%PDF", "sha256": "0" * 64}
        session.execute(update(Letter).where(Letter.id == letter.id).values(**done))
    assert (
        hu.client.get(f"/letters/{letter.id}", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    )


def test_a_code_tells_number_date_and_whether_it_stands_and_nothing_else(
    browser: Make, engine: Engine, letter: Letter
) -> None:
    known = browser("").open(f"/verify/{letter.code}")
    for words in ("This letter is genuine and current", letter.ref, "2026-", "none"):
        assert words in known.text, words
    for secret in ("Zhou", "108", "Outstanding", "Wang", "Yunfan"):
        assert secret not in known.text, secret
    typed = letter.code.lower().replace("0", "o").replace("1", "l")
    assert "genuine and current" in known.open(f"/verify/{typed[:8]}-{typed[8:]}").text


def test_a_code_is_typed_into_a_box(browser: Make, letter: Letter) -> None:
    nobody = browser("").open("/verify")
    assert nobody.status == 200
    typed = f" {letter.code[:8].lower()}－{letter.code[8:]} "
    page = nobody.open(f"/verify?code={quote(typed)}")
    assert page.path == f"/verify/{letter.code}"
    assert "genuine and current" in page.text
    unknown = nobody.open("/verify?code=0000")
    assert "No letter has this code" in unknown.text
    assert 'name="code"' in unknown.text, "to type it again"
    assert nobody.open("/verify?code=%2F..%2F").path == "/verify", "nothing of a code is in it"


def test_a_letter_is_found_by_its_number(browser: Make, letter: Letter) -> None:
    for login, finds in (("zhou", True), ("hu", True), ("zhao", False)):
        for words in (letter.ref.lower(), letter.ref.rpartition("-R")[0], letter.ref.replace("-R", " R")):
            page = browser(login).open(f"/find?q={quote(words)}")
            assert (f'href="/letters/{letter.id}"' in page.text) is finds, (login, words)


def test_unknown_codes_and_letters_not_printed_look_alike(
    browser: Make, engine: Engine, letter: Letter
) -> None:
    nobody = browser("")
    unknown = nobody.open("/verify/0000000000000000")
    assert unknown.status == 200
    assert "No letter has this code" in unknown.text
    shape = unknown.text.count("<dt>")
    assert shape == nobody.open(f"/verify/{letter.code}").text.count("<dt>")
    with db.write(engine) as session:
        due = {"state": "due", "pdf": None, "sha256": None}
        session.execute(update(Letter).where(Letter.id == letter.id).values(**due))
    assert "No letter has this code" in nobody.open(f"/verify/{letter.code}").text


def test_asking_for_many_codes_is_slowed_down_and_signing_in_is_not(app: Flask, browser: Make) -> None:
    nobody = browser("")
    statuses = [nobody.client.get(f"/verify/{n:016d}").status_code for n in range(61)]
    assert statuses == [200] * 60 + [429]
    assert "Too many codes were asked for" in nobody.open("/verify/0000000000000000").text
    assert Browser(app, "192.0.2.77").open("/verify/0000000000000000").status == 200
    assert browser("zhou").open("/settings").status == 200


def test_the_public_page_speaks_the_browsers_language(browser: Make, letter: Letter) -> None:
    page = browser("").open(f"/verify/{letter.code}", **{"Accept-Language": "zh-CN,zh;q=0.9"})
    assert "本反馈书真实有效" in page.text


def test_few_queries_and_all_of_it_in_chinese(
    browser: Make, engine: Engine, letter: Letter, queries: Queries
) -> None:
    zhou = browser("zhou")
    queries.of(zhou, f"/letters/{letter.id}")
    queries.of(browser("hu"), f"/letters/{letter.id}")
    with db.write(engine) as session:
        session.execute(update(Person).values(language="zh"))
    page = browser("zhou").open(f"/letters/{letter.id}").text
    for words in (
        "你在 2026Q2 的结果：S，108.00 分",
        "仅表示收到，不代表同意",
        "已收到并阅读",
        "各数字的由来",
    ):
        assert words in page, words
