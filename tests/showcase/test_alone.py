"""A second demo on the same data is refused while the first one runs, and only then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from reviewflow.core.reasons import Refused
from reviewflow.showcase.alone import alone

HOLDS = """
import sys
from pathlib import Path
from reviewflow.showcase.alone import alone
with alone(Path(sys.argv[1]), "http://127.0.0.1:8000"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_second_is_refused_with_address_and_process(tmp_path: Path) -> None:
    lock = tmp_path / "var" / "demo.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as first:
        assert first.stdout
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(Refused) as refused, alone(lock, "http://127.0.0.1:8001"):
            pass
        (reason,) = refused.value.reasons
        assert (reason.key, dict(reason.params)) == (
            "demo.running",
            {"address": "http://127.0.0.1:8000", "pid": str(first.pid)},
        )
        first.kill()
    with alone(lock, "http://127.0.0.1:8001"):
        assert lock.read_text("ascii").endswith(" http://127.0.0.1:8001")


def test_it_can_be_held_again_and_again(tmp_path: Path) -> None:
    for port in (8000, 8001):
        with alone(tmp_path / "demo.lock", f"http://127.0.0.1:{port}"):
            pass
