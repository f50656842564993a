"""The rows of the inbox in words: what waits, how long it takes, where it leads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for

from reviewflow.core.answers import wants_all_targets
from reviewflow.core.due import last_day
from reviewflow.core.rubric import Rubric
from reviewflow.core.workflow import Form, Workflow
from reviewflow.store.inbox import LIMIT, Waiting
from reviewflow.store.my_inbox import Group, Ticket, Todo
from reviewflow.web.answer_forms import draft_progress
from reviewflow.web.filters import listed, money
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.pages.surveys.room import MINUTES
from reviewflow.web.pay_titles import component_title
from reviewflow.web.request import language, moment, today, viewer, zone

SOON = timedelta(days=3)
LONGEST_QUOTE = 140
NAMES_SHOWN = 3

_MINUTES = {"targets": 5, "missing_measures": 4, "points": 3, "actions": 2, "text": 2, "file": 1, "money": 2}
_PER_CRITERION = 1
_PER_MOVE = 2


@dataclass(frozen=True)
class Row:
    """One thing to do. `members` are the records of a group, with their addresses."""

    icon: str
    title: str
    sentence: str
    due_at: datetime | None
    minutes: int
    url: str
    word: str
    members: tuple[tuple[str, str], ...] = ()
    more: bool = False

    @property
    def late(self) -> bool:
        return self.due_at is not None and self.due_at <= moment().business

    @property
    def soon(self) -> bool:
        return self.due_at is not None and self.due_at <= moment().business + SOON

    @property
    def this_week(self) -> bool:
        """Due before the week is over, or late already."""
        return self.due_at is not None and last_day(self.due_at, zone()) <= sunday(today())


def sunday(day: date) -> date:
    """The last day of the week."""
    return day + timedelta(days=6 - day.weekday())


def todo_row(todo: Todo, rubric: Rubric | None) -> Row:
    """One's own work on one record."""
    criteria = len(rubric.criteria) if rubric else 0
    waiting = todo.waiting
    about_me = waiting.person_id == viewer().person_id
    what = work_title(todo.workflow, waiting.stage, waiting.what, waiting.item, about_me)
    return Row(
        icon="clipboard-text" if todo.is_task else "arrows-exchange" if about_me else "send",
        title=what if about_me else _whose(todo, what),
        sentence=_sentence(todo),
        due_at=None if todo.no_letter else waiting.due_at,
        minutes=minutes(todo.workflow, waiting, criteria),
        url=_letter(waiting) if _answers_letter(todo, about_me) else address(waiting),
        word=_word(todo, about_me, rubric),
    )


def _whose(todo: Todo, what: str) -> str:
    """``Propose targets: Lin Yue``, of an award with its component and amount."""
    who = todo.waiting.person_name
    if todo.award is None:
        return _("%(what)s: %(who)s", what=what, who=who)
    award = component_title(todo.waiting.cycle_id, todo.award.component)
    if todo.award.amount is None:
        return _("%(what)s: %(who)s, %(award)s", what=what, who=who, award=award)
    amount = money(todo.award.amount)
    return _("%(what)s: %(who)s, %(award)s %(amount)s", what=what, who=who, award=award, amount=amount)


def _answers_letter(todo: Todo, about_me: bool) -> bool:
    return about_me and not todo.is_task and "released" in todo.workflow.stages[todo.waiting.stage].marks


def _letter(waiting: Waiting) -> str:
    return url_for("letters.of_review", review_id=waiting.subject_id)


def _word(todo: Todo, about_me: bool, rubric: Rubric | None) -> str:
    if todo.is_task:
        return _begun(todo, rubric) if todo.draft else _("Start")
    return _("Open letter") if _answers_letter(todo, about_me) else _("Open")


def _begun(todo: Todo, rubric: Rubric | None) -> str:
    """``Draft, 3 of 5 – go on``."""
    process, waiting = todo.workflow, todo.waiting
    form = process.forms[process.tasks[waiting.item].form]
    wanted = wants_all_targets(process, waiting.stage)
    done, parts = draft_progress(form, todo.draft or {}, rubric, wanted)
    return _("Draft, %(done)s of %(all)s – go on", done=done, all=parts)


def work_title(workflow: Workflow, stage_key: str, what: str, item: str, mine: bool) -> str:
    """The task's or the move's title; where a letter or targets arrived, what there is to do."""
    stage = workflow.stages[stage_key]
    if what == "task":
        return workflow.tasks[item].title[language()]
    if "released" in stage.marks:
        return _("Read your feedback letter and answer it") if mine else _("Answer to the feedback letter")
    if "goals_to_agree" in stage.send:
        return _("Agree to your targets, or send them back") if mine else _("Answer to the targets")
    return workflow.moves[item].title[language()]


