"""The lake is a copy: equal to the landed rows at every batch, and nothing is lost wherever a copier dies."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select

from reviewflow.store import db, outbox
from reviewflow.store.clock import moment
from reviewflow.store.facts import lake
from reviewflow.store.facts.lake import changes, copier, files, manifest
from reviewflow.store.facts.rows import LakeFile, LandingBatch
from tests.facts.test_measures import PEOPLE, events, forget, in_batches
from tests.facts.world import Row, land, write_people

JANUARY, FEBRUARY = date(2026, 1, 10), date(2026, 2, 10)

pytestmark = pytest.mark.sqlite


class Killed(BaseException):
    """Stands for kill -9: nothing catches it."""


def in_lake(engine: Engine, folder: Path) -> list[dict[str, Any]]:
    """All rows of the lake as it is now."""
    with db.read(engine) as session:
        listed = lake.version(session).files
    rows = [row for file in listed for row in files.read(folder, file.sha256).to_pylist()]
    return sorted(rows, key=str)


def landed(engine: Engine) -> list[dict[str, Any]]:
    with db.read(engine) as session:
        return sorted(lake.landed(session, 10**6).to_pylist(), key=str)


def batch_of(engine: Engine) -> int:
    with db.read(engine) as session:
        return lake.version(session).batch_no


def begin(engine: Engine, *batches: list[Row]) -> None:
    with db.write(engine) as session:
        write_people(session, PEOPLE)
    for batch in batches:
        more(engine, batch)


def more(engine: Engine, batch: list[Row]) -> None:
    with db.write(engine) as session:
        land(session, batch)


def order(name: str, on: date = JANUARY, amount: int = 10_000) -> Row:
    return Row(name, 1, on, amount=amount, customer="Acme")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(events(), max_size=8), min_size=1, max_size=5), st.data())
def test_the_lake_equals_the_landed_rows_however_they_came(
    engine: Engine, lake_folder: Path, drawn: list[list[Row]], data: st.DataObject
) -> None:
    with db.write(engine) as session:
        forget(session)
        session.execute(delete(LakeFile))
        write_people(session, PEOPLE)
    for batch in in_batches(drawn):
        more(engine, batch)
        if data.draw(st.booleans(), "copied at once"):
            lake.copy(engine, lake_folder, "copier")
            assert in_lake(engine, lake_folder) == landed(engine)
    lake.copy(engine, lake_folder, "copier")
    assert in_lake(engine, lake_folder) == landed(engine)
    with db.read(engine) as session:
        assert lake.damaged(session, lake_folder) == []


def test_new_rows_rewrite_the_tail_of_their_month_only(engine: Engine, lake_folder: Path) -> None:
    begin(engine, [order("a"), order("b", FEBRUARY)])
    lake.copy(engine, lake_folder, "copier")
    more(engine, [order("c")])
    lake.copy(engine, lake_folder, "copier")
    with db.read(engine) as session:
        found = [(file.month, file.part, file.rows) for file in lake.version(session).files]
    assert found == [("2026-01", "base", 1), ("2026-01", "tail", 1), ("2026-02", "base", 1)]


def test_a_long_tail_becomes_part_of_the_base(
    engine: Engine, lake_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "LONGEST_TAIL", 2)
    begin(engine, [order("a")])
    for name in "bcd":
        lake.copy(engine, lake_folder, "copier")
        more(engine, [order(name)])
    lake.copy(engine, lake_folder, "copier")
    with db.read(engine) as session:
        found = [(file.part, file.rows) for file in lake.version(session).files]
    assert found == [("base", 4)]


def test_a_correction_rewrites_the_months_where_the_event_was_and_is(
    engine: Engine, lake_folder: Path
) -> None:
    first = order("a")
    begin(engine, [first, order("b")], [order("c")])
    lake.copy(engine, lake_folder, "copier")
    more(engine, [first.again(on=FEBRUARY, amount=20_000)])
    lake.copy(engine, lake_folder, "copier")
    assert in_lake(engine, lake_folder) == landed(engine)
    with db.read(engine) as session:
        found = [(file.month, file.part, file.rows) for file in lake.version(session).files]
    assert found == [("2026-01", "base", 2), ("2026-02", "tail", 1)]


def test_a_withdrawn_event_leaves_and_an_empty_month_with_it(engine: Engine, lake_folder: Path) -> None:
    first = order("a")
    begin(engine, [first])
    lake.copy(engine, lake_folder, "copier")
    more(engine, [first.again(voided=True)])
    lake.copy(engine, lake_folder, "copier")
    assert in_lake(engine, lake_folder) == []
    assert batch_of(engine) == 2


STEPS = ("read", "first file", "every file", "before the commit", "after the commit")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("corrected", [False, True])
def test_a_copier_that_is_killed_loses_nothing_and_doubles_nothing(
    engine: Engine, lake_folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, corrected: bool
) -> None:
    first = order("a")
    begin(engine, [first, order("b", FEBRUARY)])
    lake.copy(engine, lake_folder, "first")
    more(engine, [first.again(amount=7)] if corrected else [order("c"), order("d", FEBRUARY)])
    with monkeypatch.context() as patched:
        _kill_at(patched, step)
        with pytest.raises(Killed):
            lake.copy(engine, lake_folder, "killed")
    assert batch_of(engine) == (2 if step == STEPS[-1] else 1)
    _let_the_lease_run_out(engine)
    assert lake.copy(engine, lake_folder, "next") == 2
    assert in_lake(engine, lake_folder) == landed(engine)
    lake.sweep(engine, lake_folder, "next")
    assert in_lake(engine, lake_folder) == landed(engine)


def _kill_at(patched: pytest.MonkeyPatch, step: str) -> None:
    """Make the copier die at a step; and like a killed process, it does not give its lease back."""

    def dies(*args: object, **named: object) -> Any:
        raise Killed

    def after(done: Any) -> Any:
        def both(*args: Any, **named: Any) -> Any:
            done(*args, **named)
            raise Killed

        return both

    if step == "read":
        patched.setattr(copier, "appended", dies)
    elif step == "first file":
        patched.setattr(files, "write", after(files.write))
    elif step == "every file":
        patched.setattr(copier, "appended", after(changes.appended))
    elif step == "before the commit":
        patched.setattr(manifest, "replace", after(manifest.replace))
    else:
        patched.setattr(copier, "_step", after(copier._step))


def _let_the_lease_run_out(engine: Engine) -> None:
    with db.write(engine) as session:
        for holder in ("first", "killed"):
            outbox.hold(session, copier.LEASE_NAME, holder, moment(session).wall, timedelta())


def test_a_copier_whose_lease_was_taken_over_writes_nothing(
    engine: Engine, lake_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(engine, [order("a")])

    def slow(*args: Any, **named: Any) -> Any:
        found = changes.rebuilt(*args, **named)
        _let_the_lease_run_out(engine)
        with db.write(engine) as session:
            assert outbox.hold(session, copier.LEASE_NAME, "other", moment(session).wall, copier.LEASE)
        return found

    monkeypatch.setattr(copier, "rebuilt", slow)
    with pytest.raises(lake.Busy):
        lake.copy(engine, lake_folder, "first")
    assert batch_of(engine) == 0


def test_only_one_copies_at_a_time(
    engine: Engine, lake_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copier, "PATIENCE", timedelta())
    with db.write(engine) as session:
        assert outbox.hold(session, copier.LEASE_NAME, "other", moment(session).wall, copier.LEASE)
    with pytest.raises(lake.Busy):
        lake.copy(engine, lake_folder, "copier")


def test_a_deleted_lake_is_written_anew(engine: Engine, lake_folder: Path) -> None:
    begin(engine, [order("a"), order("b", FEBRUARY)])
    lake.copy(engine, lake_folder, "copier")
    with db.read(engine) as session:
        before = lake.version(session).identity
    for path in lake_folder.iterdir():
        path.unlink()
    with db.read(engine) as session:
        assert lake.version_at(session, 1, lake_folder) is None
        assert len(lake.damaged(session, lake_folder)) == 2
    lake.copy(engine, lake_folder, "copier")
    with db.read(engine) as session:
        assert lake.version(session).identity == before
        assert lake.version_at(session, 1, lake_folder) is not None
    assert in_lake(engine, lake_folder) == landed(engine)


def test_rebuilding_puts_right_what_was_damaged(engine: Engine, lake_folder: Path) -> None:
    begin(engine, [order("a")], [order("b")])
    lake.copy(engine, lake_folder, "copier")
    victim = next(lake_folder.iterdir())
    victim.write_bytes(b"x" * 100)
    with db.read(engine) as session:
        assert lake.damaged(session, lake_folder) == [victim.stem]
    assert lake.rebuild(engine, lake_folder, "copier") == 2
    with db.read(engine) as session:
        assert lake.damaged(session, lake_folder) == []
    assert in_lake(engine, lake_folder) == landed(engine)


def test_rebuilding_takes_many_rows_in_turns(
    engine: Engine, lake_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "ROWS_AT_ONCE", 2)
    rows = [order(str(n), JANUARY + timedelta(days=20 * n)) for n in range(8)]
    begin(engine, rows)
    lake.rebuild(engine, lake_folder, "copier")
    assert in_lake(engine, lake_folder) == landed(engine)


def test_sweeping_removes_what_no_recent_version_names(engine: Engine, lake_folder: Path) -> None:
    begin(engine, [order("a")])
    lake.copy(engine, lake_folder, "copier")
    draft = lake_folder / "draft-abc.tmp"
    draft.write_bytes(b"half a file")
    strange = lake_folder / "notes.txt"
    strange.write_text("not ours")
    for number in range(30):
        more(engine, [order(f"more {number}")])
        lake.copy(engine, lake_folder, "copier")
    assert len(list(lake_folder.iterdir())) > 30
    lake.sweep(engine, lake_folder, "copier")
    assert not draft.exists()
    assert strange.exists()
    assert len(list(lake_folder.iterdir())) < 25
    assert in_lake(engine, lake_folder) == landed(engine)


def test_a_batch_without_events_moves_the_lake_on(engine: Engine, lake_folder: Path) -> None:
    begin(engine, [order("a")], [])
    assert lake.copy(engine, lake_folder, "copier") == 2
    with db.read(engine) as session:
        assert list(session.scalars(select(LandingBatch.no).where(LandingBatch.in_lake_at.is_(None)))) == []


def test_only_files_of_the_months_that_are_asked_for_are_named(engine: Engine, lake_folder: Path) -> None:
    begin(engine, [order("a"), order("b", FEBRUARY)])
    lake.copy(engine, lake_folder, "copier")
    with db.read(engine) as session:
        version = lake.version(session)
    assert len(version.paths(lake_folder)) == 2
    assert len(version.paths(lake_folder, "2026-02", "2026-02")) == 1


@pytest.fixture
def lake_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder; and nobody waits for a lease in a test."""
    monkeypatch.setattr(copier, "_BETWEEN_LOOKS", 0.001)
    folder = tmp_path / "lake"
    folder.mkdir()
    return folder
