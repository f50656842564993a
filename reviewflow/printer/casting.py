"""The warm process behind a `Mould`: it forks a confined child for every letter, which draws it and dies.

Run as ``python -m reviewflow.printer.casting REQUESTS ANSWERS ORDER PRODUCT FOLDER LIMITS``: two pipes for
short lines, two anonymous files for what the lines speak of (`mould` says why), a private folder, and the
limits of one letter. It has no database, no Redis and no socket, and it ends when the last process that
could ask it ends.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import json
import logging
import os
import select
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from reviewflow.core.reasons import Faulty
from reviewflow.printer import press
from reviewflow.printer.confine import Limits, close_doors, confine
from reviewflow.printer.sandbox import TemplateFailed
from reviewflow.printer.template import LetterTemplate, letters_folder

# The first byte of what a child sends.
_PDF, _FAULTS, _TEMPLATE, _LAYOUT, _MEMORY = b"P", b"F", b"T", b"L", b"M"
_GUILTY_SIGNALS = {
    signal.SIGSEGV,
    signal.SIGABRT,
    signal.SIGTRAP,
    signal.SIGBUS,
    signal.SIGILL,
    signal.SIGFPE,
}


@dataclass(frozen=True)
class Failure:
    """Why there is no letter. `final`: it would fail again in the same way."""

    key: str
    params: dict[str, str | int]
    final: bool

    def as_bytes(self) -> bytes:
        return json.dumps([self.key, self.params, self.final]).encode()


class Requests:
    """Lines of a pipe. A new line while a letter is drawn means that whoever asked for it is gone."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._rest = b""

    def __iter__(self) -> Iterator[str]:
        while True:
            while b"\n" not in self._rest:
                got = os.read(self.descriptor, 65536)
                if not got:
                    return
                self._rest += got
            line, _, self._rest = self._rest.partition(b"\n")
            yield line.decode()

    def pending(self) -> bool:
        return b"\n" in self._rest


def main(arguments: list[str]) -> None:
    """Warm up, then cast one letter for each line."""
    requests, answers, order, product = map(int, arguments[:4])
    limits = Limits(**json.loads(arguments[5]))
    press.use_bundled_fonts(Path(arguments[4]))
    _warm_up()
    os.write(answers, b"ready\n")
    lines = Requests(requests)
    for line in lines:
        number, length, digest = line.split()
        request = os.pread(order, int(length), 0)
        if hashlib.sha256(request).hexdigest() != digest:
            continue  # its writer was killed and the next one has begun
        result = cast(request, limits, lines)
        if result is not None:
            _answer(number, result, answers, product)
    shutil.rmtree(arguments[4], ignore_errors=True)  # whoever started it is gone and cannot


def cast(request: bytes, limits: Limits, lines: Requests) -> bytes | Failure | None:
    """Draw one letter in a child. None if nobody waits for it any more."""
    reading, writing = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _draw(request, limits, parent, writing)
    os.close(writing)
    try:
        sent, ended_by = _receive(reading, limits, lines)
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        _, status, usage = os.wait4(child, 0)
    if ended_by == "superseded":
        return None
    return _judged(sent, ended_by, status, usage.ru_utime + usage.ru_stime, limits)


def _warm_up() -> None:
    """Print the sample letters, leave Pango's threads, and keep what is loaded out of the collector's way."""
    folder = letters_folder()
    template = LetterTemplate.from_files("feedback", folder).text
    samples = [
        json.loads((folder / "samples" / f"feedback.{lang}.json").read_text(encoding="utf-8"))
        for lang in ("zh", "en")
    ]
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    fonts = press.open_fonts()
    for values in samples:
        press.letter(template, values, fonts)
    del fonts
    gc.collect()
    gc.freeze()


def _draw(request: bytes, limits: Limits, parent: int, writing: int) -> NoReturn:
    """The child: everything it learns goes through the pipe, everything else ends with it."""
    code = 1
    try:
        gc.disable()
        confine(limits, parent)
        fonts = press.open_fonts()
        close_doors([writing])
        _send(writing, *_drawn(request, fonts))
        code = 0
    finally:
        os._exit(code)


