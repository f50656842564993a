"""`reviewflow workflow`: check process files, draw them, and print who may do what."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from reviewflow.cli import language as terminal_language
from reviewflow.config import half
from reviewflow.core.reasons import Fault, Faulty
from reviewflow.core.toml_source import parse
from reviewflow.core.workflow import Workflow, load
from reviewflow.core.workflow.drawing import svg
from reviewflow.core.workflow.role_table import role_tables
from reviewflow.core.workflow.vocabulary import KINDS, LANGUAGES
from reviewflow.wording import say

# Where the files that `uses` names stand, seen from the workflow's folder.
_FOLDERS = {"workflow": ".", "indicators": ".", "rubric": "rubrics", "plan": "plans", "calendar": "calendars"}

_NOT_A_PROCESS = "indicators.toml"

_files = click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
_folder = click.option(
    "--folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    envvar="REVIEWFLOW_WORKFLOWS",
    default=lambda: half("workflows"),
    show_default="the installed workflows",
    help="Where to look when no FILES are named. Also set by REVIEWFLOW_WORKFLOWS.",
)
_language = click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=terminal_language,
    show_default="that of the terminal",
    help="Language of the words.",
)


@click.group()
def command() -> None:
    """Check, draw and explain the process files (TOML) that HR edits.

    Every key is explained in workflows/README.md.
    """


@command.command()
@_files
@_folder
@_language
def check(files: Sequence[Path], folder: Path, language: str) -> None:
    """Check process files and report all their faults together, each with its line.

    Without FILES every process of the folder is checked. Beyond single words this proves that every stage
    can be reached and left without the help of somebody who may be away, that dated marks are never half
    set, that nobody decides about themselves, and that every file named in `uses` is there.

    Exit status: 0 if no file has a fault, 1 otherwise.
    """
    faulty = False
    for path in _processes(files, folder):
        faults = _faults(path)
        faulty = faulty or bool(faults)
        for fault in faults:
            click.echo(f"{path}:{fault.line or 1}: {say(fault, language)}")
        if not faults:
            click.echo(say(_accepted(path), language))
    sys.exit(1 if faulty else 0)


@command.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file instead of the terminal.")
@_language
def draw(file: Path, out: Path | None, language: str) -> None:
    """Draw the stages and moves of FILE as an SVG picture."""
    picture = svg(_checked(file, language), language)
    if out is None:
        click.echo(picture)
    else:
        out.write_text(picture + "\n", "utf-8")


@command.command()
@_files
@_folder
@_language
def roles(files: Sequence[Path], folder: Path, language: str) -> None:
    """Print who may do what: for each stage, tasks and moves by role.

    task = work to do, asks = a move that stands in the inbox, may = a move that does not, not = kept out,
    ready and due = when the clock tries.
    """
    click.echo(role_tables([_checked(path, language) for path in _processes(files, folder)]), nl=False)


def _processes(files: Sequence[Path], folder: Path) -> list[Path]:
    return list(files) or sorted(path for path in folder.glob("*.toml") if path.name != _NOT_A_PROCESS)


def _text(path: Path) -> str:
    """The text of a file; a byte order mark is passed over. Raises `Faulty` if it is not UTF-8."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise Faulty([Fault(line, "workflow.not_utf8")]) from error


def _checked(path: Path, language: str) -> Workflow:
    """The workflow in a file; prints its faults and exits with status 1 if it has any."""
    try:
        return load(_text(path))
    except Faulty as error:
        for fault in error.faults:
            click.echo(f"{path}:{fault.line or 1}: {say(fault, language)}", err=True)
        sys.exit(1)


def _faults(path: Path) -> tuple[Fault, ...]:
    try:
        text = _text(path)
        return tuple(_around(path, load(text), text))
    except Faulty as error:
        return error.faults


def _accepted(path: Path) -> Fault:
    workflow = load(_text(path))
    counts: dict[str, str | int] = {"stages": len(workflow.stages), "moves": len(workflow.moves)}
    return Fault(None, "workflow.accepted", {"file": str(path), **counts})


def _around(path: Path, workflow: Workflow, text: str) -> Iterator[Fault]:
    """Faults between a file and its surroundings: its own name, and the files that it uses."""
    source = parse(text)
    if path.stem != workflow.name:
        yield Fault(source.line("name"), "workflow.name_of_file", {"name": workflow.name, "file": path.name})
    for word, name in workflow.uses.items():
        what = KINDS[workflow.kind].uses[word]
        used = path.parent / _FOLDERS[what] / f"{name}.toml"
        line = source.line("uses", word)
        if not used.is_file():
            yield Fault(line, "workflow.use_not_found", {"word": word, "file": str(used)})
        elif what == "workflow" and parse(_text(used)).data.get("kind") != "award":
            yield Fault(line, "workflow.use_no_award", {"word": word, "file": str(used)})


@command.command()
def accept() -> None:
    """Accept all files of the workflows and templates folders: the next launch pins what is new.

    All or none: faults are reported together, by file and line. Running cycles keep the texts they pinned.
    """
    from reviewflow.cli._database import database
    from reviewflow.config import load as settings_of
    from reviewflow.services import accept as accepting
    from reviewflow.store.clock import moment
    from reviewflow.store.db import write

    settings = settings_of()
    try:
        with database(settings) as bound, write(bound) as session:
            files = accepting.read_folders(settings.workflows_folder, settings.templates_folder)
            new = accepting.accept(session, moment(session), None, files)
    except accepting.FilesFaulty as faulty:
        for path, faults in faulty.faults.items():
            for fault in faults:
                click.echo(f"{path}:{fault.line or 1}: {say(fault, terminal_language())}", err=True)
        sys.exit(1)
    click.echo("\n".join(new) if new else "Nothing is new.")
