"""The exports are what a customer would bring: files with mappings that our own import reads."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from reviewflow.connectors.mapping import load
from reviewflow.connectors.reading import read_file, reads_for
from reviewflow.connectors.rows import Reading
from reviewflow.core.indicators import EVENT_KINDS
from reviewflow.demo.exports import MAPPINGS, write_people, write_records
from tests.demo.world import RUNNING, TODAY, history, people


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("exports")
    write_people(made, people(), TODAY)
    write_records(made, history(), with_bad_lines=True)
    return made


def read_all(folder: Path, names: tuple[str, ...] = MAPPINGS) -> dict[str, Reading]:
    """Every file of these mappings, by file name."""
    readings = {}
    for name in names:
        mapping = load((folder / f"{name}.toml").read_text(encoding="utf-8"))
        for file in dict.fromkeys(read.file.replace("*", "") for read in mapping.reads):
            reads = reads_for(mapping, file)
            readings[file] = read_file(mapping, reads, file, (folder / file).read_bytes())
    return readings


@pytest.fixture(scope="module")
def readings(folder: Path) -> dict[str, Reading]:
    return read_all(folder)


def test_a_second_download_of_a_file_is_known_by_its_name(folder: Path) -> None:
    for name in MAPPINGS:
        mapping = load((folder / f"{name}.toml").read_text(encoding="utf-8"))
        for read in mapping.reads:
            assert reads_for(mapping, read.file.replace("*", " (1)")) == reads_for(mapping, read.file)


def test_every_event_kind_is_delivered_by_exactly_one_source(folder: Path) -> None:
    delivered = [load((folder / f"{name}.toml").read_text(encoding="utf-8")).delivers for name in MAPPINGS]
    assert sorted(kind for kinds in delivered for kind in kinds) == sorted(EVENT_KINDS)


def test_everything_is_read_but_the_bad_lines(readings: dict[str, Reading]) -> None:
    bad = [(file, value.column, value.reason.key) for file, found in readings.items() for value in found.bad]
    assert bad == [
        ("satisfaction.csv", "replied_on", "row.no_such_day"),
        ("satisfaction.csv", "score", "row.not_a_number"),
    ]
    closed = sum(deal.closed_on is not None for deal in history().opportunities)
    assert len(readings["orders.csv"].events) == len(history().orders)
    assert len(readings["payments.csv"].events) == len(history().payments)
    assert len(readings["opportunities.csv"].events) == closed
    assert len(readings["satisfaction.csv"].events) == len(history().replies) + 1
    assert len(readings["people.csv"].entries) == len(people().people)


def test_sums_arrive_to_the_cent(readings: dict[str, Reading]) -> None:
    orders = readings["orders.csv"].events
    assert sum(one.amount_e4 or 0 for one in orders) == sum(order.amount for order in history().orders) * 100
    assert sum(one.amount2_e4 or 0 for one in orders) == sum(order.cost for order in history().orders) * 100
    invoices = readings["invoices.csv"].events
    assert sum(one.amount_e4 or 0 for one in invoices) == sum(i.amount for i in history().invoices) * 100


def test_pay_bases_are_an_amount_and_a_rate(readings: dict[str, Reading]) -> None:
    entries = readings["pay_base.csv"].entries
    lin = {
        entry.values["component"]: entry.values for entry in entries if entry.values["person"] == "YF-1015"
    }
    assert lin["bonus"]["amount"] == 14_000_0000
    assert lin["commission"]["rate"] == 12_000


def test_people_are_exported_as_they_were_on_the_day(tmp_path: Path) -> None:
    """The early export knows no late joiner and no new team; the later one says who left."""
    write_people(tmp_path / "early", people(), RUNNING.starts_on)
    write_people(tmp_path / "late", people(), TODAY)
    early, late = (
        {entry.key: entry.values for entry in read_all(tmp_path / name, ("people",))["people.csv"].entries}
        for name in ("early", "late")
    )
    cast = people().cast
    assert set(late) - set(early) == {cast["late"]}
    assert early[cast["mover"]]["manager"] == cast["manager"]
    assert late[cast["mover"]]["manager"] == cast["second_manager"]
    assert early[cast["leaver"]]["left"] is None
    assert late[cast["leaver"]]["left"] == people().person("leaver").left_on


def test_the_same_day_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_people(tmp_path, people(), TODAY)
    write_records(tmp_path, history(), with_bad_lines=True)
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(path.name for path in tmp_path.iterdir())
    assert Counter((folder / name).read_bytes() == (tmp_path / name).read_bytes() for name in names) == {
        True: len(names)
    }