def _drawn(request: bytes, fonts: Any) -> tuple[bytes, bytes]:
    try:
        template, values = json.loads(request)
        return _PDF, press.letter(template, values, fonts)
    except MemoryError:
        return _MEMORY, b""
    except Faulty as error:
        faults = [[fault.key, dict(fault.params)] for fault in error.faults]
        return _FAULTS, json.dumps(faults).encode()
    except TemplateFailed as error:
        return _TEMPLATE, str(error)[:300].encode()
    except Exception as error:  # noqa: BLE001 - whatever the layout does is the letter's failure, not ours
        return _LAYOUT, type(error).__name__.encode()


def _send(writing: int, kind: bytes, body: bytes) -> None:
    rest = memoryview(kind + body)
    while rest:
        rest = rest[os.write(writing, rest) :]


def _receive(reading: int, limits: Limits, lines: Requests) -> tuple[bytes, str]:
    """What the child sent and why reading stopped: ``done``, ``late``, ``large`` or ``superseded``."""
    until, sent = time.monotonic() + limits.wall_seconds, bytearray()
    poll = select.poll()
    poll.register(reading, select.POLLIN)
    poll.register(lines.descriptor, select.POLLIN)
    while (left := until - time.monotonic()) > 0:
        ready = {descriptor for descriptor, _ in poll.poll(left * 1000)}
        if lines.descriptor in ready or lines.pending():
            return b"", "superseded"
        if reading in ready:
            got = os.read(reading, 1 << 20)
            if not got:
                return bytes(sent), "done"
            sent += got
            if len(sent) > limits.pdf_bytes:
                return b"", "large"
    return b"", "late"


def _judged(sent: bytes, ended_by: str, status: int, cpu: float, limits: Limits) -> bytes | Failure:
    """The PDF, or whose fault it is: of the letter (final) or of what happened to the process."""
    if ended_by == "large":
        return Failure("letter.too_large", {"most": limits.pdf_bytes // 2**20}, final=True)
    if ended_by == "late":
        busy = cpu > limits.cpu_seconds / 2  # else the machine was too busy to let it finish
        return Failure("letter.too_slow", {"seconds": int(limits.wall_seconds)}, final=busy)
    if os.WIFSIGNALED(status):
        return _ended_by_signal(os.WTERMSIG(status), limits)
    if not sent or os.WEXITSTATUS(status) != 0:
        return Failure("letter.crashed", {"how": f"exit {os.WEXITSTATUS(status)}"}, final=True)
    return _read(sent[:1], sent[1:], limits)


def _ended_by_signal(by: int, limits: Limits) -> Failure:
    if by == signal.SIGXCPU:
        return Failure("letter.too_slow", {"seconds": limits.cpu_seconds}, final=True)
    if by in _GUILTY_SIGNALS:
        return Failure("letter.crashed", {"how": f"signal {by}"}, final=True)
    return Failure("letter.killed", {"signal": by}, final=False)


def _read(kind: bytes, body: bytes, limits: Limits) -> bytes | Failure:
    if kind == _PDF:
        return body
    if kind == _FAULTS:
        (key, params), *more = json.loads(body)
        return Failure(key, params | {"more": len(more)}, final=True)
    if kind == _MEMORY:
        return Failure("letter.too_much_memory", {"most": limits.memory_bytes // 2**20}, final=True)
    if kind == _TEMPLATE:
        return Failure("letter.template", {"error": body.decode()}, final=True)
    return Failure("letter.layout", {"error": body.decode()}, final=True)


def _answer(number: str, result: bytes | Failure, answers: int, product: int) -> None:
    body = result if isinstance(result, bytes) else result.as_bytes()
    os.ftruncate(product, 0)
    at = 0
    while at < len(body):
        at += os.pwrite(product, body[at:], at)
    kind = "printed" if isinstance(result, bytes) else "failed"
    os.write(answers, f"{number} {kind} {len(body)} {hashlib.sha256(body).hexdigest()}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1:])
