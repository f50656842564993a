"""What happens next to a review: whose turn it is, what the reader may do, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from reviewflow.core import policy
from reviewflow.core.reasons import Reason
from reviewflow.core.workflow import Move, Task
from reviewflow.core.workflow.naming import named
from reviewflow.core.workflow.vocabulary import CLOCK, guard_title, role_title
from reviewflow.services.move import Offer
from reviewflow.store.review_page import Forms, Lines, Record
from reviewflow.store.review_page.record import HR
from reviewflow.web.filters import day, listed, until
from reviewflow.web.language import gettext as _
from reviewflow.web.moves import Button, Link
from reviewflow.web.pages.reviews.stepper import coming_stages
from reviewflow.web.pay_titles import plan_titles
from reviewflow.web.request import language, moment
from reviewflow.web.targets_told import about_goals


@dataclass(frozen=True)
class Turn:
    """Something that is to be done in this stage, by whom. `done`: it is."""

    title: str
    who: str
    done: bool


@dataclass(frozen=True)
class MyTask:
    """A form that the reader may fill in now. `begun`: a draft of theirs is there."""

    title: str
    url: str
    begun: bool


@dataclass(frozen=True)
class Next:
    """The card "Next". `asked` are moves that wait for the reader, `others` what they also may do.

    `lines` say when it goes on by itself; `refused` why the last automatic step did not happen.
    """

    turns: tuple[Turn, ...]
    lines: tuple[str, ...]
    tasks: tuple[MyTask, ...]
    asked: tuple[Button, ...]
    others: tuple[Button, ...]
    refused: tuple[str, tuple[Reason, ...]] | None

    @property
    def greyed(self) -> tuple[Button, ...]:
        """Every button that cannot be pressed, for the list of reasons."""
        return tuple(button for button in (*self.asked, *self.others) if button.reasons)

    @property
    def nothing(self) -> bool:
        return not (self.turns or self.lines or self.asked or self.others or self.refused)


def next_step(record: Record, forms: Forms, offers: Sequence[Offer], lines: Lines | None = None) -> Next:
    """The card for one reader. `lines` are the goals that a move sends on, where the page has them."""
    tasks = my_tasks(record, forms)
    asked = [offer for offer in offers if offer.move.asks]
    others = [offer for offer in offers if not offer.move.asks]
    primary = next((offer.move.key for offer in asked if offer.open and not tasks), "")
    coming = _coming_task(record) if not (tasks or offers) else None
    return Next(
        turns=tuple(_turns(record, forms)),
        lines=tuple(_by_itself(record)),
        tasks=tasks,
        asked=(
            *(_button(record, offer, primary, tasks, lines) for offer in asked),
            *([coming] if coming else []),
        ),
        others=tuple(_button(record, offer, primary, tasks, lines) for offer in others),
        refused=_refused(record),
    )


def my_tasks(record: Record, forms: Forms) -> tuple[MyTask, ...]:
    """Forms of this stage that are asked of the reader and not submitted."""
    return tuple(
        MyTask(
            task.title[language()],
            url_for("tasks.show", subject_id=record.id, task=task.key),
            task.key in forms.written and forms.written[task.key].mine,
        )
        for task in record.workflow.tasks_in(record.stage)
        if policy.may(record.held, task.by, task.not_by) and forms.open(task.key)
    )


def reason_in_words(record: Record, reason: Reason) -> Reason:
    """With titles in place of keys, in the reader's language."""
    said = language()
    indicators = {key: one.title[said] for key, one in record.pins.catalogue.indicators.items()}
    titles = plan_titles(record.pins.plan)
    return named(reason, record.workflow, said, indicators=indicators, components=titles)


def _turns(record: Record, forms: Forms) -> list[Turn]:
    """The stage's tasks, and once they are done the moves that ask for somebody."""
    tasks = [task for task in record.workflow.tasks_in(record.stage) if task.key not in forms.closed]
    found = [_turn(record, task, forms.submitted(task.key)) for task in tasks]
    if all(turn.done for turn in found):
        asking = [move for move in record.workflow.moves_from(record.stage) if move.asks]
        found += [_turn(record, move, False) for move in asking]
    return found


def _turn(record: Record, item: Task | Move, done: bool) -> Turn:
    return Turn(item.title[language()], _who(record, item), done)


