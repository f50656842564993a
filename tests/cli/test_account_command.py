"""`reviewflow account`: who gets in first, decided by whoever may type commands on the server."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from reviewflow.cli import group
from reviewflow.core.reasons import Refused
from reviewflow.store import sign_ins, staff
from reviewflow.store.audit import Audit
from reviewflow.store.clock import moment
from reviewflow.store.db import read
from reviewflow.store.people import Person
from tests.cast import Cast

PASSWORD = "correct horse battery"


@pytest.fixture
def numbers(engine: Engine, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Employee numbers of the cast, in an installation of its own."""
    monkeypatch.setenv("REVIEWFLOW_ENV", "test")
    monkeypatch.setenv("REVIEWFLOW_HOME", str(tmp_path))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
    with read(engine) as session:
        ids = {key: number for key, number in session.execute(select(Person.id, Person.external_id))}
    return {name: ids[getattr(cast, name)] for name in ("lin", "hu", "zhao", "wang")}


def run(*words: str) -> Result:
    return CliRunner().invoke(group, ["account", *words])


def refused(result: Result) -> list[str]:
    assert isinstance(result.exception, Refused), result.output
    return [reason.key for reason in result.exception.reasons]


def test_an_account_is_opened_once_for_each_person(engine: Engine, numbers: dict[str, str]) -> None:
    assert run("open", numbers["lin"], "lin", "--password", PASSWORD).exit_code == 0
    assert refused(run("open", numbers["lin"], "lin.yue", "--password", PASSWORD)) == ["account.one_each"]
    assert refused(run("open", numbers["zhao"], "LIN", "--password", "short")) == [
        "account.login_taken",
        "account.password_short",
    ]
    assert refused(run("open", "nobody", "nobody", "--password", PASSWORD)) == ["account.no_person"]


def test_a_forgotten_password_is_replaced_and_sessions_end(engine: Engine, numbers: dict[str, str]) -> None:
    run("open", numbers["lin"], "lin", "--password", PASSWORD)
    with read(engine) as session:
        before = sign_ins.by_login(session, "lin")
    assert refused(run("password", "lin", "--password", "short")) == ["account.password_short"]
    assert refused(run("password", "nobody", "--password", PASSWORD)) == ["account.unknown"]
    assert run("password", "Lin", "--password", f"{PASSWORD} staple").exit_code == 0
    with read(engine) as session:
        after = sign_ins.by_login(session, "lin")
        actions = session.scalars(select(Audit.action).order_by(Audit.id)).all()
    assert before is not None
    assert after is not None
    assert after.password != before.password
    assert after.uniquifier != before.uniquifier  # what every open session is bound to
    assert actions[-2:] == ["account_opened", "password_changed"]


def test_a_role_is_given_by_somebody_else(engine: Engine, cast: Cast, numbers: dict[str, str]) -> None:
    assert refused(run("grant", numbers["zhao"], "finance", "--by", numbers["zhao"])) == ["grant.to_oneself"]
    assert run("grant", numbers["zhao"], "finance", "--by", numbers["hu"]).exit_code == 0
    assert refused(run("grant", numbers["zhao"], "finance", "--by", numbers["hu"])) == ["grant.held_already"]
    assert refused(run("grant", numbers["zhao"], "hr", "--by", numbers["hu"], "--unit", "no such unit")) == [
        "account.no_unit"
    ]
    with read(engine) as session:
        zhao = staff.viewer(session, cast.zhao, moment(session).business.date())
    assert zhao.has("finance")
    assert not zhao.has("hr")
