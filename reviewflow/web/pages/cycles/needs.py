"""What of a cycle needs HR, each line with the way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from reviewflow.core.reasons import Reason
from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.naming import named
from reviewflow.services.launch.preflight import SILENT_AFTER
from reviewflow.store import pinned
from reviewflow.store.dashboard import Figures, Head, HeldUp, Late, Stuck, Troubles
from reviewflow.web.addresses import address
from reviewflow.web.filters import day, sentence
from reviewflow.web.language import gettext as _
from reviewflow.web.listed import listed, sentences
from reviewflow.web.request import language, reader

NAMED = 5
LONGEST_QUOTE = 140
_BEFORE_FREEZING = ("goal_setting", "tracking", "data_collection")


@dataclass(frozen=True)
class Need:
    """One line. `posts` are (address, word) of its buttons, `url` a page to go to; `people` are (name, address)."""

    icon: str
    tone: str
    text: str
    url: str = ""
    word: str = ""
    posts: tuple[tuple[str, str], ...] = ()
    people: tuple[tuple[str, str], ...] = ()


def found(cycle: Head, troubles: Troubles, late: Late, figures: Figures, now: datetime) -> list[Need]:
    """Everything that needs a person of HR, the worst first."""
    return [
        *_letters(cycle, troubles),
        *_disagreements(troubles),
        *(_stuck(one) for one in late.stuck[:NAMED]),
        *_more(len(late.stuck) - NAMED),
        *_held_up(cycle, troubles),
        *_jobs(cycle, troubles),
        *_sources(cycle, troubles, figures, now),
        *_joined(cycle, troubles),
    ]


def _letters(cycle: Head, troubles: Troubles) -> Iterable[Need]:
    for letter in troubles.letters[:NAMED]:
        yield Need(
            "file-alert",
            "bad",
            _("Letter of %(person)s: %(why)s", person=letter.person, why=_said(letter.reasons)),
            url=address("reviews.show", review_id=letter.review_id),
            word=_("Open"),
            posts=((url_for("cycles.print_again", cycle_id=cycle.id, letter_id=letter.id), _("Retry")),),
        )
    yield from _more(_beyond(len(troubles.letters), troubles.more_letters))


def _disagreements(troubles: Troubles) -> Iterable[Need]:
    """Who does not agree with the letter, in their own words."""
    for one in troubles.disagreements[:NAMED]:
        yield Need(
            "message-2",
            "risk",
            _("%(person)s does not agree: “%(text)s”", person=one.person, text=shortened(one.text)),
            url=address("reviews.show", review_id=one.review_id, view="feedback"),
            word=_("Open"),
        )
    yield from _more(_beyond(len(troubles.disagreements), troubles.more_disagreements))


def shortened(text: str) -> str:
    """In one line, of a long text the beginning."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + "…"


def _beyond(known: int, more: bool) -> int:
    """How many are not shown, as far as was looked."""
    return max(0, known - NAMED) + more


def _more(count: int) -> Iterable[Need]:
    if count > 0:
        yield Need("dots", "", _("and more of this kind"))


def _stuck(one: Stuck) -> Need:
    what = listed(title[language()] for title in one.titles)
    return Need(
        "user-off",
        "bad",
        _(
            "%(person)s: nobody can do “%(what)s”. Grant the role to somebody, or name a manager.",
            person=one.person,
            what=what,
        ),
        url=_record(one.kind, one.record_id),
        word=_("Open"),
    )  # fmt: skip


def _held_up(cycle: Head, troubles: Troubles) -> Iterable[Need]:
    """Refused moves of the clock, those of the same kind for the same reasons in one line."""
    processes = pinned.workflows(reader(), {one.definition_id for one in troubles.held_up})
    alike: dict[str, list[tuple[str, str]]] = {}
    for one in troubles.held_up:
        process = processes[one.definition_id]
        alike.setdefault(_refused(cycle, one, process), []).append(
            (one.person, _record(process.kind, one.id))
        )
    for text, people in alike.items():
        yield Need("hourglass", "risk", text, people=tuple(people))
    yield from _more(int(troubles.more_held_up))


def _refused(cycle: Head, one: HeldUp, process: Workflow) -> str:
    move = process.moves[one.move].title[language()] if one.move in process.moves else one.move
    titles = {key: each.title[language()] for key, each in cycle.pins.catalogue.indicators.items()}
    why = _said(named(reason, process, language(), indicators=titles) for reason in one.reasons)
    return _("“%(move)s” was refused. %(why)s", move=move, why=why)


def _jobs(cycle: Head, troubles: Troubles) -> Iterable[Need]:
    for job in troubles.parked[:NAMED]:
        yield Need(
            "alert-circle",
            "bad",
            _("Work was given up after several failures: %(why)s", why=_said(job.reasons)),
            posts=((url_for("cycles.try_again", cycle_id=cycle.id, outbox_id=job.id), _("Retry")),),
        )


def _sources(cycle: Head, troubles: Troubles, figures: Figures, now: datetime) -> Iterable[Need]:
    """Sources that this plan needs, as long as figures are still to come."""
    if not any(part.count for part in figures.parts if part.key in _BEFORE_FREEZING):
        return
    needed = {kind for key in cycle.pins.plan.lines for kind in cycle.pins.catalogue[key].needs}
    for source in troubles.sources:
        silent = source.last_ok_at is None or source.last_ok_at < now - SILENT_AFTER
        if silent and needed & set(source.delivers):
            text = (
                _("Source %(name)s was never heard of", name=source.name)
                if source.last_ok_at is None
                else _(
                    "Source %(name)s has been silent since %(day)s",
                    name=source.name,
                    day=day(source.last_ok_at),
                )
            )
            yield Need("plug-connected-x", "risk", text, url=address("data.index"), word=_("Source"))


def _joined(cycle: Head, troubles: Troubles) -> Iterable[Need]:
    for one in troubles.joined[:NAMED]:
        yield Need(
            "user-plus",
            "info",
            _("%(person)s joined on %(day)s, after the launch", person=one.name, day=day(one.since)),
            url=address("people.show", person_id=one.person_id),
            word=_("Open"),
            posts=(
                (url_for("cycles.add", cycle_id=cycle.id, person_id=one.person_id), _("Add to the cycle")),
                (
                    url_for("cycles.leave_out", cycle_id=cycle.id, person_id=one.person_id),
                    _("Not in this cycle"),
                ),
            ),
        )
    yield from _more(_beyond(len(troubles.joined), troubles.more_joined))


def _said(reasons: Iterable[Reason]) -> str:
    return sentences(sentence(reason) for reason in reasons)


def _record(kind: str, record_id: int) -> str:
    if kind == "review":
        return address("reviews.show", review_id=record_id)
    return address("approvals.show", award_id=record_id)
