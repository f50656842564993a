"""Kinds of work on figures: the lake's copy, live values, previews, freezes, suggested targets."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.jobs.kinds import Kind, Tools
from reviewflow.store.clock import moment as moment_of
from reviewflow.store.outbox import Payload

Load = Callable[[Session, Payload], Any]
Finish = Callable[[Session, Payload, Any, Moment], None]


def copy_to_lake() -> Kind[None, int]:
    """Copy what has landed; the copier opens its own short transactions and is alone by its lease."""
    from reviewflow.store.facts import lake

    def work(inputs: None, tools: Tools) -> int:
        return lake.copy(tools.engine, tools.settings.lake_folder, secrets.token_hex(16))

    return Kind("copy_to_lake", _nothing, lambda session, payload: None, work)


def live_values() -> Kind[Any, Any]:
    """After an import and on every day over all running reviews, after a launch over those of a span."""
    from reviewflow.services.measure import live

    def load(session: Session, payload: Payload) -> Any:
        return live.load(session, moment_of(session), _span(payload) if "first" in payload else None)

    def finish(session: Session, payload: Payload, answers: Any, moment: Moment) -> None:
        live.finish(session, moment, answers, imported="first" not in payload)

    return _measuring("live_values", load, finish)


def preview_measures() -> Kind[Any, Any]:
    from reviewflow.services.measure import collection

    def load(session: Session, payload: Payload) -> Any:
        return collection.load_preview(session, *_span(payload))

    def finish(session: Session, payload: Payload, answers: Any, moment: Moment) -> None:
        collection.finish_preview(session, moment, answers)

    return _measuring("preview_measures", load, finish)


def freeze_measures() -> Kind[Any, Any]:
    """The figures as of the frozen batch, and in the same commit the score lines that follow from them."""
    from reviewflow.services import score
    from reviewflow.services.measure import collection

    def load(session: Session, payload: Payload) -> Any:
        return collection.load_freeze(session, *_span(payload))

    def finish(session: Session, payload: Payload, answers: Any, moment: Moment) -> None:
        frozen = collection.finish_freeze(session, moment, answers)
        score.score(session, moment, int(payload["cycle"]), frozen)

    return _measuring("freeze_measures", load, finish, digests=True)


def suggest_targets() -> Kind[Any, Any]:
    from reviewflow.services.measure import suggesting

    def load(session: Session, payload: Payload) -> Any:
        return suggesting.load(session, *_span(payload))

    def finish(session: Session, payload: Payload, answers: Any, moment: Moment) -> None:
        suggesting.finish(session, moment, answers)

    return _measuring("suggest_targets", load, finish)


def _measuring(name: str, load: Load, finish: Finish, *, digests: bool = False) -> Kind[Any, Any]:
    """A kind whose work is one run of the engine, loaded here: a worker's forks must not load it each time."""
    from reviewflow.analytics import measures
    from reviewflow.services.measure import answer

    measures.warm()

    def work(asked: Any, tools: Tools) -> Sequence[Any]:
        return answer(asked, tools.engine, tools.settings.lake_folder, digests=digests)

    return Kind(name, finish, load, work)


def _nothing(session: Session, payload: Payload, result: Any, moment: Moment) -> None:
    """The copier has written all there is to write."""


def _span(payload: Payload) -> tuple[int, int, int]:
    return int(payload["cycle"]), int(payload["first"]), int(payload["last"])
