"""Letters: 200 of them through the mould, against WeasyPrint alone on the same pages in one warm process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.measuring import Figure, cpu, scratch
from reviewflow.printer import LetterTemplate, Mould, letters_folder

LIMIT = 1.5
COUNT = 200
_TICKS = os.sysconf("SC_CLK_TCK")


def figures(*, full: bool) -> Iterator[Figure]:
    template = LetterTemplate.from_files("feedback").text
    letters = list(_letters())
    with scratch() as folder:
        ours = _cast(template, letters)
        floor = _drawn(folder, template, letters)
    yield Figure(
        name="letters",
        value=ours,
        unit="s CPU",
        floor=floor,
        limit=LIMIT,
        about=f"{COUNT} letters, every second one Chinese; the floor is write_pdf on the same pages",
        details=(f"{1000 * ours / COUNT:.0f} ms CPU a letter",),
    )


def _letters() -> Iterator[dict[str, Any]]:
    """The shipped samples, each for another person."""
    samples = [
        json.loads((letters_folder() / "samples" / f"feedback.{lang}.json").read_text(encoding="utf-8"))
        for lang in ("zh", "en")
    ]
    for number in range(COUNT):
        values = samples[number % 2]
        person = values["person"] | {"employee_no": f"P{number:06d}"}
        yield values | {"ref": f"FB-2026Q2-{number:05d}", "person": person}


def _cast(template: str, letters: list[dict[str, Any]]) -> float:
    """CPU seconds of this process, the mould and the children that it forked."""
    with Mould() as mould:
        pid = mould.process_id
        assert pid is not None
        before = _spent(pid)

        def work() -> None:
            for values in letters:
                mould.print(template, values)

        return cpu(work) + _spent(pid) - before


def _spent(pid: int) -> float:
    """CPU seconds of a process and of its children that ended (proc(5): utime, stime, cutime, cstime)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


def _drawn(folder: Path, template: str, letters: list[Mapping[str, Any]] | list[dict[str, Any]]) -> float:
    """CPU seconds of a process of its own that has no database and nothing else to do."""
    order = folder / "letters.json"
    order.write_text(json.dumps([template, letters], ensure_ascii=False), encoding="utf-8")
    command = [sys.executable, "-m", "bench.drawing", str(order), str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
    return float(done.stdout)
