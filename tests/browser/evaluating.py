"""Figures that are missing, and what people say: forms with fields, drafts and evidence."""

from __future__ import annotations

from playwright.sync_api import expect

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
SLOW = {"offline": False, "latency": 1_200, "downloadThroughput": -1, "uploadThroughput": -1}
QUICK = SLOW | {"latency": 0}
EVIDENCE = b"%PDF-1.4\n% ledger\n%%EOF\n"


def enter_missing(hr: Desk, rep: str) -> None:
    """The collection rate is typed, with a reason and a file; the others are left out by their rule."""
    words, texts = hr.words, WORDS_OF[hr.words.language]
    hr.start()
    hr.take_up("Open", "%(what)s: %(who)s", what=words.title(definitions.task("enter_missing")), who=rep)
    hr.main.get_by_role("textbox", name=words.title(definitions.indicator("collection_rate"))).fill("92")
    form = definitions.process().forms["missing_measures"]
    hr.main.get_by_label(words.title(form.fields[1].label), exact=True).fill(texts["reason"])
    hr.main.locator("input[type=file]").set_input_files(
        {"name": "ledger.pdf", "mimeType": "application/pdf", "buffer": EVIDENCE}
    )
    hr.go(hr.button("Attach"))
    expect(hr.main.get_by_role("checkbox", name="ledger.pdf")).to_be_checked()
    hr.submit_task()


def review_oneself(rep: Desk) -> None:
    """Start, the fields, Submit, Submit: three clicks. The draft saves itself on a slow line."""
    texts = WORDS_OF[rep.words.language]
    with rep.counted(3, "the self-review"):
        rep.take_up("Start", "Self-review")
        achieved = rep.main.get_by_label(rep.words.title(_label("self_review", "achievements")))
        first = rep.main.locator("#rubric-customer_focus-sentence, #rubric textarea").first
        _on_a_slow_line(rep, True)
        first.fill(texts["sentence"])
        expect(rep.main.locator(".saved")).to_have_text(rep.words("Saving…"))
        achieved.fill(texts["achieved"])
        _saved(rep)
        _on_a_slow_line(rep, False)
        rep.page.reload()
        expect(first).to_have_value(texts["sentence"])
        expect(achieved).to_have_value(texts["achieved"])
        _judge(rep, level=4)
        rep.submit_task()


def review_as_manager(manager: Desk, rep: str) -> None:
    """The rubric, strengths, what to improve, suggestions."""
    words, texts = manager.words, WORDS_OF[manager.words.language]
    manager.start()
    what = words.title(definitions.task("manager_review"))
    manager.take_up("Start", "%(what)s: %(who)s", what=what, who=rep)
    _judge(manager, level=4)
    for card, claim, text in (("strengths", "claim", "text"), ("improve", "weak", "weak_text")):
        row = manager.main.locator(f"#{card} fieldset").first
        row.get_by_label(words("In a few words")).fill(texts[claim])
        row.get_by_label(words("What happened")).fill(texts[text])
    manager.main.get_by_label(words.title(_label("manager_review", "suggest"))).fill(texts["suggest"])
    manager.submit_task()


def _judge(desk: Desk, level: int) -> None:
    """The same level on every criterion."""
    for criterion in definitions.behaviour().criteria:
        card = desk.main.locator("section.card", has_text=desk.words.title(criterion.question))
        card.locator("label.anchor").nth(level - 1).click()


def _saved(desk: Desk) -> None:
    """Everything typed so far is kept: the line says so, and nothing is under way any more."""
    expect(desk.main.locator("form[data-saving]")).to_have_count(0)
    expect(desk.main.locator(".saved")).to_contain_text(desk.words("Saved %(time)s", time="").strip())


def _on_a_slow_line(desk: Desk, slow: bool) -> None:
    session = desk.context.new_cdp_session(desk.page)
    session.send("Network.emulateNetworkConditions", SLOW if slow else QUICK)


def _label(form: str, field: str) -> dict[str, str]:
    found = next(one for one in definitions.process().forms[form].fields if one.key == field)
    return dict(found.label or {})
