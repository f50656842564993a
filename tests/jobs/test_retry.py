"""Work that was given up, taken up again by those who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from reviewflow.core.reasons import Refused
from reviewflow.core.viewer import Grant, Viewer
from reviewflow.jobs import drain
from reviewflow.jobs.kinds import Kinds, Tools
from reviewflow.services.retry import retry
from reviewflow.store import parked
from reviewflow.store.clock import moment
from reviewflow.store.db import read, write
from tests.jobs import trades

TODAY = date(2026, 4, 1)
HU = Viewer(4, (Grant("hr", 1),), TODAY)
ZHAO = Viewer(6, (), TODAY)


def refusal(engine: Engine, viewer: Viewer) -> list[str]:
    with write(engine) as session, pytest.raises(Refused) as refused:
        retry(session, moment(session), viewer, 1)
    return [reason.key for reason in refused.value.reasons]


def test_hr_takes_it_up_once_and_nobody_else_does(engine: Engine, tools: Tools, kinds: Kinds) -> None:
    at_once = replace(tools, settings=replace(tools.settings, backoff=()))
    trades.promise(engine, "shaky", range(1))
    assert drain(engine, at_once, kinds) == 0
    with read(engine) as session:
        assert len(parked.parked(session)) == 1

    assert refusal(engine, ZHAO) == ["retry.not_yours"]
    with write(engine) as session:
        retry(session, moment(session), HU, 1)
    assert trades.effects(engine, "job.retried") == {'{"outbox": 1}': 1}
    assert refusal(engine, HU) == ["retry.not_parked"]
    assert drain(engine, at_once, kinds) == 1
    assert trades.effects(engine, "shaken") == trades.expected(range(1))
