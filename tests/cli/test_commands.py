"""The command: its help, its refusals, and the installation's doctor."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, insert

from reviewflow import cli
from reviewflow.cli import group
from reviewflow.config import load
from reviewflow.core.reasons import Refused
from reviewflow.store import outbox
from reviewflow.store.audit import Audit, record
from reviewflow.store.audit_chain import seal
from reviewflow.store.clock import mark_scratch, moment
from reviewflow.store.db import write


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A test installation in an empty folder, without a database yet."""
    monkeypatch.setenv("REVIEWFLOW_ENV", "test")
    monkeypatch.setenv("REVIEWFLOW_HOME", str(tmp_path))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def installed(home: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The same, with a database of the newest schema."""
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
    return engine


def run(*words: str) -> Result:
    return CliRunner().invoke(group, words)


def program(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The command as people start it."""
    kept = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    line = [sys.executable, "-c", "from reviewflow.cli import main; main()", *words]
    return subprocess.run(line, env={**kept, **environ}, capture_output=True, text=True, check=False)


def commands() -> list[tuple[str, ...]]:
    """Every command and subcommand, as the words that call it."""
    found: list[tuple[str, ...]] = [()]
    with click.Context(group) as context:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            found.append((name,))
            if isinstance(command, click.Group):
                found += [(name, below) for below in command.list_commands(context)]
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...]) -> None:
    told = run(*words, "--help")
    assert told.exit_code == 0
    assert len(re.sub(r"\s+", " ", told.output)) > 150, told.output


def test_the_help_lists_the_commands_in_the_order_in_which_people_meet_them() -> None:
    with click.Context(group) as context:
        names = group.list_commands(context)
    assert names[:3] == ["serve", "worker", "clock"]
    assert names[-1] == "doctor"
    assert run("no-such-command").exit_code == 2


