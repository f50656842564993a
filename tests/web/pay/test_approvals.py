"""Approvals: what may I sign, one by one and several at once, and what nobody may."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, insert, update

from reviewflow.store import db
from reviewflow.store.pay import Award
from reviewflow.store.people import Person, RoleGrant
from reviewflow.store.reviews import Review
from reviewflow.store.subjects import MoveLog, Subject
from tests.cast import HIRED
from tests.flows.story import Story
from tests.web.browser import Browser
from tests.web.pay.conftest import Queries
from tests.web.pay.payday import Payday

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
StageOf = Callable[[int], str]
LIST = "/approvals"


def boxes(page: Browser) -> list[str]:
    """Values of the boxes that can be ticked."""
    return re.findall(r'name="id" value="([^"]+)"', page.text)


def sign(page: Browser, values: list[str], what: str = "approve", note: str = "") -> Browser:
    """Tick these boxes and press the dialog's button."""
    form = page.form("/approvals/sign")
    kept = [(name, value) for name, value in form.fields if name not in ("id", "note")]
    data: dict[str, list[str]] = {name: [value] for name, value in kept}
    data |= {"id": values, "what": [what], "note": [note]}
    return page._show(page.client.post("/approvals/sign", data=data, follow_redirects=True))


def decide(page: Browser, award: int, move: str, note: str = "") -> Browser:
    """Send the form of this move on the award's page."""
    path = f"/approvals/{award}/moves"
    forms = {
        dict(form.fields)["move"]: form
        for form in page.open(f"/approvals/{award}").forms()
        if form.action == path
    }
    return page.send(forms[move], note=note)


def test_the_director_sees_what_waits_with_sums_and_reasons(browser: Make, payday: Payday) -> None:
    page = browser("director").open(LIST)
    assert "4 awards wait for you" in page.text
    assert len(boxes(page)) == 4
    for words in (
        "Lin Yue",
        "Liu Fang",
        "¥25,500.00",
        "finance, above ¥20k",
        "Variable pay, 2026Q2",
        "Within rules 4",
    ):
        assert words in page.text, words
    assert 'class="count">4<' in page.text


def test_all_within_rules_are_chosen_in_one_click_with_sum_and_largest(browser: Make) -> None:
    """Without a script: the link chooses, the bar has the figures, two clicks more sign."""
    page = browser("director").open(LIST)
    link = re.search(r'href="([^"]+)" data-pick', page.text)
    assert link
    picked = page.open(link[1].replace("&amp;", "&"))
    assert picked.text.count(" checked") == 4
    bar = picked.text[picked.text.index('class="sticky-bar') :]
    total = re.search(r"data-sum>([^<]+)<", bar)
    assert total
    assert re.search(r"data-largest>¥25,500.00<", bar)
    assert "1 needs one more signature" in bar
    done = sign(picked, boxes(picked))
    assert "4 awards approved." in done.text


def test_a_batch_signs_what_it_may_and_names_what_changed_meanwhile(
    browser: Make, story: Story, payday: Payday, stage_of: StageOf
) -> None:
    page = browser("director").open(LIST)
    values = boxes(page)
    story.move(story.cast.director, payday.lin["bonus"], "return", "Please check the base.")
    done = sign(page, values)
    assert "3 awards approved. 1 stays as it was. Lin Yue:" in done.text
    assert stage_of(payday.lin["bonus"]) == "returned"
    assert stage_of(payday.lin["commission"]) == "approved"
    assert stage_of(payday.liu_awards["bonus"]) == "finance_approval"


def test_a_double_click_signs_once(browser: Make, payday: Payday) -> None:
    page = browser("director").open(LIST)
    form, values = page.form("/approvals/sign"), boxes(page)[:1]
    first = page.send(form, press=("what", "approve"), id=values[0])
    second = page.send(form, press=("what", "approve"), id=values[0])
    assert "1 award approved." in first.text
    assert "1 award approved." in second.text


def test_a_rejection_needs_its_note_and_keeps_the_choice(
    browser: Make, payday: Payday, stage_of: StageOf
) -> None:
    page = browser("director").open(LIST)
    values = boxes(page)[:2]
    again = sign(page, values, "reject")
    assert again.status == 422
    assert "a rejection needs a note" in again.text
    assert again.text.count(" checked") == 2
    assert 'id="ask-reject" aria-labelledby="ask-reject-title" data-open' in again.text
    done = sign(again, values, "reject", "Credited twice.")
    assert "2 awards rejected." in done.text
    assert stage_of(int(values[0].split(":")[0])) == "rejected"