def _who(record: Record, item: Task | Move) -> str:
    """Names where a role is one person, else the role."""
    names = {"reviewee": record.person, "manager": record.manager or role_title("hr", language())}
    words = [names.get(role) or role_title(role, language()) for role in sorted(item.by)]
    return listed(dict.fromkeys(words))


def _by_itself(record: Record) -> list[str]:
    """When the clock moves it on."""
    automatic = [move for move in record.workflow.moves_from(record.stage) if CLOCK in move.by]
    lines = []
    ready = next((move for move in automatic if move.at == "ready"), None)
    if ready is not None:
        needed = listed(guard_title(guard, language()) for guard in ready.needs)
        lines.append(_("It goes on by itself as soon as this holds: %(what)s.", what=needed))
    due = next((move for move in automatic if move.at == "due"), None)
    if due is not None and record.due_at is not None:
        lines.append(_at_the_deadline(record, due, until(record.due_at, True)))
    return lines


def _at_the_deadline(record: Record, due: Move, when: str) -> str:
    """What the deadline does, or why it did nothing: HR reads the refusal, others what is waited for."""
    if record.letter is not None and record.letter.state != "printed" and "released" in record.dates:
        return _("The letter is not printed yet. The time to answer begins when it is there.")
    assert record.due_at is not None
    over = record.due_at <= moment().business
    if over and record.held_up is not None:
        return _("It should have gone on by itself after %(day)s. It was refused: see above.", day=when)
    if over and due.needs and not record.held & HR:
        needed = listed(guard_title(guard, language()) for guard in due.needs)
        return _(
            "It should have gone on by itself after %(day)s. It waits until this holds: %(what)s.",
            day=when,
            what=needed,
        )
    stage = record.workflow.stages[due.to[-1].stage].title[language()]
    return _("It goes on by itself after %(day)s, to “%(stage)s”.", day=when, stage=stage)


def _coming_task(record: Record) -> Button | None:
    """The reader's next form, greyed, with when it opens."""
    order = list(record.workflow.stages)
    for key in order[order.index(record.stage) + 1 :]:
        for task in record.workflow.tasks_in(key):
            if not task.when and policy.may(record.held & {"reviewee", "manager"}, task.by, task.not_by):
                return Button(task.key, task.title[language()], (_opens(record, key),))
    return None


def _opens(record: Record, stage: str) -> Reason:
    title = record.workflow.stages[stage].title[language()]
    for one in coming_stages(record):
        if one.stage.key == stage:
            return Reason("review.opens_by", {"stage": title, "day": day(one.begins_at)})
    return Reason("review.opens_with", {"stage": title})


def _button(
    record: Record, offer: Offer, primary: str, tasks: Sequence[MyTask], lines: Lines | None
) -> Button:
    move = offer.move
    leads_to = [record.workflow.stages[target.stage] for target in move.to]
    releases = any("released" in stage.marks for stage in leads_to)
    links = {}
    if tasks:
        links["guard.task_open"] = Link(tasks[0].url, _("Open the form"))
    links["guard.measures_open"] = Link(
        url_for("reviews.show", review_id=record.id, view="data"), _("See them")
    )
    return Button(
        key=move.key,
        title=move.title[language()],
        reasons=tuple(reason_in_words(record, reason) for reason in offer.reasons),
        note=move.note,
        primary=move.key == primary,
        bad=bool(move.clears) or any("voided" in stage.marks for stage in leads_to),
        confirm=_what_release_does(record) if releases else (),
        warn=tuple(about_goals(lines.lines, lines.currency))
        if lines and _sends_goals_on(record, move)
        else (),
        links=links,
    )


def _sends_goals_on(record: Record, move: Move) -> bool:
    """Whether a move takes proposed targets as they are: to the employee, or into the period."""
    return record.part == "goal_setting" and not any(
        record.workflow.goes_back(record.stage, to.stage) or record.workflow.stages[to.stage].end
        for to in move.to
    )


def _what_release_does(record: Record) -> tuple[str, ...]:
    return (
        _("%(name)s and their manager see the result.", name=record.person),
        _("The feedback letter is printed, and %(name)s is asked to answer it.", name=record.person),
        _("The figures and the rating can no longer be edited, only reopened with a reason."),
    )


def _refused(record: Record) -> tuple[str, tuple[Reason, ...]] | None:
    held_up = record.held_up
    if held_up is None:
        return None
    move = record.workflow.moves.get(held_up.move)
    title = move.title[language()] if move else held_up.move
    return title, tuple(reason_in_words(record, reason) for reason in held_up.reasons)
