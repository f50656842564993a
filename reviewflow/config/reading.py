"""Typed values from the environment, with all that is wrong collected instead of stopping at it."""

from __future__ import annotations

import contextlib
import difflib
import os
import secrets
import tempfile
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from reviewflow.core.reasons import Fault, Faulty

SHORTEST_SECRET = 32
HIGHEST_PORT = 65535


class Reader:
    """Takes typed values from the environment and collects what is wrong instead of stopping at it."""

    def __init__(self, environ: Mapping[str, str], elsewhere: Iterable[str]) -> None:
        # An empty value counts as not set: that is what `NAME=` in an env file means to its writer.
        self.environ = {name: value.strip() for name, value in environ.items() if value.strip()}
        self.known = set(elsewhere)
        self.faults: list[Fault] = []

    def given(self, name: str) -> str | None:
        self.known.add(name)
        return self.environ.get(name)

    def wrong(self, key: str, name: str, **params: str | int) -> None:
        self.faults.append(Fault(None, f"config.{key}", {"name": name, **params}))

    def text(self, name: str, default: str) -> str:
        return self.given(name) or default

    def bind(self, name: str, default: str) -> str:
        """HOST:PORT, the host in brackets where it has colons of its own."""
        value = self.text(name, default)
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) <= HIGHEST_PORT:
            self.wrong("bind", name, value=value)
        return value

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.wrong("choice", name, value=value, allowed=", ".join(allowed))
        return value

    def number(self, name: str, default: int, least: int) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or int(value) < least:
            self.wrong("number", name, value=value, least=least)
            return default
        return int(value)

    def seconds(self, name: str, default: float) -> timedelta:
        return self.waits(name, (default,), single=True)[0]

    def waits(self, name: str, default: tuple[float, ...], single: bool = False) -> tuple[timedelta, ...]:
        value = self.given(name)
        try:
            numbers = default if value is None else tuple(float(part) for part in value.split(","))
            if not all(0 < number < 86_400 * 365 for number in numbers) or (single and len(numbers) > 1):
                raise ValueError
        except ValueError:
            self.wrong("seconds" if single else "waits", name, value=value or "")
            numbers = default
        return tuple(timedelta(seconds=number) for number in numbers)

    def path(self, name: str, default: Path) -> Path:
        return Path(self.given(name) or default).expanduser().absolute()

    def folder(self, name: str, default: Path) -> Path:
        path = self.path(name, default)
        if not path.is_dir():
            self.wrong("no_folder", name, value=str(path))
        return path

    def zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (LookupError, ValueError, OSError):
            self.wrong("zone", name, value=value)
        return value

    def url(self, name: str, schemes: tuple[str, ...]) -> str | None:
        """An address that may hold a password: it is never repeated in a message."""
        value = self.given(name)
        if value is not None and value.partition("://")[0] not in schemes:
            self.wrong("scheme", name, allowed=", ".join(f"{scheme}://" for scheme in schemes))
        return value

    def database_url(self, default: str) -> str:
        schemes = ("sqlite", "postgresql", "postgresql+psycopg")
        value = self.url("DATABASE_URL", (*schemes, "postgres")) or default
        return value.replace("postgres://", "postgresql://", 1) if value.startswith("postgres://") else value

    def secret(self, production: bool, home: Path) -> str:
        name = "REVIEWFLOW_SECRET_KEY"
        value = self.given(name)
        if value is None and production:
            self.wrong("no_secret", name)
        elif value is not None and (len(value) < SHORTEST_SECRET or len(set(value)) < 10):
            self.wrong("weak_secret", name, least=SHORTEST_SECRET)
        if value or production:
            return value or ""
        try:
            return _kept_secret(home / "secret.key")
        except OSError as error:
            self.wrong("no_home", "REVIEWFLOW_HOME", value=str(home), problem=error.strerror or "")
            return ""

    def base_url(self, production: bool) -> str:
        name = "REVIEWFLOW_BASE_URL"
        value = self.given(name)
        if value is None:
            if production:
                self.wrong("missing", name)
            return "http://127.0.0.1:8000"
        parts = urlsplit(value)
        if not parts.hostname or parts.scheme not in (("https",) if production else ("http", "https")):
            self.wrong("base_url_https" if production else "base_url", name, value=value)
        return value.rstrip("/")

    def hosts(self, base_url: str, everyone: bool) -> tuple[str, ...]:
        value = self.given("REVIEWFLOW_TRUSTED_HOSTS")
        if value is None and everyone:
            return ()
        own = urlsplit(base_url).hostname or ""
        return tuple(host.strip() for host in value.split(",") if host.strip()) if value else (own,)

    def secure_cookies(self, environment: str, base_url: str) -> bool:
        """Plain HTTP is for a demo and for tests; there is no setting that switches it on elsewhere."""
        return environment not in ("demo", "test") or base_url.startswith("https://")

    def mail_from(self) -> str | None:
        value = self.given("REVIEWFLOW_MAIL_FROM")
        if self.given("REVIEWFLOW_MAIL_URL") and not value:
            self.wrong("missing", "REVIEWFLOW_MAIL_FROM")
        return value

    def failpoints(self, environment: str) -> Path | None:
        name = "REVIEWFLOW_FAILPOINTS"
        if self.given(name) and environment != "test":
            self.wrong("test_only", name)
        return self.path(name, Path()) if self.given(name) else None

    def close(self) -> None:
        """Names that nothing reads. Raises `Faulty` if anything is wrong."""
        prefix = "REVIEWFLOW_"
        ours = {name.removeprefix(prefix) for name in self.known if name.startswith(prefix)}
        for name in self.environ:
            if name.startswith(prefix) and name not in self.known:
                near = difflib.get_close_matches(name.removeprefix(prefix), ours, n=1)
                self.wrong("unknown_near" if near else "unknown", name, near=prefix + "".join(near))
        if self.faults:
            raise Faulty(self.faults)


def _kept_secret(path: Path) -> str:
    """The secret in this file, made at first use; of two processes that start together both get one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, draft = tempfile.mkstemp(dir=path.parent)
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        # A link appears whole or not at all, and only the first one is made.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text("ascii")
