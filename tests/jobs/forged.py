"""Jobs that somebody who reaches Redis might push, to have code run. Each would leave a file behind."""

from __future__ import annotations

import json
import pickle
import zlib
from collections.abc import Iterator
from pathlib import Path

from reviewflow.jobs.ring import JOB_NAME

_GOOD_DATES = {"created_at": "2026-04-01T09:00:00.000000Z", "enqueued_at": "2026-04-01T09:00:00.000000Z"}


class _Shell:
    """Runs a command when it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[object, tuple[str]]:
        import os

        return os.system, (self.command,)


def jobs(folder: Path) -> Iterator[tuple[str, dict[str, bytes | str]]]:
    """(job id, hash) of thirty forged jobs; what they would run writes into `folder`."""
    books = {**_GOOD_DATES, "status": "queued", "origin": "default"}
    for number, (name, fields) in enumerate(_all(folder)):
        yield name or f"ob-{900 + number}-0", {**books, **fields}


def _all(folder: Path) -> Iterator[tuple[str | None, dict[str, bytes | str]]]:
    def touch(name: str) -> str:
        return f"touch {folder / name}"

    def calls(name: str, *args: object, **kwargs: object) -> bytes:
        return json.dumps((name, None, args, kwargs)).encode()

    ring = calls(JOB_NAME, 1)
    yield None, {"data": calls("os.system", touch("system"))}
    yield "ob-1-0", {"data": calls("os.system", touch("our-id"))}
    yield "anything", {"data": calls("os.system", touch("any-id"))}
    yield "ob-1-0-evil", {"data": ring}
    yield None, {"data": zlib.compress(calls("os.system", touch("compressed")))}
    for function in ("subprocess.getoutput", "subprocess.call", "os.popen", "posix.system", "builtins.eval"):
        yield None, {"data": calls(function, touch(function))}
    yield None, {"data": calls("builtins.exec", f"open('{folder / 'exec'}', 'w')")}
    yield None, {"data": calls("shutil.copy", "/etc/hostname", str(folder / "copied"))}
    yield None, {"data": calls("pathlib.Path.touch", str(folder / "path"))}
    yield None, {"data": pickle.dumps(_Shell(touch("pickle")))}
    yield None, {"data": zlib.compress(pickle.dumps(_Shell(touch("pickle-compressed"))))}
    yield None, {"data": pickle.dumps((JOB_NAME, None, [_Shell(touch("pickle-argument"))], {}))}
    yield None, {"data": ring, "meta": pickle.dumps(_Shell(touch("pickle-meta")))}
    yield None, {"data": ring, "result": pickle.dumps(_Shell(touch("pickle-result")))}
    for callback in ("success_callback_name", "failure_callback_name", "stopped_callback_name"):
        yield None, {"data": calls(JOB_NAME, touch(callback)), callback: "os.system"}
    yield None, {"data": calls(JOB_NAME, "1; drop table outbox")}
    yield None, {"data": calls(JOB_NAME, True)}
    yield None, {"data": calls(JOB_NAME, 1, 2)}
    yield None, {"data": calls(JOB_NAME, outbox_id=1)}
    yield None, {"data": json.dumps((JOB_NAME, touch("instance"), [1], {})).encode()}
    yield None, {"data": b"\xff\xfe not json", "status": "no such status"}
    yield None, {"data": zlib.compress(b"0" * 50_000_000)}
    yield None, {"data": b""}
    yield None, {"timeout": "-1"}
    yield "ob-0-0", {"data": calls(JOB_NAME, 0)}