def _sentence(todo: Todo) -> str:
    if todo.no_letter:
        return _("The letter is not printed yet. The time to answer begins when it is there.")
    if todo.note is not None:
        text = " ".join(todo.note.text.split())
        short = text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
        return _("%(name)s: “%(text)s”", name=todo.note.by, text=short)
    stage = todo.workflow.stages[todo.waiting.stage]
    if "released" in stage.marks:
        return _("Answering means “received”, not “agreed”. %(cycle)s", cycle=todo.cycle)
    return _("%(cycle)s · %(stage)s", cycle=todo.cycle, stage=stage.title[language()])


def address(waiting: Waiting) -> str:
    """Where the work is done."""
    if waiting.what == "task":
        return url_for("tasks.show", subject_id=waiting.subject_id, task=waiting.item)
    if waiting.kind == "award":
        return url_for("approvals.show", award_id=waiting.subject_id)
    return url_for("reviews.show", review_id=waiting.subject_id)


def minutes(workflow: Workflow, waiting: Waiting, criteria: int) -> int:
    """A rough measure: what the fields of a form take, or a look and a decision."""
    if waiting.what != "task":
        return _PER_MOVE
    return _form_minutes(workflow.forms[workflow.tasks[waiting.item].form], criteria)


def _form_minutes(form: Form, criteria: int) -> int:
    return sum(
        criteria * _PER_CRITERION if field.kind == "rubric" else _MINUTES[field.kind] for field in form.fields
    )


def group_row(group: Group) -> Row:
    """Granted work of one cycle and stage; a group of one leads straight to it."""
    first, single = group.item, len(group.members) == 1
    members = () if single else tuple((one.person_name, address(one)) for one in group.members[: LIMIT - 1])
    return Row(
        icon="award" if first.kind == "award" else "users",
        title=_group_title(group),
        sentence=_group_sentence(group),
        due_at=first.due_at,
        minutes=sum(minutes(group.workflow, one, 0) for one in group.members),
        url=address(first) if single else _together(group),
        word=_("Open"),
        members=members,
        more=group.more,
    )


def _group_title(group: Group) -> str:
    first, process, count = group.item, group.workflow, len(group.members)
    what = (process.tasks if first.what == "task" else process.moves)[first.item].title[language()]
    if group.more:
        return _("%(what)s: %(count)s+", what=what, count=LIMIT)
    if count == 1:
        return _("%(what)s: %(who)s", what=what, who=first.person_name)
    return _("%(what)s: %(count)s", what=what, count=count)


def _group_sentence(group: Group) -> str:
    """Cycle and stage, for awards the kind of approval, and the first names."""
    process = group.workflow
    where = process.title if group.item.kind == "award" else process.stages[group.stage].title
    said = _("%(cycle)s · %(stage)s", cycle=group.cycle, stage=where[language()])
    people = list(dict.fromkeys(one.person_name for one in group.members))
    return f"{said} · {_names(people)}" if len(group.members) > 1 else said


def _names(people: Sequence[str]) -> str:
    rest = len(people) - NAMES_SHOWN
    if rest <= 0:
        return listed(people)
    shown = ("、" if language() == "zh" else ", ").join(people[:NAMES_SHOWN])
    return ngettext("%(names)s and %(num)s more", "%(names)s and %(num)s more", rest, names=shown)


def _together(group: Group) -> str:
    """The page where a whole group is done at once, else the first of it."""
    if group.item.kind == "award":
        return url_for("approvals.index")
    move = group.workflow.moves.get(group.item.item)
    if move is not None and move.bulk and "hr" in move.by:
        return url_for("cycles.release", cycle_id=group.cycle_id)
    if viewer().has("hr", "hrbp"):
        return url_for("cycles.people", cycle_id=group.cycle_id, part=group.item.part, sort="due")
    return address(group.item)


def ticket_row(ticket: Ticket) -> Row:
    """The survey about the review itself."""
    return Row(
        icon="clipboard-text",
        title=_("Rate the review itself, %(cycle)s", cycle=ticket.cycle),
        sentence=_("Anonymous. Your name is not stored; HR sees results from 5 answers on."),
        due_at=None,
        minutes=MINUTES,
        url=url_for("surveys.show", cycle_id=ticket.cycle_id),
        word=_("Start"),
    )


def in_order(rows: Iterable[Row]) -> list[Row]:
    """The earliest due first, what has no date last."""
    far = datetime.max.replace(tzinfo=moment().business.tzinfo)
    return sorted(rows, key=lambda row: row.due_at or far)