def test_help_does_not_load_the_heavy_half() -> None:
    code = (
        "import sys; from reviewflow.cli import group\n"
        "import contextlib, io\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()): group(['--help'])\n"
        "heavy = {'flask', 'sqlalchemy', 'rq', 'weasyprint', 'duckdb', 'pyarrow'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(("locale", "said"), [("C.UTF-8", "is not set"), ("zh_CN.UTF-8", "没有设置")])
def test_a_bad_configuration_refuses_to_start_and_lists_all(locale: str, said: str) -> None:
    told = program("serve", LANG=locale, REVIEWFLOW_ZONE="Mars", PYTHONUTF8="1")
    assert told.returncode == 1
    assert told.stdout == ""
    assert len(told.stderr.splitlines()) == 3
    assert said in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("words", [("serve",), ("clock",), ("worker", "default")])
@pytest.mark.sqlite
def test_nothing_starts_on_a_database_of_another_release(words: tuple[str, ...], home: Path) -> None:
    told = program(*words, REVIEWFLOW_ENV="test", REVIEWFLOW_HOME=str(home))
    assert (told.returncode, "doctor --migrate" in told.stderr) == (1, True)


SHORT = (
    "cycle list", "audit verify", "audit head", "export scores 2026Q1", "workflow accept",
    "doctor --rebuild-lake", "account grant 1 hr --by 2",
)  # fmt: skip


@pytest.mark.parametrize("words", SHORT)
@pytest.mark.sqlite
def test_a_short_command_says_how_to_make_the_database(words: str, home: Path) -> None:
    told = run(*words.split())
    assert isinstance(told.exception, Refused)
    assert [reason.key for reason in told.exception.reasons] == ["doctor.database_old"]


def test_migrating_says_what_the_database_answers(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{home}/no/such/folder/reviewflow.sqlite3")
    told = run("doctor", "--migrate")
    assert isinstance(told.exception, Refused)
    assert [reason.key for reason in told.exception.reasons] == ["doctor.database_away"]


@pytest.mark.sqlite
def test_real_reviews_do_not_run_on_a_rehearsals_database(installed: Engine, home: Path) -> None:
    with write(installed) as session:
        mark_scratch(session)
    url = installed.url.render_as_string(hide_password=False)
    told = program("clock", REVIEWFLOW_ENV="demo", REVIEWFLOW_HOME=str(home), DATABASE_URL=url)
    assert (told.returncode, "rehearsal's" in told.stderr) == (1, True)


@pytest.mark.parametrize("queues", [("letters", "default"), ("emails",)])
def test_a_worker_of_two_queues_does_not_start(queues: tuple[str, ...]) -> None:
    told = program("worker", *queues, REVIEWFLOW_ENV="test")
    assert told.returncode == 1
    assert "letters, default" in told.stderr


def test_doctor_migrates_an_empty_home_and_finds_it_well(home: Path) -> None:
    before = run("doctor")
    assert before.exit_code == 1
    assert "WRONG The database has schema -" in before.output
    after = run("doctor", "--migrate")
    assert after.exit_code == 0, after.output
    assert "WRONG" not in after.output
    assert {"Database", "Redis", "Printer"} <= set(re.findall(r"ok    (\w+)", after.output))


@pytest.mark.sqlite
def test_doctor_tells_of_work_that_waits_and_work_that_was_given_up(installed: Engine) -> None:
    with write(installed) as session:
        long_ago = moment(session).wall.replace(year=2020)
        outbox.promise(session, "advance", "a:1", {"subject": 1}, long_ago)
        outbox.promise(session, "advance", "a:2", {"subject": 2}, long_ago)
        outbox.claim(session, 2, "a" * 32, long_ago, load().lease)
        outbox.fail(session, 2, "a" * 32, long_ago, (), ())
    told = run("doctor")
    assert told.exit_code == 1
    assert "Given up after several failures: 1 pieces of work" in told.output
    assert "1 pieces of work are due" in told.output


@pytest.mark.sqlite
def test_doctor_names_a_faulty_workflow_file(
    installed: Engine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = home / "workflows"
    folder.mkdir()
    for path in load().workflows_folder.glob("*.toml"):
        text = path.read_text("utf-8")
        (folder / path.name).write_text(text.replace('"tracking"', '"nowhere"', 1), "utf-8")
    monkeypatch.setenv("REVIEWFLOW_WORKFLOWS", str(folder))
    told = run("doctor")
    assert told.exit_code == 1
    assert "sales_quarterly.toml has faults" in told.output


@pytest.mark.sqlite
def test_the_lake_is_rebuilt_on_demand(installed: Engine) -> None:
    told = run("doctor", "--rebuild-lake")
    assert "The lake was rebuilt up to batch 0." in told.output


@pytest.mark.sqlite
def test_audit_verify_holds_until_somebody_changes_a_row(installed: Engine) -> None:
    with write(installed) as session:
        now = moment(session)
        record(session, now, 1, "tested")
        seal(session, now)
    head = run("audit", "head").output.split()[1]
    held = run("audit", "verify", "--anchor", head)
    assert held.exit_code == 0
    assert "The head that you noted is in the chain." in held.output
    with write(installed) as session:
        session.connection().exec_driver_sql("drop trigger audit_no_update")
        session.connection().exec_driver_sql("update audit set action='other' where id=1")
        session.execute(insert(Audit), [{"at": now.wall, "action": "tested", "detail": "{}"}])
    broken = run("audit", "verify", "--anchor", "0" * 64)
    assert broken.exit_code == 1
    assert "Audit number 1 in seal 1" in broken.output
    assert "1 rows are not sealed yet" in broken.output
    assert "The head that you noted is not in the chain" in broken.output


def test_the_terminals_language_is_the_locales(monkeypatch: pytest.MonkeyPatch) -> None:
    for locale, language in (("zh_CN.UTF-8", "zh"), ("en_GB.UTF-8", "en"), ("", "en")):
        monkeypatch.setenv("LC_ALL", locale)
        monkeypatch.setenv("LANG", locale)
        monkeypatch.delenv("LC_MESSAGES", raising=False)
        assert cli.language() == language


def test_every_finding_has_its_sentence() -> None:
    """Keys are made of names in the code; each must be worded."""
    from reviewflow.cli import _checks
    from reviewflow.wording import sentences

    source = Path(_checks.__file__).read_text("utf-8")
    keys = set(re.findall(r"(?:good|bad)\(\"(\w+)\"", source))
    assert len(keys) > 10
    assert {f"doctor.{key}" for key in keys} <= set(sentences())
