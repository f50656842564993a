"""What the pages about letters, pay, surveys, audit and system ask, on both databases."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from reviewflow.core.viewer import Grant, Viewer
from reviewflow.services import move, survey
from reviewflow.store import (
    approvals,
    audit_page,
    clock,
    db,
    letter_page,
    my_pay,
    payroll,
    survey_results,
    surveys,
    system_page,
)
from reviewflow.store.audit_page import GROUPS, Wanted
from reviewflow.store.letters import Letter
from tests.flows.story import Story
from tests.web.pay.payday import Payday, tell


@pytest.fixture
def payday(engine: Engine) -> Payday:
    return tell(engine)


def test_every_question_is_answered_for_whom_it_is_meant(engine: Engine, payday: Payday) -> None:
    story = Story(engine, payday.cast, payday.cycle)
    cast, bonus = payday.cast, payday.lin["bonus"]
    director, fang, lin, hu, sun, qian, zhao = (
        story.viewer(person)
        for person in (cast.director, cast.fang, cast.lin, cast.hu, payday.sun, payday.qian, cast.zhao)
    )
    with db.read(engine) as session:
        assert approvals.waiting_count(session, director) == 4
        assert [approvals.waiting_count(session, one) for one in (fang, hu, sun, lin)] == [0, 0, 0, 0]
        first, second, place, number = approvals.neighbours(session, director, bonus)
        assert (first, place, number) == (None, 1, 4)
        assert second in payday.lin.values()
        lines = approvals.lines(session, director, approvals.PENDING, limit=10)
        assert {line.person for line in lines} == {"Lin Yue", "Liu Fang"}
        assert approvals.counts(session, director) == {"pending": 4, "returned": 0}
        (sums,) = approvals.sums(session, director)
        assert sums.waiting.minor == sum(line.amount.minor for line in lines if line.amount)
        assert approvals.names(session, director, [bonus])[bonus][0] == "Lin Yue"
        assert approvals.names(session, zhao, [bonus]) == {}
        page = approvals.page(session, director, bonus)
        assert page is not None
        assert (page.position, page.past.preparers) == ("sales rep", ("Hu Min",))
        assert approvals.page(session, zhao, bonus) is None
        mine = approvals.page(session, lin, bonus)
        assert mine is not None
        assert (mine.line.amount, mine.trace, mine.past.signatures) == (None, None, ())

        (cycle,) = my_pay.cycles(session, lin)
        assert [award.amount for award in cycle.awards] == [None, None]
        assert payroll.waiting(session, fang) == []
        assert payroll.files(session, fang, limit=10) == []
        assert [one.used for one in surveys.open_tickets(session, lin)] == [False]
        assert [(one.asked, one.answered) for one in survey_results.surveys(session, hu)] == [(2, 0)]
        assert survey_results.surveys(session, lin) == []
        assert survey_results.results(session, lin, payday.cycle, 5) is None

        assert audit_page.entries(session, lin, Wanted(), limit=5) == []
        for group in GROUPS:
            audit_page.entries(session, sun, Wanted(person="lin_", group=group), limit=5)
        assert audit_page.entries(session, sun, Wanted(person="YUE", group="moves"), limit=5)
        assert audit_page.sealing(session, sun) is None
        now = clock.moment(session).wall
        assert system_page.page(session, lin, now) is None
        found = system_page.page(session, qian, now)
        assert found is not None
        assert {version.kind for version in found.versions} >= {"workflow", "plan", "rubric"}
        assert found.scratch
        assert not system_page.well(session, now)  # nobody does the promised work


def test_money_letters_and_answers_go_their_way(engine: Engine, payday: Payday) -> None:
    story = Story(engine, payday.cast, payday.cycle)
    cast, bonus = payday.cast, payday.lin["bonus"]
    story.move(cast.director, bonus, "approve")
    lin, fang, zhou = (story.viewer(person) for person in (cast.lin, cast.fang, payday.zhou))
    office = Viewer(cast.fang, (Grant("finance", cast.office),), date(2026, 8, 1))
    with db.write(engine) as session:
        weights = dict.fromkeys(("sales_amount", "visits"), 50)
        survey.submit(
            session, story.moment, lin, payday.cycle, ratings={"visits": {"fair": 3}}, weights=weights, comment="",
            floor=1,
        )  # fmt: skip
    with db.read(engine) as session:
        (batch,) = payroll.waiting(session, fang)
        assert (batch.ready_total.minor, batch.ready[0].move) == (1_800_000, "export")
        assert payroll.waiting(session, office) == []
        results = survey_results.results(session, story.viewer(cast.hu), payday.cycle, 1)
        assert results is not None
        assert results.opinions[0].proposed == 50
        letter_id = letter_page.newest(session, zhou, payday.zhou_review)
        assert letter_id is not None
        page = letter_page.letter(session, zhou, letter_id)
        assert page is not None
        assert (page.current, page.newest, page.acknowledgement) == (True, letter_id, None)
        assert letter_page.letter(session, lin, letter_id) is None
        pdf = letter_page.pdf(session, zhou, letter_id)
        assert pdf is not None
        assert bytes(pdf.body) == b"%PDF-1.7 letter"
        proof = letter_page.proof(session, session.get_one(Letter, letter_id).code)
        assert proof is not None
        assert (proof.current, proof.replaced) == (True, False)
        assert letter_page.proof(session, "0" * 16) is None
    viewer, seen = fang, story.subject(bonus).version
    with db.write(engine) as session:
        move.move_many(session, story.moment, viewer, [(bonus, seen)], "export")
    with db.read(engine) as session:
        (file,) = payroll.files(session, fang, limit=10)
        assert (file.total.minor, file.lines, file.name) == (1_800_000, 1, "payroll-2026Q2-1.csv")
        assert payroll.body(session, office, file.id) is None
        found = payroll.body(session, fang, file.id)
        assert found is not None
        assert found[1].splitlines()[1] == "P003,bonus,2026-04-01/2026-06-30,18000.00,CNY"
