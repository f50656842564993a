"""Refused lines: named, kept, downloaded, mended and sent again; and who may look at imports."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from reviewflow.connectors.cells import clean
from reviewflow.core.moment import Moment
from reviewflow.core.viewer import Viewer
from reviewflow.store.facts import imports
from reviewflow.store.facts.rows import BadRow
from reviewflow.store.people import Person
from tests.cast import Cast
from tests.facts.shop import BAD, HEADER, amounts, counts, hu, land


@pytest.fixture
def desk(cast: Cast, session: Session) -> Session:
    """A session in a company with the cast."""
    return session


def test_bad_lines_are_named_and_good_ones_land(desk: Session, moment: Moment) -> None:
    report = land(desk, moment, BAD)
    assert counts(report) == (1, 0, 0, 0, 5)
    assert [(bad.line, bad.column, bad.value, bad.reason.key) for bad in report.bad] == [
        (3, "Rep", "P099", "row.unknown_person"),
        (4, "Date", "2026-02-30", "row.no_such_day"),
        (5, "Amount", "twelve", "row.not_a_number"),
        (6, "", "5,P003,2026-03-05", "row.other_width"),
        (7, "No", "", "row.blank"),
    ]
    assert report.unknown == (("P099", 1),)
    stored = desk.scalars(select(BadRow).order_by(BadRow.line)).all()
    assert [json.loads(row.row) for row in stored][1] == ["3", "P003", "2026-02-30", "12", "Acme"]


def test_refused_lines_are_downloaded_mended_and_sent_again(
    desk: Session, moment: Moment, cast: Cast
) -> None:
    land(desk, moment, BAD)
    body = imports.refused_as_csv(desk, hu(cast, moment), 1)
    assert body is not None
    mended = (
        body.decode("utf-8-sig")
        .replace("P099", "P002")
        .replace("2026-02-30", "2026-02-28")
        .replace("twelve", "12")
        .replace("5,P003,2026-03-05\r\n", "5,P003,2026-03-05,5,Acme\r\n")
        .replace("\r\n,P003", "\r\n6,P003")
    )
    report = land(desk, moment, mended)
    assert (counts(report), report.bad) == ((5, 0, 0, 0, 0), ())
    assert sorted(amounts(desk)) == ["1", "2", "3", "4", "5", "6"]


def test_refused_lines_get_another_chance_when_the_person_is_known_by_then(
    desk: Session, moment: Moment, cast: Cast
) -> None:
    text = HEADER + "1,P003,2026-03-01,100,Acme\n2,P042,2026-03-02,50,Bolt\n"
    land(desk, moment, text)
    assert imports.unknown_refs(desk, hu(cast, moment)) == [imports.UnknownRef("shop", "P042", 1)]
    desk.add(Person(external_id="P042", name="Qian Bo", language="zh", zone="Asia/Shanghai"))
    desk.flush()
    report = land(desk, moment, text)
    assert (report.batch_no, report.sent_before, counts(report)) == (2, 1, (1, 0, 1, 0, 0))
    assert imports.unknown_refs(desk, hu(cast, moment)) == []


def test_data_pages_show_nothing_to_who_may_not_look(desk: Session, moment: Moment, cast: Cast) -> None:
    land(desk, moment, BAD)
    rep = Viewer(cast.lin, (), moment.business.date())
    assert imports.source_lines(desk, rep) == []
    assert imports.import_lines(desk, rep) == []
    assert imports.refused(desk, rep, 1) == []
    assert imports.refused_as_csv(desk, rep, 1) is None
    assert imports.unknown_refs(desk, rep) == []
    [source] = imports.source_lines(desk, hu(cast, moment))
    assert (source.name, source.delivers, source.refused) == ("shop", ("order",), 5)
    [line] = imports.import_lines(desk, hu(cast, moment), source="shop")
    assert (line.no, line.new, line.bad, line.by) == (1, 1, 5, None)
    assert len(imports.refused(desk, hu(cast, moment), 1)) == 5


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "＝1", "=1", "-1,5", "a=b", ""])
def test_no_cell_of_a_download_is_a_formula(cell: str) -> None:
    shown = imports.inert(cell)
    assert shown[:1] not in tuple("=@\t＝＋－＠")
    assert shown[:1] not in tuple("+-") or shown[1:].replace(",", "").isdigit()
    assert clean(shown) == clean(cell)
