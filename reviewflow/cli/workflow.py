"""`reviewflow workflow`: check process files, draw them, and print who may do what."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from reviewflow.cli import language as terminal_language
from reviewflow.config import half
from reviewflow.core.reasons import Fault, Faulty
from reviewflow.core.workflow import Workflow, load
from reviewflow.core.workflow.drawing import svg
from reviewflow.core.workflow.role_table import role_tables
from reviewflow.core.workflow.vocabulary import LANGUAGES
from reviewflow.wording import say

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
    """Check, draw and explain the files (TOML) that HR edits: processes and what they use.

    Every key is explained in workflows/README.md.
    """


@command.command()
@_files
@_folder
@_language
def check(files: Sequence[Path], folder: Path, language: str) -> None:
    """Check files and report all their faults together, each with its line.

    Without FILES everything in the folder is checked: processes, indicators, plans, rubrics and calendars.
    Of a process this proves, beyond single words, that every stage can be reached and left without the help
    of somebody who may be away, that dated marks are never half set, that nobody decides about themselves,
    and that every file named in `uses` is there; of a plan that its weights sum to 100 and its rates have
    no gap.

    Exit status: 0 if no file has a fault, 1 otherwise.
    """
    from reviewflow.services import accept as accepting

    proposals = [accepting.proposal(path) for path in files] or accepting.read_folder(folder)
    tops = {one.path: accepting.top_of(Path(one.path)) for one in proposals}
    faults = {
        one.path: found
        for one in proposals
        if (found := accepting.check([one], _beside(tops[one.path])).get(one.path))
    }
    for one in proposals:
        for fault in faults.get(one.path, ()):
            click.echo(f"{one.path}:{fault.line or 1}: {say(fault, language)}")
        if one.path not in faults:
            click.echo(say(_accepted(one.kind, one.path, one.text), language))
    sys.exit(1 if faults else 0)


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


def _beside(top: Path) -> Callable[[str, str], str | None]:
    """Reads what a file uses from the folder that it stands in."""
    from reviewflow.services import accept as accepting

    def text_of(kind: str, name: str) -> str | None:
        path = accepting.place(top, kind, name)
        return accepting.proposal(path).text if path.is_file() else None

    return text_of


def _processes(files: Sequence[Path], folder: Path) -> list[Path]:
    return list(files) or sorted(path for path in folder.glob("*.toml") if path.stem != "indicators")


def _checked(path: Path, language: str) -> Workflow:
    """The workflow in a file; prints its faults and exits with status 1 if it has any."""
    from reviewflow.services import accept as accepting

    read = accepting.proposal(path)
    try:
        if read.unread:
            raise Faulty(read.unread)
        return load(read.text)
    except Faulty as error:
        for fault in error.faults:
            click.echo(f"{path}:{fault.line or 1}: {say(fault, language)}", err=True)
        sys.exit(1)


def _accepted(kind: str, path: str, text: str) -> Fault:
    if kind != "workflow":
        return Fault(None, "scheme.accepted", {"file": path})
    workflow = load(text)
    counts: dict[str, str | int] = {"stages": len(workflow.stages), "moves": len(workflow.moves)}
    return Fault(None, "workflow.accepted", {"file": path, **counts})


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
