"""What a process that draws a letter can still do: nothing but draw. Tried from inside such a process."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

TRIES = {
    "open a file": "open('/etc/hostname')",
    "write a file": "open('/tmp/reviewflow-wall', 'w')",
    "open a socket": "socket.socket(socket.AF_INET)",
    "open a local socket": "socket.socket(socket.AF_UNIX)",
    "make a pair of sockets": "socket.socketpair()",
    "fork": "os.fork()",
    "run a program": "os.execv('/bin/true', ['true'])",
    "end another process": "os.kill(os.getppid(), 9)",
    "raise a limit": "resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))",
    "see an inherited descriptor": "os.fstat(inherited)",
    "write to what it has": "os.write(1, b'')",
    "start a thread": "(t := threading.Thread(target=len, args=('a',))).start(), t.join()",
}
ALLOWED = {"write to what it has", "start a thread"}

SCRIPT = """
    import ctypes, json, os, resource, socket, sys, threading
    from reviewflow.printer.confine import Limits, close_doors, confine

    inherited = os.dup(0)
    confine(Limits(), os.getppid())
    close_doors([1])
    done = {}
    for name, code in json.loads(sys.argv[1]).items():
        try:
            exec(code)
            done[name] = True
        except (OSError, ValueError, RuntimeError) as error:
            done[name] = False
    os.write(1, json.dumps(done).encode())
    os._exit(0)
"""


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    root = Path(__file__).resolve().parents[2]
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *arguments],
        capture_output=True, env={**os.environ, "PYTHONPATH": str(root)}, timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.skipif(platform.machine() not in ("x86_64", "aarch64"), reason="no call filter on this machine")
def test_nothing_leads_out() -> None:
    result = run(SCRIPT, json.dumps(TRIES))
    assert result.returncode == 0, result.stderr.decode()
    could = {name for name, done in json.loads(result.stdout).items() if done}
    assert could == ALLOWED


@pytest.mark.parametrize(
    ("waste", "ended_by"),
    [
        ("bytearray(2 ** 30)", 1),
        ("while True: pass", -24),
        ("os.write(os.open('x', os.O_CREAT | os.O_WRONLY), b'a')", 1),
    ],
)
def test_limits_hold(waste: str, ended_by: int, tmp_path: Path) -> None:
    """Too much memory and a written byte are errors (MemoryError, EFBIG); too much time is SIGXCPU."""
    script = f"""
    import os
    from reviewflow.printer.confine import Limits, confine

    os.chdir({str(tmp_path)!r})
    confine(Limits(cpu_seconds=1), os.getppid())
    {waste}
    """
    assert run(script).returncode == ended_by


def test_it_dies_with_its_parent() -> None:
    """The child of a parent that ended at once ends too, instead of waiting for ever."""
    script = """
    import os, select
    from reviewflow.printer.confine import Limits, confine

    reading, writing = os.pipe()
    middle = os.fork()
    if middle == 0:
        parent = os.getpid()
        if os.fork() == 0:
            confine(Limits(), parent)
            os.write(writing, b"ready")
            select.select([], [], [])
        os.read(reading, 5)
        os._exit(0)
    os.close(writing)
    os.waitpid(middle, 0)
    print(os.read(reading, 1) == b"")  # the pipe ends when its last writer is gone
    """
    assert run(script).stdout == b"True\n"


def test_importing_the_printer_loads_nothing_heavy() -> None:
    script = """
    import sys
    import reviewflow.printer
    heavy = {"flask", "sqlalchemy", "redis", "rq", "weasyprint", "jinja2", "babel"}
    print(sorted(heavy & sys.modules.keys()))
    """
    assert run(script).stdout == b"[]\n"
