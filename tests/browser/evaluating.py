"""Figures that are missing, and what people say: forms with fields, drafts and evidence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl

from playwright.sync_api import FilePayload, Request, expect

from tests.browser import definitions
from tests.browser.desk import Desk

WORDS_OF = {
    "en": {
        "reason": "From the ledger of the finance department, month by month.",
        "achieved": "Three new customers, two of them by referral.",
        "sentence": "Plans every account in writing.",
        "claim": "New customers above target",
        "text": "Three where two were agreed.",
        "weak": "Collection behind",
        "weak_text": "Two invoices were late.",
        "suggest": "Agree payment dates in every offer.",
    },
    "zh": {
        "reason": "取自财务部台账，按月汇总。",
        "achieved": "新增三家客户，其中两家来自转介绍。",
        "sentence": "每个客户都有书面计划。",
        "claim": "新客户数超过目标",
        "text": "约定两家，实际三家。",
        "weak": "回款滞后",
        "weak_text": "有两笔应收逾期。",
        "suggest": "每份报价都约定付款日期。",
    },
}
LEFT_OUT = 4
"""Deal cycle, conversion, satisfaction and complaints: no source delivers them, and their rule says so."""
SLOW: dict[str, bool | int] = {
    "offline": False,
    "latency": 1_200,
    "downloadThroughput": -1,
    "uploadThroughput": -1,
}
EVIDENCE = b"%PDF-1.4\n% ledger\n%%EOF\n"


def enter_missing(hr: Desk, rep: str) -> None:
    """The collection rate is typed, with a reason and a file; the others are left out by their rule."""
    words, texts = hr.words, WORDS_OF[hr.words.language]
    hr.start()
    hr.take_up("Open", "%(what)s: %(who)s", what=words.title(definitions.task("enter_missing")), who=rep)
    hr.main.get_by_role("textbox", name=words.title(definitions.indicator("collection_rate"))).fill("92")
    reason = words.title(_label("missing_measures", "reason"))
    hr.main.get_by_label(reason, exact=True).fill(texts["reason"])
    file = FilePayload(name="ledger.pdf", mimeType="application/pdf", buffer=EVIDENCE)
    hr.main.locator("input[type=file]").set_input_files(file)
    hr.go(hr.button("Attach"))
    expect(hr.main.get_by_role("checkbox", name="ledger.pdf")).to_be_checked()
    hr.submit_task()
    expect(hr.main.get_by_text(words("By hand"), exact=True)).to_have_count(1)
    expect(hr.main.get_by_text(words("Left out"), exact=True)).to_have_count(LEFT_OUT)


def review_oneself(rep: Desk) -> None:
    """Start, the fields, Submit, Submit: three clicks."""
    with rep.counted(3, "the self-review"):
        rep.take_up("Start", rep.words.title(definitions.task("self_review")))
        _draft_saves_itself(rep)
        _judge(rep, level=4)
        rep.submit_task()


def _draft_saves_itself(rep: Desk) -> None:
    """Two fields are typed on a line so slow that the second save waits for the first; both are kept."""
    texts = WORDS_OF[rep.words.language]
    sentence = rep.main.locator("textarea").first
    achieved = rep.main.get_by_label(rep.words.title(_label("self_review", "achievements")))
    with _slow_line(rep):
        sentence.fill(texts["sentence"])
        expect(rep.main.locator(".saved")).to_have_text(rep.words("Saving…"))
        with rep.page.expect_response(lambda answer: _holds(answer.request, texts["achieved"])):
            achieved.fill(texts["achieved"])
        expect(rep.main.locator(".saved")).to_contain_text(rep.words("Saved %(time)s", time="").strip())
    rep.page.reload()
    expect(sentence).to_have_value(texts["sentence"])
    expect(achieved).to_have_value(texts["achieved"])


def _holds(request: Request, text: str) -> bool:
    """Whether a draft with this text was sent."""
    sent = parse_qsl(request.post_data or "")
    return request.url.endswith("/draft") and any(value == text for _name, value in sent)


def review_as_manager(manager: Desk, rep: str) -> None:
    """The rubric, strengths, what to improve, suggestions; Submit is pressed while the draft is being saved."""
    words, texts = manager.words, WORDS_OF[manager.words.language]
    manager.start()
    what = words.title(definitions.task("manager_review"))
    manager.take_up("Start", "%(what)s: %(who)s", what=what, who=rep)
    _judge(manager, level=4)
    for card, claim, text in (("strengths", "claim", "text"), ("improve", "weak", "weak_text")):
        row = manager.main.locator(f"#{card} fieldset").first
        row.get_by_label(words("In a few words")).fill(texts[claim])
        row.get_by_label(words("What happened")).fill(texts[text])
    suggest = manager.main.get_by_label(words.title(_label("manager_review", "suggest")))
    with _slow_line(manager):
        suggest.fill(texts["suggest"])
        expect(manager.main.locator(".saved")).to_have_text(words("Saving…"))
        manager.submit_task()


def _judge(desk: Desk, level: int) -> None:
    """The same level on every criterion."""
    for criterion in definitions.behaviour().criteria:
        card = desk.main.locator("section.card", has_text=desk.words.title(criterion.question))
        card.locator("label.anchor").nth(level - 1).click()


@contextmanager
def _slow_line(desk: Desk) -> Iterator[None]:
    """Inside the block every answer takes more than a second."""
    session = desk.context.new_cdp_session(desk.page)
    session.send("Network.emulateNetworkConditions", SLOW)
    yield
    session.detach()


def _label(form: str, field: str) -> dict[str, str]:
    found = next(one for one in definitions.process().forms[form].fields if one.key == field)
    return dict(found.label or {})
