"""Refused lines as files in a folder: looked after before an import, written when it is done."""

from __future__ import annotations

import os
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reviewflow.intake import Intake
    from reviewflow.services.collect import Report
    from reviewflow.services.people_import import FileReport

_OPTION = "--refused"
_NO_NAMES = frozenset({"", ".", ".."})
_LONGEST_STEM = 200
"""Bytes of a name that leave room for a number and an ending."""


def ready(folder: Path, files: Sequence[Path]) -> None:
    """Make the folder, and see that files can be written there and told apart by their names.

    Raises `click.BadParameter`.
    """
    from reviewflow.connectors.reading import kept_name

    names = [kept_name(path.name) for path in files]
    for name in names:
        if names.count(name) > 1:
            raise click.BadParameter(f"Two files are called {name}.", param_hint=_OPTION)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise click.BadParameter(f"{folder} cannot be written: {_why(error)}.", param_hint=_OPTION) from error


def write(done: Intake, folder: Path, mapping: str) -> None:
    """One file for each that had refused lines, of people and of events, in the order of their lines.

    Raises `click.ClickException` if it cannot be written after all.
    """
    from reviewflow.store.facts.imports import as_sent

    for name, reports in _by_name(done.files).items():
        lines = {line: cells for one in reports for line, cells in one.refused.items()}
        if lines:
            ordered = [lines[line] for line in sorted(lines)]
            body = as_sent(reports[0].columns, reports[0].separator, ordered)
            _tell(_written(folder, name, body), name, mapping)


def _by_name(files: Iterable[FileReport | Report]) -> dict[str, list[FileReport | Report]]:
    found: dict[str, list[FileReport | Report]] = {}
    for one in files:
        found.setdefault(one.file_name, []).append(one)
    return found


def _written(folder: Path, name: str, body: bytes) -> Path:
    try:
        return _kept(folder, "file.csv" if name in _NO_NAMES else name, body)
    except OSError as error:
        raise click.ClickException(
            f"The import is done, but its refused lines cannot be written into {folder}: {_why(error)}. The page "
            "of the import has them, too."
        ) from error


def _kept(folder: Path, name: str, body: bytes) -> Path:
    """A file under this name, or with a number in it: nothing is written over, somebody may have mended it.

    The same lines are not written twice, however often an import is repeated.
    """
    stem, ending = os.path.splitext(name)
    short = stem.encode()[:_LONGEST_STEM].decode(errors="ignore")
    for number in count(1):
        path = folder / (name if number == 1 else f"{short}.{number}{ending}")
        try:
            with path.open("xb") as file:
                file.write(body)
        except FileExistsError:
            if not path.is_file() or path.read_bytes() != body:
                continue
        return path
    raise AssertionError("there is always another number")


def _tell(path: Path, name: str, mapping: str) -> None:
    from reviewflow.intake import comes_whole

    click.echo(f"Refused lines: {path}")
    if comes_whole(mapping, name):
        click.echo(f"  {name} is read as complete: mend these lines in the whole file and send that.")
    elif path.name != name:
        click.echo(f"  Send it as {name}, by which the mapping knows it.")


def _why(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error)
