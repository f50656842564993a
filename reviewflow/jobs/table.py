"""Which promised work is whose: kind -> queue, and kind -> service.

The services are imported when a worker asks for its kinds, not before: the relay needs the names only, and
the letters worker should not carry the indicator engine.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from reviewflow.core.moment import Moment
from reviewflow.core.reasons import Reason
from reviewflow.core.viewer import the_clock
from reviewflow.jobs import figures
from reviewflow.jobs.kinds import DEFAULT, LETTERS, Kind, Kinds, Tools
from reviewflow.store.clock import moment as moment_of
from reviewflow.store.outbox import Payload


def _advance() -> Kind[None, None]:
    from reviewflow.services.move import advance

    def finish(session: Session, payload: Payload, result: None, moment: Moment) -> None:
        advance(session, moment, the_clock(moment.business.date()), [int(payload["subject"])])

    return Kind("advance", finish)


def _launch() -> Kind[None, None]:
    from reviewflow.services.launch import launch_range

    def finish(session: Session, payload: Payload, result: None, moment: Moment) -> None:
        launch_range(session, moment, *_numbers(payload, "cycle", "first", "last"))

    return Kind("launch", finish)


def _propose_awards() -> Kind[None, None]:
    from reviewflow.services.pay import propose

    def finish(session: Session, payload: Payload, result: None, moment: Moment) -> None:
        propose(session, moment, *_numbers(payload, "cycle", "first", "last"))

    return Kind("propose_awards", finish)


def _letter() -> Kind[Any, Any]:
    from reviewflow.printer import PrintFailed
    from reviewflow.services import letters

    def load(session: Session, payload: Payload) -> letters.ToPrint:
        return letters.to_print(session, moment_of(session), int(payload["letter"]))

    def work(inputs: letters.ToPrint, tools: Tools) -> tuple[bytes, datetime | None] | Reason:
        """The PDF and the deadline it names, or why it can never be printed; anything else is tried again."""
        assert tools.mould is not None
        try:
            return tools.mould.print(inputs.template, inputs.values), inputs.answer_by
        except PrintFailed as failed:
            if failed.final:
                return failed.reason
            raise

    def finish(
        session: Session,
        payload: Payload,
        result: tuple[bytes, datetime | None] | Reason | None,
        moment: Moment,
    ) -> None:
        if isinstance(result, tuple):
            pdf, answer_by = result
            letters.printed(session, moment, int(payload["letter"]), pdf, answer_by)
        elif result is not None:
            letters.not_printed(session, moment, int(payload["letter"]), [result])

    def give_up(session: Session, payload: Payload, reasons: tuple[Reason, ...], moment: Moment) -> None:
        letters.not_printed(session, moment, int(payload["letter"]), reasons)

    return Kind("letter", finish, load, work, give_up)


def _message() -> Kind[Any, Any]:
    from reviewflow.services import notify

    def work(mail: notify.Mail, tools: Tools) -> str:
        return notify.send(mail, tools.settings.mail_url, tools.settings.mail_from)

    def finish(session: Session, payload: Payload, state: str | None, moment: Moment) -> None:
        notify.sent(session, moment, str(payload["key"]), str(state))

    def give_up(session: Session, payload: Payload, reasons: tuple[Reason, ...], moment: Moment) -> None:
        notify.sent(session, moment, str(payload["key"]), "failed")

    return Kind(
        "message",
        finish,
        lambda session, payload: notify.to_send(session, str(payload["key"])),
        work,
        give_up,
    )


def _numbers(payload: Payload, *names: str) -> tuple[int, ...]:
    return tuple(int(payload[name]) for name in names)


_MAKERS: dict[str, tuple[str, Callable[[], Kind[Any, Any]]]] = {
    "advance": (DEFAULT, _advance),
    "copy_to_lake": (DEFAULT, figures.copy_to_lake),
    "freeze_measures": (DEFAULT, figures.freeze_measures),
    "launch": (DEFAULT, _launch),
    "letter": (LETTERS, _letter),
    "live_values": (DEFAULT, figures.live_values),
    "message": (DEFAULT, _message),
    "preview_measures": (DEFAULT, figures.preview_measures),
    "propose_awards": (DEFAULT, _propose_awards),
    "suggest_targets": (DEFAULT, figures.suggest_targets),
}

QUEUE_OF = {name: queue for name, (queue, _) in _MAKERS.items()}
"""All kinds and their queues: what the relay needs to know."""


def kinds(queue: str | None = None) -> Kinds:
    """The kinds of one queue, or all of them, with the services they call imported."""
    return {name: make() for name, (of, make) in _MAKERS.items() if queue in (None, of)}
