"""The cut-off freezes what it judged: it waits for the figures of the newest import, and says so."""

from __future__ import annotations

import json
from dataclasses import replace

from reviewflow.core.measuring import Figure
from reviewflow.core.reasons import Reason
from reviewflow.core.viewer import the_clock
from reviewflow.jobs.steps import drain
from reviewflow.jobs.table import kinds
from reviewflow.services import collect
from reviewflow.services.measure import answer, collection
from reviewflow.store import db
from reviewflow.store.facts import last_batch
from reviewflow.store.reviews import Review
from tests.facts.company import HEADER, MAPPING, Company
from tests.facts.staff import MAPPING as STAFF_MAPPING
from tests.facts.staff import bring


def land(company: Company, text: str, mapping: str = MAPPING) -> None:
    """A file lands; the work that it promises has to wait."""
    moment, clock = company.story.moment, the_clock(company.story.at.date())
    with db.write(company.engine) as session:
        collect.accept_mapping(session, moment, clock, mapping)
        collect.land(session, moment, clock, collect.prepare(mapping, "orders_late.csv", text.encode()))


def held_up(company: Company, review: int) -> list[str]:
    found = company.story.subject(review).held_up
    return [key for key, _ in json.loads(found)["reasons"]] if found else []


def test_it_waits_until_the_newest_import_is_computed_and_then_goes_by_itself(collecting: Company) -> None:
    review = collecting.leave_out_what_is_missing()
    land(collecting, HEADER + "9,P003,2026-06-30,100000,1,Acme\n")
    assert collecting.story.wait_for(review) == []
    assert held_up(collecting, review) == ["guard.measures_older"]
    collecting.tell_time()
    drain(collecting.engine, collecting.tools, kinds("default"))
    assert collecting.story.subject(review).stage == "evaluation"
    row: Review = collecting.story.row(Review, review)
    sales = collecting.measured()["sales_amount"]
    assert (sales.batch_no, row.scored_collection) == (row.frozen_batch, row.collection)
    assert sales.numerator_e4 == 5_000_000_000


def test_an_import_that_takes_a_figure_away_stops_it(collecting: Company) -> None:
    """Orders in another currency: the figure that was there is missing, and HR is asked for it, not surprised."""
    review = collecting.leave_out_what_is_missing()
    mapping = MAPPING.replace('"crm"', '"crm_us"').replace("CNY", "USD")
    land(collecting, HEADER + "1,P003,2026-06-29,500,1,Acme\n", mapping)
    assert collecting.story.wait_for(review) == []
    collecting.tell_time()
    drain(collecting.engine, collecting.tools, kinds("default"))
    assert collecting.story.subject(review).stage == "data_collection"
    assert held_up(collecting, review) == ["guard.measures_open"]


def test_an_import_of_people_holds_no_cut_off_up(collecting: Company) -> None:
    """It computes no figures, though it has a batch number of its own."""
    review = collecting.leave_out_what_is_missing()
    with db.write(collecting.engine) as session:
        before = last_batch(session)
        bring(session, collecting.story.moment, {"names.csv": "id,name\nP003,Lin Yu\n"}, STAFF_MAPPING)
        assert last_batch(session) > before
    assert collecting.story.wait_for(review) == ["cut_off"]


def test_figures_that_went_missing_in_the_freeze_are_told_at_once(collecting: Company) -> None:
    """A batch that lands in the very moment of the cut-off; there will be no score, and nobody waits for it."""
    review = collecting.leave_out_what_is_missing()
    assert collecting.story.wait_for(review) == ["cut_off"]
    with db.read(collecting.engine) as session:
        asked = collection.load_freeze(session, collecting.story.cycle, review, review)
    found = answer(asked, collecting.engine, collecting.lake)
    missing = Figure("missing", None, Reason("measure.other_currency", {"rows": 1, "currency": "CNY"}))
    gone = [replace(one, figure=missing) if one.indicator == "sales_amount" else one for one in found]
    with db.write(collecting.engine) as session:
        collection.finish_freeze(session, collecting.story.moment, gone)
    kept = json.loads(collecting.story.subject(review).held_up or "{}")
    assert kept["move"] == "evaluated"
    assert kept["reasons"][0][0] == "measure.missing_frozen"
    assert "sales_amount" in kept["reasons"][0][1]["indicator"]
    hu = collecting.cast.hu
    assert collecting.story.move(hu, review, "reopen_collection", "A currency is missing.").to_stage
    assert held_up(collecting, review) == []
