"""The warm process: same bytes everywhere, flat memory, and the right letter whoever is killed meanwhile."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from reviewflow.printer import Limits, Mould, PrintFailed
from tests.letters.printing import LANGUAGES, TEMPLATE, example, sample

SMALLEST = example("feedback_smallest.en")
ENDLESS = replace(TEMPLATE, page="{% for a in org %}" * 12 + "x" + "{% endfor %}" * 12).text


def children(process: int | None) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [int(child) for child in text.split()]


def alive(process: int) -> bool:
    """Whether it runs; one that ended and waits to be reaped does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def folder_of(process: int) -> Path:
    """The private folder of a mould, an argument of its process."""
    return Path(Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8").split("\0")[7])


def resident_kilobytes(process: int | None) -> int:
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def wait_for(what: Callable[[], list[int]]) -> list[int]:
    """Look until something is there; the suite's own time limit ends it otherwise."""
    while not (found := what()):
        os.sched_yield()
    return found


@pytest.fixture
def own() -> Iterator[Mould]:
    """A mould that a test may harm."""
    with Mould(Limits(wall_seconds=60, cpu_seconds=30)) as warm:
        yield warm


def test_another_mould_prints_the_same_bytes(printed: Callable[[str], bytes]) -> None:
    with Mould() as other:
        for language in LANGUAGES:
            again = other.print(TEMPLATE.text, sample(language))
            assert sha256(again).hexdigest() == sha256(printed(language)).hexdigest()


def test_a_letter_leaves_nothing_behind_for_the_next(mould: Mould, printed: Callable[[str], bytes]) -> None:
    values = sample("en")
    values["person"]["name"] = "Zhao Lei 買"
    mould.print(TEMPLATE.text, values)
    assert mould.print(TEMPLATE.text, sample("en")) == printed("en")


def test_an_old_template_prints_as_it_did(mould: Mould) -> None:
    """A pinned text, not a file, is printed: a changed word stays what it was when it was pinned."""
    old = replace(TEMPLATE, page=TEMPLATE.page.replace("_('Your turn')", "'Old heading'"))
    assert mould.print(old.text, SMALLEST) != mould.print(TEMPLATE.text, SMALLEST)
    assert mould.print(old.text, SMALLEST) == mould.print(old.text, SMALLEST)


def test_memory_is_flat(mould: Mould) -> None:
    mould.print(TEMPLATE.text, SMALLEST)
    before = resident_kilobytes(mould.process_id)
    for _ in range(25):
        mould.print(TEMPLATE.text, SMALLEST)
    assert resident_kilobytes(mould.process_id) < 1.05 * before
    assert before < 150_000


def test_wrong_values_are_named(mould: Mould) -> None:
    values = sample("en")
    del values["rating"]
    values["groups"][0]["weight"] = 60
    with pytest.raises(PrintFailed) as failed:
        mould.print(TEMPLATE.text, values)
    assert failed.value.final
    assert failed.value.reason.key == "letter_values.missing"
    assert failed.value.reason.params == {"field": "rating", "more": 1}


def test_a_text_that_is_no_template_is_refused(mould: Mould) -> None:
    for text in ("", "<html>", '{"page": "x"}', '{"page": 1, "style": "", "chinese": ""}'):
        with pytest.raises(PrintFailed) as failed:
            mould.print(text, SMALLEST)
        assert failed.value.reason.key == "letter.not_a_template"


def test_a_kill_from_outside_is_worth_a_retry(own: Mould) -> None:
    failures: list[PrintFailed] = []

    def ask() -> None:
        try:
            own.print(ENDLESS, SMALLEST)
        except PrintFailed as failed:
            failures.append(failed)

    thread = threading.Thread(target=ask)
    thread.start()
    (child,) = wait_for(lambda: children(own.process_id))
    os.kill(child, signal.SIGKILL)
    thread.join()
    (failure,) = failures
    assert not failure.final
    assert failure.reason.key == "letter.killed"


def test_a_dead_mould_is_made_anew(own: Mould) -> None:
    first = own.process_id
    assert first
    os.kill(first, signal.SIGKILL)
    with contextlib.suppress(PrintFailed):  # asked before its end was seen; the queue would try again
        own.print(TEMPLATE.text, SMALLEST)
    assert own.print(TEMPLATE.text, SMALLEST).startswith(b"%PDF")
    assert own.process_id != first


def test_nothing_is_left_when_it_closes() -> None:
    with Mould() as short:
        process = short.process_id
        assert process
        folder = folder_of(process)
        assert (folder / "fonts.conf").exists()
    assert not alive(process)
    assert not folder.exists()


def test_the_next_one_gets_its_own_letter_when_the_asker_is_killed() -> None:
    """A worker's forked process dies while its letter is drawn; see `worker.py`."""
    script = Path(__file__).with_name("worker.py")
    root = Path(__file__).resolve().parents[2]
    run = subprocess.run(
        [sys.executable, str(script)], capture_output=True, env={**os.environ, "PYTHONPATH": str(root)},
        timeout=120, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr.decode()
    first, second, third, process, folder = run.stdout.decode().split()
    assert first == second == third
    wait_for(lambda: [] if alive(int(process)) else [1])  # a mould that nobody can ask any more ends
    assert not Path(folder).exists()