def test_above_the_limit_finance_signs_after_the_director_and_not_the_same_person(
    browser: Make, payday: Payday, stage_of: StageOf
) -> None:
    bonus = payday.liu_awards["bonus"]
    director = browser("director").open(f"/approvals/{bonus}")
    assert "because it is above ¥20,000.00" in director.text
    decide(director, bonus, "approve")
    assert stage_of(bonus) == "finance_approval"
    assert "With others 1" in director.open(LIST).text
    assert f"/approvals/{bonus}/moves" not in director.open(f"/approvals/{bonus}").text
    fang = browser("fang").open(LIST)
    assert "1 award waits for you" in fang.text
    decide(fang, bonus, "approve_finance")
    assert stage_of(bonus) == "approved"


def test_nobody_signs_what_they_earn(
    browser: Make, engine: Engine, payday: Payday, stage_of: StageOf
) -> None:
    with db.write(engine) as session:
        row = {"person_id": payday.cast.lin, "role": "sales_director", "unit_id": 1, "from_on": HIRED}
        session.execute(insert(RoleGrant).values(granted_by=payday.cast.hu, **row))
    lin = browser("lin").open(LIST)
    assert "2 awards wait for you" in lin.text  # Liu's two
    assert "This award is yours; somebody else has to decide about it." in lin.text
    assert "Not yours to sign 2" in lin.text
    own = f"{payday.lin['bonus']}:1:approve:reject"
    assert own.split(":")[0] not in {value.split(":")[0] for value in boxes(lin)}
    forged = sign(lin, [own])
    assert "0 awards approved. 1 stays as it was." in forged.text
    assert stage_of(payday.lin["bonus"]) == "director_approval"


def test_whoever_released_the_result_may_not_sign_it(browser: Make, engine: Engine, payday: Payday) -> None:
    with db.write(engine) as session:
        row = {"person_id": payday.cast.hu, "role": "sales_director", "unit_id": 1, "from_on": HIRED}
        session.execute(insert(RoleGrant).values(granted_by=payday.cast.director, **row))
    page = browser("hu").open(LIST)
    assert boxes(page) == []
    assert "You prepared this award; somebody else has to decide about it." in page.text
    one = page.open(f"/approvals/{payday.lin['bonus']}")
    assert "from the result that Hu Min released or rated" in one.text
    assert "greyed" not in one.text
    assert "btn-locked" in one.text


def test_others_do_not_come_in(browser: Make, payday: Payday) -> None:
    """The beneficiary, their manager, a stranger, the administrator."""
    for login in ("lin", "wang", "zhao", "qian"):
        who = browser(login)
        for path in (LIST, f"/approvals/{payday.lin['bonus']}"):
            page = who.open(path)
            assert page.status == 403, login
            assert "Sales director" in page.text
            assert "¥" not in page.text


def test_the_auditor_reads_and_signs_nothing(browser: Make, payday: Payday, stage_of: StageOf) -> None:
    sun = browser("sun").open(LIST)
    assert "4 awards wait for a signature of others" in sun.text
    assert boxes(sun) == []
    bonus = payday.lin["bonus"]
    page = sun.open(f"/approvals/{bonus}")
    assert "¥18,000.00" in page.text
    assert f"/approvals/{bonus}/moves" not in page.text
    token = dict(sun.open("/settings").form("/settings").fields)
    forged = sun.post(f"/approvals/{bonus}/moves", **{**token, "move": "approve", "version": "1"})
    assert forged.status == 409
    assert "This is not yours to do" in forged.text
    assert stage_of(bonus) == "director_approval"


def test_one_award_shows_how_it_came_about_and_the_look_is_noted(
    browser: Make, payday: Payday, noted: Callable[[str], int]
) -> None:
    director = browser("director").open(LIST)
    assert noted("read.pay") == 0  # lists are not noted
    page = director.open(f"/approvals/{payday.lin['bonus']}").text
    for words in (
        "¥18,000.00 for Lin Yue, 2026Q2",
        "12,000.00 × 1.50 × 91/91 = 18,000.00",
        "The rating follows from the rule.",
        "You neither earn nor prepared this award, so you may sign it.",
        "1 of 4",
        "You, sales director",
    ):
        assert words in page, words
    assert noted("read.pay") == 1


def test_the_amounts_of_the_tiers_add_up_to_the_cent(browser: Make, payday: Payday) -> None:
    page = browser("director").open(f"/approvals/{payday.lin['commission']}").text
    table = page[page.index("Line by line") :]
    cells = re.findall(r'class="num"[^>]*>¥([\d,]+\.\d\d)<', table)
    amounts = [int(cell.replace(",", "").replace(".", "")) for cell in cells]
    assert len(amounts) == 4
    assert sum(amounts[:-1]) == amounts[-1]


def test_what_was_set_by_hand_deserves_a_second_look(browser: Make, engine: Engine, payday: Payday) -> None:
    with db.write(engine) as session:
        changes = {"amount_minor": 1_700_000, "changed_reason": "Two weeks of parental leave."}
        session.execute(update(Award).where(Award.id == payday.lin["bonus"]).values(**changes))
    director = browser("director").open(LIST)
    assert "Amount corrected by hand, reason given" in director.text
    assert "Look twice 1" in director.text
    assert len(boxes(director.open(LIST + "?show=look"))) == 1
    page = director.open(f"/approvals/{payday.lin['bonus']}").text
    assert "Two weeks of parental leave." in page
    assert "−¥1,000.00" in page


