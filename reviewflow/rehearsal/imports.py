"""Reading the data of a rehearsal by its mappings: people first, then events, through the usual services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Engine

from reviewflow.connectors import mapping as mappings
from reviewflow.connectors.rows import BadValue
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.toml_source import decoded
from reviewflow.core.viewer import the_clock
from reviewflow.rehearsal.config import RehearsalConfig
from reviewflow.services import collect, people_import
from reviewflow.store.clock import moment
from reviewflow.store.db import write
from reviewflow.wording import say

Tell = Callable[[str], None]
MOST_PROBLEMS = 20


def read_all(engine: Engine, config: RehearsalConfig, data: Path, tell: Tell) -> list[str]:
    """Import everything that the mappings name; returns what was refused, in words."""
    texts = [decoded(path.read_bytes()) for path in config.mappings]
    problems: list[str] = []
    for text in texts:
        _accept(engine, text)
        problems += _people(engine, config, text, _files(text, data))
    for text in texts:
        for name, content in _files(text, data):
            problems += _events(engine, text, name, content)
            tell(name)
    return problems


def _files(text: str, data: Path) -> list[tuple[str, bytes]]:
    """The files of a mapping in `data`, each once. Raises `Refused` naming all that are not there."""
    patterns = dict.fromkeys(read.file for read in mappings.load(text).reads)
    found = {pattern: sorted(data.glob(pattern)) for pattern in patterns}
    missing = [pattern for pattern, paths in found.items() if not paths]
    if missing:
        raise Refused([Reason("rehearsal.no_data", {"file": name, "folder": str(data)}) for name in missing])
    paths = dict.fromkeys(path for some in found.values() for path in some)
    return [(path.name, path.read_bytes()) for path in paths]


def _accept(engine: Engine, text: str) -> None:
    with write(engine) as session:
        now = moment(session)
        collect.accept_mapping(session, now, the_clock(now.business.date()), text)


def _people(
    engine: Engine, config: RehearsalConfig, text: str, files: Sequence[tuple[str, bytes]]
) -> list[str]:
    prepared = people_import.prepare(text, files)
    if prepared is None:
        return []
    with write(engine) as session:
        now = moment(session)
        clock = the_clock(now.business.date())
        report = people_import.import_people(
            session, now, clock, prepared, effective_on=config.period.starts_on
        )
    return [problem for file in report.files for problem in refused_in_words(file.file_name, file.bad)]


def _events(engine: Engine, text: str, name: str, content: bytes) -> list[str]:
    try:
        prepared = collect.prepare(text, name, content)
    except Refused as refused:  # the file as a whole; what the other files hold is still worth a rehearsal
        return [f"{name}: {say(reason, 'en')}" for reason in refused.reasons]
    if prepared is None:
        return []
    with write(engine) as session:
        now = moment(session)
        report = collect.land(session, now, the_clock(now.business.date()), prepared)
    return refused_in_words(name, report.bad)


def refused_in_words(name: str, bad: Sequence[BadValue]) -> list[str]:
    """Each fault once, with its line and its column where it is about one, and how many lines were refused."""
    if not bad:
        return []
    places = [f"{name}, line {one.line}" + (f", {one.column}" if one.column else "") for one in bad]
    faults = list(
        dict.fromkeys(f"{place}: {say(one.reason, 'en')}" for place, one in zip(places, bad, strict=True))
    )
    lines, more = len({one.line for one in bad}), len(faults) - MOST_PROBLEMS
    total = f"{name}: {lines} {'line' if lines == 1 else 'lines'} refused"
    return [*faults[:MOST_PROBLEMS], f"{total}, {more} more faults" if more > 0 else total]
