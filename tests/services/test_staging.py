"""Uploads on their way in: whose they are, how long they are kept, and with which mapping."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, func, select

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Refused
from reviewflow.core.viewer import Grant, Viewer
from reviewflow.services import collect, staging
from reviewflow.store import db
from reviewflow.store.facts import StagedFile, staged
from reviewflow.store.facts.staged import Upload
from tests.cast import Cast

ORDERS = b"order_no,owner_no,signed_on,net_amount\nA1,P003,2026-04-02,100\n"


def viewer(cast: Cast, role: str = "hr", person: int | None = None) -> Viewer:
    return Viewer(person or cast.hu, (Grant(role, cast.company),), date(2026, 4, 1))


def stage(engine: Engine, moment: Moment, who: Viewer, source: str = "crm") -> str:
    with db.write(engine) as session:
        files = [("orders.csv", ORDERS)]
        return staging.stage(session, moment, who, source, files, zone="Asia/Shanghai", currency="CNY")


def find(engine: Engine, moment: Moment, who: Viewer, token: str) -> Upload | None:
    with db.read(engine) as session:
        return staged.find(session, who, token, moment.wall)


def test_it_is_kept_with_a_proposed_mapping(engine: Engine, cast: Cast, moment: Moment) -> None:
    hu = viewer(cast)
    found = find(engine, moment, hu, stage(engine, moment, hu))
    assert found is not None
    assert found.files == (("orders.csv", ORDERS),)
    assert 'person = "owner_no"' in found.mapping
    assert found.base is None
    with db.read(engine) as session:
        (line,) = staged.waiting(session, hu, moment.wall)
    assert (line.source, line.files) == ("crm", ("orders.csv",))


def test_nobody_else_sees_it(engine: Engine, cast: Cast, moment: Moment) -> None:
    token = stage(engine, moment, viewer(cast))
    other = viewer(cast, person=cast.fang)
    assert find(engine, moment, other, token) is None
    with db.write(engine) as session, pytest.raises(Refused) as caught:
        staging.drop(session, moment, other, token)
    assert [reason.key for reason in caught.value.reasons] == ["staging.gone"]


def test_after_a_day_it_is_gone_and_taken_away_by_the_next(
    engine: Engine, cast: Cast, moment: Moment
) -> None:
    hu = viewer(cast)
    token = stage(engine, moment, hu)
    later = Moment(moment.business, moment.wall + staging.KEPT)
    assert find(engine, later, hu, token) is None
    stage(engine, later, viewer(cast, person=cast.fang))
    with db.read(engine) as session:
        assert session.scalar(select(func.count()).select_from(StagedFile)) == 1


def test_the_oldest_of_many_goes(engine: Engine, cast: Cast, moment: Moment) -> None:
    hu, tokens = viewer(cast), []
    for minute in range(staging.MOST + 2):
        later = Moment(moment.business, moment.wall + timedelta(minutes=minute))
        tokens.append(stage(engine, later, hu))
    kept = [find(engine, moment, hu, token) is not None for token in tokens]
    assert kept == [False, False, *[True] * staging.MOST]


@pytest.mark.parametrize(
    ("role", "source", "key"),
    [
        ("finance", "crm", "import.not_granted"),
        ("hr", "My CRM", "staging.bad_name"),
        ("hr", "", "staging.bad_name"),
    ],
)
def test_refusals(engine: Engine, cast: Cast, moment: Moment, role: str, source: str, key: str) -> None:
    with pytest.raises(Refused) as caught:
        stage(engine, moment, viewer(cast, role), source)
    assert [reason.key for reason in caught.value.reasons] == [key]


def test_without_a_file(engine: Engine, cast: Cast, moment: Moment) -> None:
    with db.write(engine) as session, pytest.raises(Refused) as caught:
        staging.stage(session, moment, viewer(cast), "crm", [], zone="UTC", currency="CNY")
    assert [reason.key for reason in caught.value.reasons] == ["staging.no_file"]


def test_the_saved_mapping_comes_with_it_and_may_change_meanwhile(
    engine: Engine, cast: Cast, moment: Moment
) -> None:
    hu = viewer(cast)
    mine = find(engine, moment, hu, stage(engine, moment, hu))
    assert mine is not None
    with db.write(engine) as session:
        collect.accept_mapping(session, moment, hu, mine.mapping)
    token = stage(engine, moment, hu)
    again = find(engine, moment, hu, token)
    assert again is not None
    assert again.base == staging.digest(mine.mapping)
    with db.write(engine) as session:
        collect.accept_mapping(session, moment, hu, mine.mapping + "# theirs\n")
    with db.write(engine) as session:
        staging.remap(session, moment, hu, token, mine.mapping + "# mine\n")
        staging.check_base(session, moment, hu, token)  # written in sight of theirs
    with db.write(engine) as session:
        collect.accept_mapping(session, moment, hu, mine.mapping + "# theirs again\n")
    with db.write(engine) as session, pytest.raises(Refused) as caught:
        staging.check_base(session, moment, hu, token)
    assert [reason.key for reason in caught.value.reasons] == ["staging.mapping_changed"]


def test_a_mapping_may_name_another_source(engine: Engine, cast: Cast, moment: Moment) -> None:
    hu = viewer(cast)
    token = stage(engine, moment, hu)
    for text, source in (('name = "shop"\n', "shop"), ("name = [", "shop"), ('name = "No!"\n', "shop")):
        with db.write(engine) as session:
            staging.remap(session, moment, hu, token, text)
        found = find(engine, moment, hu, token)
        assert found is not None
        assert (found.source, found.mapping) == (source, text)
    with db.write(engine) as session, pytest.raises(Refused):
        staging.remap(session, moment, hu, token, "x" * (staging.LONGEST_MAPPING + 1))
