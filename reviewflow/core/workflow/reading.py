"""From the data of a file to a draft: everything that can be said about one entry at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from reviewflow.core.reasons import Fault
from reviewflow.core.toml_source import Source
from reviewflow.core.values import Inexact, currency_digits, to_scaled
from reviewflow.core.workflow.definition import Due, Field, Form, Move, Stage, Target, Task
from reviewflow.core.workflow.table import Table
from reviewflow.core.workflow.vocabulary import (
    AT,
    DUE_COUNT,
    DUE_FROM,
    FIELD_KINDS,
    FORMAT,
    KINDS,
    MONEY_LIMITS,
    NOTE,
    Kind,
    Title,
)

_LONGEST_DUE = 730
_LONGEST_PERIOD = 24
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass
class Draft:
    """A file as it was read, faults and all. Entries stand at the same places as in the file."""

    source: Source
    faults: list[Fault]
    name: str = ""
    kind_name: str = ""
    kind: Kind = field(default_factory=lambda: _any_kind())
    title: Title = field(default_factory=dict)
    months: int = 0
    start: str = ""
    uses: dict[str, str] = field(default_factory=dict)
    limits: dict[str, dict[str, int]] = field(default_factory=dict)
    stages: list[Stage] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    def fault(self, fault: str, *path: str | int, **params: str | int) -> None:
        """Report `workflow.<fault>` at a place of the file."""
        self.faults.append(Fault(self.source.line(*path), f"workflow.{fault}", params))

    @property
    def by_key(self) -> dict[str, Stage]:
        """Stages by key; of two with the same key, the first."""
        return {stage.key: stage for stage in reversed(self.stages)}


def read_draft(source: Source) -> Draft:
    """Read every entry of a file. Never raises: what is wrong stands in `faults`."""
    draft = Draft(source, list(source.faults))
    top = Table(source, draft.faults, (), source.data)
    _head(draft, top)
    stages, forms = top.tables("stage", required=True), top.tables("form")
    stage_keys, form_keys = _keys(stages), _keys(forms)
    draft.start = top.word("start", "stage", stage_keys)
    draft.stages = [_stage(table, draft.kind) for table in stages]
    draft.forms = [_form(table) for table in forms]
    tasks, moves = top.tables("task"), top.tables("move", required=True)
    draft.tasks = [_task(table, draft.kind, stage_keys, form_keys) for table in tasks]
    draft.moves = [_move(table, draft.kind, stage_keys) for table in moves]
    for what, tables in (("stage", stages), ("task", tasks), ("move", moves), ("form", forms)):
        _each_once(what, tables)
    top.close()
    return draft


def _head(draft: Draft, top: Table) -> None:
    if top.whole("format", most=10_000) != FORMAT and isinstance(top.data.get("format"), int):
        top.fault("unknown_format", "format", known=FORMAT)
    draft.name = top.name("name")
    draft.kind_name = top.word("kind", "kind", KINDS)
    draft.kind = KINDS.get(draft.kind_name, draft.kind)
    draft.title = top.title("title")
    draft.months = top.whole("months", most=_LONGEST_PERIOD, required=False)
    draft.uses = _uses(top, draft.kind)
    draft.limits = _limits(top)


def _any_kind() -> Kind:
    """All words of all kinds and no rules between them, for a file that does not say what it is."""
    kinds = KINDS.values()
    return Kind(
        parts=tuple(part for kind in kinds for part in kind.parts),
        marks=tuple(mark for kind in kinds for mark in kind.marks),
        relations=frozenset().union(*(kind.relations for kind in kinds)),
        guards=frozenset().union(*(kind.guards for kind in kinds)),
        jobs=frozenset().union(*(kind.jobs for kind in kinds)),
        sends=frozenset().union(*(kind.sends for kind in kinds)),
        outcomes=frozenset().union(*(kind.outcomes for kind in kinds)),
        uses={word: what for kind in kinds for word, what in kind.uses.items()},
    )


def _keys(tables: Sequence[Table]) -> list[str]:
    keys = (table.data.get("key") for table in tables)
    return list(dict.fromkeys(key for key in keys if isinstance(key, str)))


def _each_once(what: str, tables: Sequence[Table]) -> None:
    first: dict[Any, int] = {}
    for table in tables:
        key = table.data.get("key")
        if isinstance(key, str) and first.setdefault(key, table.line("key")) != table.line("key"):
            table.fault(f"{what}_twice", "key", key=key, first=first[key])


def _uses(top: Table, kind: Kind) -> dict[str, str]:
    table = top.table("uses")
    if table is None:
        return {}
    found = {table.known("use", kind.uses, word, (word,)): table.name(word) for word in table.data}
    return {word: name for word, name in found.items() if word}


def _limits(top: Table) -> dict[str, dict[str, int]]:
    limits = top.table("limits")
    if limits is None:
        return {}
    found: dict[str, dict[str, int]] = {}
    for name in sorted(MONEY_LIMITS):
        table = limits.table(name)
        if table is not None:
            found[name] = {currency: _minor(table, currency) for currency in table.data}
    limits.close()
    return found


def _minor(table: Table, currency: str) -> int:
    amount = table.text(currency)
    try:
        minor = to_scaled(Decimal(amount or "0"), currency_digits(currency))
    except (InvalidOperation, Inexact, ValueError, OverflowError):
        minor = -1
    if minor < 0 or not _CURRENCY.fullmatch(currency):
        table.fault("bad_limit", currency, currency=currency, amount=amount)
    return minor


def _stage(table: Table, kind: Kind) -> Stage:
    stage = Stage(
        key=table.name("key"),
        part=table.word("part", "part", kind.parts),
        title=table.title("title"),
        due=_due(table),
        marks=table.words("marks", "mark", kind.marks),
        jobs=table.words("jobs", "job", kind.jobs),
        send=table.words("send", "send", kind.sends),
        end=table.flag("end"),
    )
    table.close()
    return stage


def _due(stage: Table) -> Due | None:
    table = stage.table("due")
    if table is None:
        return None
    from_ = table.word("from", "due_from", DUE_FROM)
    days = table.whole("days", most=_LONGEST_DUE)
    count = table.word("count", "due_count", DUE_COUNT)
    table.close()
    return Due(from_ or "begin", days, count or "calendar")  # type: ignore[arg-type]  # words of closed sets


def _task(table: Table, kind: Kind, stages: Sequence[str], forms: Sequence[str]) -> Task:
    task = Task(
        key=table.name("key"),
        stage=table.word("stage", "stage", stages),
        by=frozenset(table.words("by", "role", kind.roles)),
        not_by=frozenset(table.words("not_by", "role", kind.roles)),
        form=table.word("form", "form", forms),
        when=table.word("when", "guard", kind.guards, required=False) or None,
        title=table.title("title"),
    )
    table.close()
    return task


def _move(table: Table, kind: Kind, stages: Sequence[str]) -> Move:
    note = table.word("note", "note", NOTE, required=False) or None
    at = table.word("at", "at", AT, required=False) or None
    move = Move(
        key=table.name("key"),
        title=table.title("title"),
        from_=table.words("from", "stage", stages, required=True),
        to=tuple(_target(target, kind, stages) for target in table.tables("to", required=True)),
        by=frozenset(table.words("by", "role", kind.roles)),
        not_by=frozenset(table.words("not_by", "role", kind.roles)),
        needs=table.words("needs", "guard", kind.guards),
        note=note,  # type: ignore[arg-type]  # a word of a closed set
        asks=table.flag("asks"),
        bulk=table.flag("bulk"),
        outcome=table.word("outcome", "outcome", kind.outcomes, required=False) or None,
        clears=frozenset(table.words("clears", "mark", kind.marks)),
        at=at,  # type: ignore[arg-type]  # a word of a closed set
    )
    table.close()
    return move


def _target(table: Table, kind: Kind, stages: Sequence[str]) -> Target:
    when = table.word("when", "guard", kind.guards, required=False) or None
    target = Target(table.word("stage", "stage", stages), when)
    table.close()
    return target


def _form(table: Table) -> Form:
    form = Form(table.name("key"), tuple(_field(field) for field in table.tables("field", required=True)))
    table.close()
    return form


def _field(table: Table) -> Field:
    kind = table.word("kind", "field_kind", FIELD_KINDS)
    labelled = FIELD_KINDS.get(kind, False)
    label = table.title("label", required=labelled) if labelled or "label" in table.data else None
    result = Field(table.name("key"), kind, table.flag("required"), label)
    table.close()
    return result
