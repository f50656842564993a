"""The company's tree with its people, and finding some of them by a few letters."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, update

from reviewflow.core.viewer import Grant, Viewer
from reviewflow.store import db, find, people_page
from reviewflow.store.people import Person
from tests.cast import Cast
from tests.counting import counted

TODAY = date(2026, 4, 1)


@pytest.mark.parametrize("tops", [("company",), ("sales",), ("sales", "office"), ("company", "sales")])
def test_who_has_left_is_counted_nowhere(engine: Engine, cast: Cast, tops: tuple[str, ...]) -> None:
    """The whole company, counted from indexes, is the sum that its units come to."""
    with db.write(engine) as session:
        gone = update(Person).where(Person.id == cast.lin).values(left_on=TODAY - timedelta(days=1))
        session.execute(gone)
    units = {"company": 1, "sales": cast.sales, "office": cast.office}
    viewer = Viewer(cast.hu, tuple(Grant("hr", units[top]) for top in tops), TODAY)
    everybody = {"company": 5, "sales": 1, "office": 3}
    with db.read(engine) as session:
        for top in tops:
            place = people_page.place(session, viewer, units[top])
            assert place is not None
            found = {"unit": place.unit.people} | {one.name: one.people for one in place.below}
            assert found["unit"] == everybody[top]
            assert found.get("East", 0) == 0


def test_below_the_top_the_whole_company_is_not_counted(engine: Engine, cast: Cast) -> None:
    viewer = Viewer(cast.hu, (Grant("hr", cast.company),), TODAY)
    for unit_id, whole in ((cast.company, True), (cast.sales, False)):
        with db.read(engine) as session, counted(engine) as queries:
            assert people_page.place(session, viewer, unit_id) is not None
        assert any("UNION ALL" in query for query in queries) is whole


@pytest.mark.parametrize(
    ("words", "name"), [("lin y", "Lin Yue"), ("LINYUE", "Lin Yue"), ("p003", "Lin Yue")]
)
def test_a_few_letters_find_a_person(engine: Engine, cast: Cast, words: str, name: str) -> None:
    viewer = Viewer(cast.hu, (Grant("hr", 1),), TODAY)
    with db.read(engine) as session:
        assert [one.name for one in find.people(session, viewer, words)] == [name]
        assert [one.name for one in people_page.people(session, viewer, 1, words=words, limit=9)] == [name]
