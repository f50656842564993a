"""Settings, read once from the environment. A bad start lists everything that is missing or wrong.

Reading looks whether folders exist; outside production it also keeps a generated secret key in the home
folder, so that a demo's sign-ins survive a restart.
"""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from reviewflow.core.reasons import Fault, Faulty

ENVIRONMENTS = ("production", "demo", "rehearsal", "test")
SHORTEST_SECRET = 32
LOWEST_FLOOR = 5
SOCKET_PATH_BYTES = 107
"""Longest path of a Unix socket: `sun_path` holds 108 bytes with the closing zero (unix(7))."""

# Read by other parts than `load`, and known here so that a misspelt name can be told from them.
_ELSEWHERE = frozenset({"REVIEWFLOW_DATA"})
_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Settings:
    """Everything that differs between installations. Paths are absolute."""

    environment: str
    home: Path
    """Folder of all that the product writes: database, lake, Redis, secret key."""
    database_url: str
    redis_url: str | None
    """None: the private server on `redis_socket`, which the product starts itself."""
    secret_key: str
    base_url: str
    """How the world reaches the web, without a closing slash: stands in mails and in the letters' QR."""
    trusted_hosts: tuple[str, ...]
    """Host names the web answers to. Empty, in demo and test only: all of them."""
    secure_cookies: bool
    proxies: int
    """How many trusted reverse proxies stand in front, whose X-Forwarded headers count."""
    bind: str
    web_workers: int
    web_threads: int
    company: str
    zone: str
    """IANA zone of business dates where no person's own zone applies."""
    mail_url: str | None
    mail_from: str | None
    anonymity_floor: int
    workflows_folder: Path
    templates_folder: Path
    lake_folder: Path
    lease: timedelta
    renewal: timedelta
    job_timeout: timedelta
    backoff: tuple[timedelta, ...]
    """Waits after a job's first, second, ... failure; after one more failure it is parked."""
    relay_every: timedelta
    reconcile_every: timedelta
    sweep_every: timedelta
    seal_every: timedelta
    failpoints: Path | None
    """Test only: the folder whose files arm failpoints (`reviewflow.core.failpoints`)."""

    @property
    def redis_socket(self) -> Path:
        """Socket of the private Redis: in the home folder, or under /tmp where that path is too long."""
        path = self.home / "redis" / "redis.sock"
        if len(os.fsencode(path)) <= SOCKET_PATH_BYTES:
            return path
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        return Path(f"/tmp/reviewflow-{os.getuid()}-{digest}/redis.sock")

    @property
    def queue_url(self) -> str:
        """Address of Redis: the operator's, or the private socket's."""
        return self.redis_url or f"unix://{self.redis_socket}"

    @property
    def may_stop_business_clock(self) -> bool:
        """Whether this installation's database may hold a stopped business clock."""
        return self.environment in ("rehearsal", "test")


def half(name: str) -> Path:
    """The folder `workflows` or `templates`: beside the package in a checkout, inside it when installed."""
    return _HERE.parent / name if _in_checkout() else _HERE / "halves" / name


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of `environ` (the process's own by default). Raises `Faulty` with all that is wrong."""
    read = _Reader(os.environ if environ is None else environ)
    environment = read.choice("REVIEWFLOW_ENV", ENVIRONMENTS, "production")
    production = environment == "production"
    home = read.path("REVIEWFLOW_HOME", _default_home())
    base_url = read.base_url(production)
    settings = Settings(
        environment=environment,
        home=home,
        database_url=read.database_url(f"sqlite:///{home / 'reviewflow.sqlite3'}"),
        redis_url=read.url("REDIS_URL", ("redis", "rediss", "unix")),
        secret_key=read.secret(production, home),
        base_url=base_url,
        trusted_hosts=read.hosts(base_url, everyone=environment in ("demo", "test")),
        secure_cookies=read.secure_cookies(environment, base_url),
        proxies=read.number("REVIEWFLOW_PROXIES", 0, least=0),
        bind=read.text("REVIEWFLOW_BIND", "127.0.0.1:8000"),
        web_workers=read.number("REVIEWFLOW_WEB_WORKERS", 2, least=1),
        web_threads=read.number("REVIEWFLOW_WEB_THREADS", 4, least=1),
        company=read.text("REVIEWFLOW_COMPANY", "Reviewflow"),
        zone=read.zone("REVIEWFLOW_ZONE", "UTC"),
        mail_url=read.url("REVIEWFLOW_MAIL_URL", ("smtp", "smtps")),
        mail_from=read.mail_from(),
        anonymity_floor=read.number("REVIEWFLOW_ANONYMITY_FLOOR", LOWEST_FLOOR, least=LOWEST_FLOOR),
        workflows_folder=read.folder("REVIEWFLOW_WORKFLOWS", half("workflows")),
        templates_folder=read.folder("REVIEWFLOW_TEMPLATES", half("templates")),
        lake_folder=read.path("REVIEWFLOW_LAKE", home / "lake"),
        lease=read.seconds("REVIEWFLOW_LEASE_SECONDS", 20),
        renewal=read.seconds("REVIEWFLOW_RENEWAL_SECONDS", 5),
        job_timeout=read.seconds("REVIEWFLOW_JOB_TIMEOUT_SECONDS", 60),
        backoff=read.waits("REVIEWFLOW_BACKOFF_SECONDS", (5, 30, 120, 600)),
        relay_every=read.seconds("REVIEWFLOW_RELAY_SECONDS", 0.5),
        reconcile_every=read.seconds("REVIEWFLOW_RECONCILE_SECONDS", 5),
        sweep_every=read.seconds("REVIEWFLOW_SWEEP_SECONDS", 5),
        seal_every=read.seconds("REVIEWFLOW_SEAL_SECONDS", 1),
        failpoints=read.failpoints(environment),
    )
    read.check(settings)
    return settings


class _Reader:
    """Takes typed values from the environment and collects what is wrong instead of stopping at it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        # An empty value counts as not set: that is what `NAME=` in an env file means to its writer.
        self.environ = {name: value.strip() for name, value in environ.items() if value.strip()}
        self.known = set(_ELSEWHERE)
        self.faults: list[Fault] = []

    def given(self, name: str) -> str | None:
        self.known.add(name)
        return self.environ.get(name)

    def wrong(self, key: str, name: str, **params: str | int) -> None:
        self.faults.append(Fault(None, f"config.{key}", {"name": name, **params}))

    def text(self, name: str, default: str) -> str:
        return self.given(name) or default

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

    def check(self, settings: Settings) -> None:
        """What spans several settings, and names that nothing reads. Raises `Faulty` if anything is wrong."""
        if settings.renewal * 2 > settings.lease:
            self.wrong("lease", "REVIEWFLOW_LEASE_SECONDS", other="REVIEWFLOW_RENEWAL_SECONDS")
        prefix = "REVIEWFLOW_"
        ours = {name.removeprefix(prefix) for name in self.known if name.startswith(prefix)}
        for name in self.environ:
            if name.startswith(prefix) and name not in self.known:
                near = difflib.get_close_matches(name.removeprefix(prefix), ours, n=1)
                self.wrong("unknown_near" if near else "unknown", name, near=prefix + "".join(near))
        if self.faults:
            raise Faulty(self.faults)


def _in_checkout() -> bool:
    return (_HERE.parent / "pyproject.toml").is_file()


def _default_home() -> Path:
    if _in_checkout():
        return _HERE.parent / "var"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "reviewflow"


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