def test_a_disagreement_reaches_whoever_signs_with_its_words(
    browser: Make, engine: Engine, payday: Payday
) -> None:
    with db.write(engine) as session:
        review = session.get_one(Award, payday.lin["bonus"]).review_id
        session.execute(
            update(Review).where(Review.id == review).values(acknowledgement="acknowledged_disagree")
        )
        wrote = {
            "subject_id": review,
            "version": 99,
            "move": "acknowledge_disagree",
            "from_stage": "feedback",
            "to_stage": "reward",
            "actor_id": payday.cast.lin,
            "role": "reviewee",
            "outcome": "acknowledged_disagree",
            "note": "The March order was mine.",
            "at": datetime(2026, 7, 20, tzinfo=UTC),
        }
        session.execute(insert(MoveLog).values(wrote))
    director = browser("director").open(LIST)
    assert "The employee disagrees with the result" in director.text
    assert "The employee disagrees with the result" in director.open(f"/approvals/{payday.lin['bonus']}").text
    for login, opens in (("director", False), ("fang", False), ("hu", True)):
        page = browser(login).open(f"/approvals/{payday.lin['bonus']}").text
        assert "The March order was mine." in page, login
        assert ('href="/letters/' in page) is opens, "the letter is for HR and her manager"
    assert "Look twice 2" in director.open(LIST).text  # her bonus and her commission


def test_returning_is_for_one_and_needs_a_note(browser: Make, payday: Payday, stage_of: StageOf) -> None:
    bonus = payday.lin["bonus"]
    director = browser("director")
    assert decide(director, bonus, "return").status == 409
    assert "This step needs a note" in director.text
    decide(director, bonus, "return", note="Please check the base.")
    assert stage_of(bonus) == "returned"
    assert "Returned 1" in director.open(LIST).text
    page = browser("hu").open(f"/approvals/{bonus}")
    assert "Please check the base." in page.text
    assert f"/subjects/{bonus}/tasks/correct" in page.text


def test_a_page_of_an_older_version_says_so(
    browser: Make, story: Story, payday: Payday, stage_of: StageOf
) -> None:
    bonus = payday.lin["bonus"]
    director = browser("director").open(f"/approvals/{bonus}")
    form = director.form(f"/approvals/{bonus}/moves")
    story.move(story.cast.director, bonus, "return", "Please check the base.")
    assert director.send(form).status == 409
    assert stage_of(bonus) == "returned"


def test_the_list_takes_the_same_queries_for_one_and_for_four(
    browser: Make, story: Story, payday: Payday, queries: Queries
) -> None:
    director = browser("director")
    director.open(LIST)
    four = queries.of(director, LIST)
    for award in (payday.lin["bonus"], payday.lin["commission"], payday.liu_awards["commission"]):
        story.move(story.cast.director, award, "approve")
    assert queries.of(director, LIST) == four
    queries.of(director, f"/approvals/{payday.lin['bonus']}")
    queries.of(browser("hu").open(LIST), f"/approvals/{payday.lin['bonus']}")
    queries.of(director, LIST + "?tab=signed")


def test_everything_is_there_in_chinese(browser: Make, engine: Engine, payday: Payday) -> None:
    with db.write(engine) as session:
        session.execute(update(Person).values(language="zh"))
    director = browser("director").open(LIST + "?pick=within")
    for words in ("4 笔奖励待你审批", "选择全部符合规则的", "批准", "财务（超 ¥2.0万）", "已选"):
        assert words in director.text, words
    page = director.open(f"/approvals/{payday.lin['bonus']}").text
    for words in ("为什么是这个金额", "审批流程", "你不是受益人，也不是编制人，可以审批。", "绩效奖金"):
        assert words in page, words


def test_an_amount_that_could_not_be_computed_is_hrs_to_find(
    browser: Make, payday: Payday, engine: Engine
) -> None:
    bonus = payday.lin["bonus"]
    with db.write(engine) as session:
        held = {"amount_minor": 0, "proposed_minor": 0, "zero_reason": "pay.base_changes_currency"}
        trace = json.loads(session.get_one(Award, bonus).trace) | {"steps": []}
        session.execute(update(Award).where(Award.id == bonus).values(**held, trace=json.dumps(trace)))
        where = update(Subject).where(Subject.id == bonus)
        session.execute(where.values(stage="returned", part="returned", due_at=None))
    page = browser("hu").open(f"/approvals/{bonus}")
    assert "HR finds the amount and enters it with a reason." in page.text
    assert "Correct the proposal" in page.text
