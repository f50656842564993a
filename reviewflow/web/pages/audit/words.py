"""What was done, in words: the audit keeps keys, people read sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from reviewflow.core.values import Money
from reviewflow.core.workflow import Workflow
from reviewflow.store.audit_page import Entry
from reviewflow.web.filters import money
from reviewflow.web.language import gettext as translated
from reviewflow.web.language import marked as _
from reviewflow.web.pages.audit.details import role_word, told
from reviewflow.web.pay_titles import component_title
from reviewflow.web.request import language

GROUPS = {
    "read": _("Looked at"),
    "moves": _("Steps taken"),
    "answers": _("Answers and ratings"),
    "letters": _("Letters"),
    "pay": _("Pay"),
    "signing_in": _("Signing in"),
    "roles": _("Roles"),
    "data": _("Data, files and exports"),
    "cycles": _("Cycles"),
}
ACTIONS = {
    "read.review": _("looked at the review"),
    "read.letter": _("opened the letter"),
    "read.pay": _("looked at pay"),
    "read.evidence": _("opened evidence"),
    "read.export": _("downloaded a file"),
    "export.command": _("exported by command"),
    "award.proposed": _("award proposed by the plan"),
    "letter.printed": _("letter printed"),
    "letter.tried_again": _("had the letter printed again"),
    "deadline.moved": _("deadline moved"),
    "rating.overridden": _("set the rating by hand"),
    "rating.restored": _("ended a rating set by hand"),
    "review.launched": _("review begun"),
    "cycle.launched": _("launched a cycle"),
    "cycle.person_added": _("took somebody into a cycle after its launch"),
    "cycle.person_left_out": _("left somebody out of a cycle after its launch"),
    "deadline.extended": _("extended a deadline"),
    "cycle.retried": _("launched left-out people again"),
    "cycle.reminded": _("reminded people"),
    "definition.accepted": _("accepted a definition"),
    "import.landed": _("imported events"),
    "people.imported": _("imported people"),
    "person.created": _("person created"),
    "person.changed": _("person changed"),
    "person.left": _("person left"),
    "person.pay_base_changed": _("pay base changed"),
    "source.mapped": _("changed a mapping"),
    "role.granted": _("granted a role"),
    "role.revoked": _("took a role away"),
    "job.retried": _("had failed work tried again"),
    "account_opened": _("account opened"),
    "account_disabled": _("account closed"),
    "account_enabled": _("account opened again"),
    "password_changed": _("changed the password"),
    "settings_changed": _("changed the settings"),
    "signed_in": _("signed in"),
    "signed_in_failed": _("wrong sign-in name or password"),
    "signed_out": _("signed out"),
    "signed_out_elsewhere": _("signed out everywhere else"),
}


def what(entry: Entry, workflows: Mapping[int, Workflow]) -> str:
    """The action in words; a step or a task by its title in the workflow. An unknown one as it is stored."""
    if entry.action in ACTIONS:
        return translated(ACTIONS[entry.action])
    kind, _dot, key = entry.action.partition(".")
    process = workflows.get(entry.definition_id or 0)
    if process is not None and kind == "move" and key in process.moves:
        return translated(_("step: %(title)s"), title=process.moves[key].title[language()])
    if process is not None and kind == "answer" and key in process.tasks:
        return translated(_("answer: %(title)s"), title=process.tasks[key].title[language()])
    return entry.action


def where(entry: Entry) -> str:
    """The record's page; empty without one."""
    if entry.subject_id is None or entry.kind is None:
        return ""
    if entry.kind == "award":
        return url_for("approvals.show", award_id=entry.subject_id)
    return url_for("reviews.show", review_id=entry.subject_id)


def details(entry: Entry, workflows: Mapping[int, Workflow]) -> str:
    """Where a step led and in which role; of other rows what they hold."""
    process = workflows.get(entry.definition_id or 0)
    if process is not None and entry.action.startswith("move.") and {"to", "role"} <= set(entry.detail):
        stage = process.stages.get(str(entry.detail["to"]))
        if stage is not None:
            role = role_word(str(entry.detail["role"]))
            award = _award(entry)
            if award:
                return translated(
                    _("%(award)s to “%(stage)s”, as %(role)s"),
                    award=award,
                    stage=stage.title[language()],
                    role=role,
                )
            return translated(_("to “%(stage)s”, as %(role)s"), stage=stage.title[language()], role=role)
    return told(entry, process)


def _award(entry: Entry) -> str:
    """``Performance bonus ¥18,000.00``; empty where the row does not say what was moved."""
    component, minor, currency = (entry.detail.get(key) for key in ("component", "amount_minor", "currency"))
    if component is None or entry.cycle_id is None:
        return ""
    title = component_title(entry.cycle_id, str(component))
    if not isinstance(minor, int) or not isinstance(currency, str):
        return title
    return f"{title} {money(Money(minor, currency))}"


def held(entry: Entry) -> str:
    """What the row holds, as it is stored: for the file, which programs read."""
    detail: Any = entry.detail
    if not isinstance(detail, Mapping):
        return str(detail)
    return ", ".join(f"{key}: {value}" for key, value in detail.items())
