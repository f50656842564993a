"""All faults of files that may be accepted: each by itself, and against the files that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from reviewflow.core import calendar, indicators, plan, rubric, workflow
from reviewflow.core.reasons import Fault, Faulty
from reviewflow.core.toml_source import parse
from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.vocabulary import KINDS
from reviewflow.printer import LetterTemplate
from reviewflow.services.accept.files import Proposal, place, top_of

Known = Callable[[str, str], str | None]
"""The text of a definition beside the proposals, by kind and name; None if there is none."""

_READERS: dict[str, Callable[[str], object]] = {
    "workflow": workflow.load,
    "indicators": indicators.load,
    "rubric": rubric.load,
    "calendar": calendar.load,
    "template": LetterTemplate.from_text,
}


def check(proposals: Sequence[Proposal], known: Known) -> dict[str, tuple[Fault, ...]]:
    """What keeps these files from being accepted, by path, all faults together."""
    texts = {(one.kind, one.name): one.text for one in proposals if not one.unread}

    def text_of(kind: str, name: str) -> str | None:
        return texts.get((kind, name)) or known(kind, name)

    return {one.path: found for one in proposals if (found := one.unread or _faults(one, text_of))}


def check_alone(kind: str, text: str, catalogue: str) -> tuple[Fault, ...]:
    """The faults of one text by itself; a plan is read against the catalogue's text."""
    try:
        if kind == "plan":
            _check_plan(text, catalogue)
        else:
            _READERS[kind](text)
    except Faulty as faulty:
        return faulty.faults
    return ()


def _faults(one: Proposal, text_of: Known) -> tuple[Fault, ...]:
    if found := check_alone(one.kind, one.text, text_of("indicators", "indicators") or ""):
        return found
    return tuple(_around(one, workflow.load(one.text), text_of)) if one.kind == "workflow" else ()


def _check_plan(text: str, catalogue_text: str) -> None:
    """A plan is read against the catalogue; where that has faults itself, the plan's own are told all the same."""
    try:
        catalogue = indicators.load(catalogue_text)
    except Faulty as faulty:
        missing = Fault(None, "plan.no_catalogue", {"count": len(faulty.faults)})
        try:
            plan.load(text, None)
        except Faulty as own:
            raise Faulty([missing, *own.faults]) from own
        raise Faulty([missing]) from faulty
    plan.load(text, catalogue)


def _around(one: Proposal, read: Workflow, text_of: Known) -> Iterator[Fault]:
    """Faults between a process and its surroundings: the name of its file, and the files that it uses."""
    source, path = parse(one.text), Path(one.path)
    if one.name != read.name:
        yield Fault(source.line("name"), "workflow.name_of_file", {"name": read.name, "file": path.name})
    for word, name in read.uses.items():
        kind = KINDS[read.kind].uses[word]
        file, line = str(place(top_of(path), kind, name)), source.line("uses", word)
        text = text_of(kind, name)
        if text is None:
            yield Fault(line, "workflow.use_not_found", {"word": word, "file": file})
        elif kind == "workflow" and not _is_award(text):
            yield Fault(line, "workflow.use_no_award", {"word": word, "file": file})


def _is_award(text: str) -> bool:
    """Whether a process moves awards. One with faults of its own is reported by itself."""
    try:
        return parse(text).data.get("kind") == "award"
    except Faulty:
        return True
