"""`reviewflow import`: what people type, what it says, and with which status it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select

from reviewflow.cli import group
from reviewflow.core.reasons import Faulty, Refused
from reviewflow.store.db import read
from reviewflow.store.facts.rows import Landing, LandingBatch
from reviewflow.store.people import Person

MAPPING = """\
format = 1
kind = "mapping"
name = "crm"
zone = "Asia/Shanghai"
currency = "CNY"

[[read]]
file = "team.csv"
kind = "people"
key = "Rep"
creates = ["manager"]
columns = { name = "Rep", manager = "Boss" }

[[read]]
file = "orders.csv"
kind = "order"
key = "No"
columns = { person = "Rep", on = "Date", amount = "Amount" }
"""


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    texts = {
        "crm.toml": MAPPING,
        "team.csv": "Rep;Boss\nLin;Wang\nZhao;Wang\n",
        "orders.csv": "No;Rep;Date;Amount\n1;Lin;01.03.2026;1.234,50\n2;Qian;02.03.2026;5\n3;Lin;31.02.2026;7,5\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: str(tmp_path / name) for name in texts}


@pytest.fixture
def installed(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setenv("REVIEWFLOW_ENV", "test")
    monkeypatch.setenv("REVIEWFLOW_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
    return engine


def run(*words: str) -> Result:
    return CliRunner().invoke(group, ["import", *words])


def counts(engine: Engine) -> tuple[int, int, int]:
    with read(engine) as session:
        tables = (Person, Landing, LandingBatch)
        people, rows, batches = (session.scalar(select(func.count()).select_from(one)) or 0 for one in tables)
        return people, rows, batches


@pytest.mark.sqlite
def test_a_first_import_tried_out_then_done_then_repeated(installed: Engine, files: dict[str, str]) -> None:
    words = ("crm", files["team.csv"], files["orders.csv"], "--mapping", files["crm.toml"])
    tried = run(*words, "--dry-run")
    assert (tried.exit_code, counts(installed)) == (1, (0, 0, 0))
    done = run(*words)
    said, counted = tried.output.split("\n", 1)
    assert said == "Dry run: nothing is stored. An import would give:"
    assert (done.exit_code, done.output) == (1, counted)
    assert done.output.splitlines() == [
        "team.csv: 2 new, 0 changed, 0 the same, 0 lines refused",
        "orders.csv: 1 new, 0 changed, 0 the same, 2 lines refused",
        "  line 3, Rep “Qian”: Nobody has this id. Import the person first, or say in the mapping who is meant.",
        "  line 4, Date “31.02.2026”: There is no such day in the calendar.",
    ]
    assert counts(installed) == (3, 1, 2)
    again = run("crm", files["team.csv"], files["orders.csv"])
    assert again.output.splitlines()[:2] == [
        "team.csv: 0 new, 0 changed, 2 the same, 0 lines refused",
        "orders.csv: 0 new, 0 changed, 1 the same, 2 lines refused",
    ]
    assert counts(installed) == (3, 1, 2)


@pytest.mark.sqlite
def test_refused_lines_go_into_a_folder_and_come_back_mended(
    installed: Engine, files: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "refused"
    words = ("crm", files["team.csv"], files["orders.csv"], "--mapping", files["crm.toml"])
    done = run(*words, "--refused", str(folder))
    assert done.exit_code == 1
    assert done.output.splitlines()[-1] == f"Refused lines: {folder / 'orders.csv'}"
    assert [path.name for path in folder.iterdir()] == ["orders.csv"]
    text = (folder / "orders.csv").read_text("utf-8-sig")
    assert text.splitlines() == ["No;Rep;Date;Amount", "2;Qian;02.03.2026;5", "3;Lin;31.02.2026;7,5"]
    mended = text.replace("Qian", "Zhao").replace("31.02", "28.02")
    (folder / "orders.csv").write_text(mended, encoding="utf-8")
    again = run("crm", str(folder / "orders.csv"))
    assert (again.exit_code, counts(installed)[1]) == (0, 3)


@pytest.mark.sqlite
def test_an_import_that_is_repeated_writes_nothing_over_and_nothing_twice(
    installed: Engine, files: dict[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "refused"
    words = ("crm", files["orders.csv"], "--mapping", files["crm.toml"], "--refused", str(folder))
    assert run("crm", files["team.csv"], "--mapping", files["crm.toml"]).exit_code == 0
    for _hour in range(2):
        assert run(*words).output.splitlines()[-1] == f"Refused lines: {folder / 'orders.csv'}"
    (folder / "orders.csv").write_text("mended", encoding="utf-8")
    for _hour in range(2):
        assert run(*words).output.splitlines()[-2:] == [
            f"Refused lines: {folder / 'orders.2.csv'}",
            "  Send it as orders.csv, by which the mapping knows it.",
        ]
    assert sorted(path.name for path in folder.iterdir()) == ["orders.2.csv", "orders.csv"]
    assert (folder / "orders.csv").read_text("utf-8") == "mended"
    assert counts(installed)[1] == 1


@pytest.mark.sqlite
def test_a_dry_run_writes_no_refused_lines(installed: Engine, files: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "refused"
    words = (
        "crm",
        files["orders.csv"],
        "--mapping",
        files["crm.toml"],
        "--refused",
        str(folder),
        "--dry-run",
    )
    tried = run(*words)
    assert (tried.exit_code, tried.output.splitlines()[-1]) == (1, "Refused lines: a dry run writes none.")
    assert not folder.exists()


@pytest.mark.sqlite
def test_a_folder_that_cannot_be_written_is_noticed_before_anything_is_taken_in(
    installed: Engine, files: dict[str, str]
) -> None:
    folder = Path(files["team.csv"]) / "refused"
    words = ("crm", files["team.csv"], files["orders.csv"], "--mapping", files["crm.toml"])
    stopped = run(*words, "--refused", str(folder))
    assert stopped.exit_code == 2
    assert "cannot be written: Not a directory." in " ".join(stopped.output.split())
    assert counts(installed) == (0, 0, 0)


@pytest.mark.sqlite
def test_refused_lines_stand_under_the_name_that_reports_have(
    installed: Engine, files: dict[str, str], tmp_path: Path
) -> None:
    odd, folder = tmp_path / "C:\\mail\\orders.csv", tmp_path / "refused"
    Path(files["orders.csv"]).rename(odd)
    folder.mkdir()
    (folder / "orders.csv").symlink_to(tmp_path / "elsewhere.csv")
    words = ("crm", files["team.csv"], str(odd), "--mapping", files["crm.toml"], "--refused", str(folder))
    assert f"Refused lines: {folder / 'orders.2.csv'}" in run(*words).output
    assert not (tmp_path / "elsewhere.csv").exists()
    Path(files["orders.csv"]).write_bytes(odd.read_bytes())
    twice = run("crm", files["orders.csv"], str(odd), "--refused", str(folder))
    assert (twice.exit_code, "Two files are called orders.csv." in twice.output) == (2, True)


@pytest.mark.sqlite
def test_refused_lines_of_a_complete_file_are_mended_in_it(
    installed: Engine, files: dict[str, str], tmp_path: Path
) -> None:
    complete = MAPPING.replace('key = "No"', 'key = "No"\ncomplete = true')
    Path(files["crm.toml"]).write_text(complete, encoding="utf-8")
    words = ("crm", files["team.csv"], files["orders.csv"], "--mapping", files["crm.toml"])
    assert run(*words, "--refused", str(tmp_path / "refused")).output.splitlines()[-2:] == [
        f"Refused lines: {tmp_path / 'refused' / 'orders.csv'}",
        "  orders.csv is read as complete: mend these lines in the whole file and send that.",
    ]


@pytest.mark.sqlite
def test_a_dry_run_warns_of_days_to_come(installed: Engine, files: dict[str, str]) -> None:
    Path(files["orders.csv"]).write_text("No;Rep;Date;Amount\n1;Lin;01.03.2199;5\n", encoding="utf-8")
    words = ("crm", files["team.csv"], files["orders.csv"], "--mapping", files["crm.toml"])
    warning = (
        "  warning: Rows dated later than today: 1. Lines: 2 (2199-03-01). Look whether these days are right."
    )
    tried = run(*words, "--dry-run")
    assert (tried.exit_code, tried.output.splitlines()[-1]) == (0, warning)
    assert "warning" not in run(*words).output


@pytest.mark.sqlite
def test_what_is_refused_before_anything_is_read(installed: Engine, files: dict[str, str]) -> None:
    unknown = run("shop", files["orders.csv"])
    assert isinstance(unknown.exception, Refused)
    assert unknown.exception.reasons[0].key == "import.no_mapping"
    other = run("shop", files["orders.csv"], "--mapping", files["crm.toml"])
    assert isinstance(other.exception, Refused)
    assert other.exception.reasons[0].key == "import.other_source"
    Path(files["crm.toml"]).write_text(MAPPING.replace("key", "kee"), encoding="utf-8")
    faulty = run("crm", files["orders.csv"], "--mapping", files["crm.toml"])
    assert isinstance(faulty.exception, Faulty)
    assert len(faulty.exception.faults) == 4


@pytest.mark.sqlite
def test_a_guard_stops_it_and_a_reason_lets_it_through(installed: Engine, files: dict[str, str]) -> None:
    complete = MAPPING.replace('file = "team.csv"', 'file = "team.csv"\ncomplete = true')
    Path(files["crm.toml"]).write_text(complete, encoding="utf-8")
    words = ("crm", files["team.csv"], "--mapping", files["crm.toml"])
    assert run(*words).exit_code == 0
    Path(files["team.csv"]).write_text("Rep;Boss\nWang;\n", encoding="utf-8")
    stopped = run(*words)
    assert isinstance(stopped.exception, Refused)
    assert stopped.exception.reasons[0].key == "people.too_many_leave"
    assert run(*words, "--confirm", "The team was dissolved.", "--effective", "2026-04-01").exit_code == 0
    with read(installed) as session:
        left = session.scalars(select(Person.left_on).where(Person.external_id == "Lin")).one()
    assert str(left) == "2026-03-31"
