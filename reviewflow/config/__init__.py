"""Settings, read once from the environment. A bad start lists everything that is missing or wrong.

Reading looks whether folders exist; outside production it also keeps a generated secret key in the home
folder, so that a demo's sign-ins survive a restart.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from reviewflow.config.reading import Reader

ENVIRONMENTS = ("production", "demo", "rehearsal", "test")
LOWEST_FLOOR = 5
SOCKET_PATH_BYTES = 107
"""Longest path of a Unix socket: `sun_path` holds 108 bytes with the closing zero (unix(7))."""

# Read by other parts than `load`, and known here so that a misspelt name can be told from them.
_ELSEWHERE = frozenset({"REVIEWFLOW_DATA"})
_HERE = Path(__file__).resolve().parents[1]


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
    read = Reader(os.environ if environ is None else environ, _ELSEWHERE)
    environment = read.choice("REVIEWFLOW_ENV", ENVIRONMENTS, "production")
    production = environment not in ENVIRONMENTS[1:]  # a misspelt one, too, is told what production lacks
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
        bind=read.bind("REVIEWFLOW_BIND", "127.0.0.1:8000"),
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
    if settings.renewal * 2 > settings.lease:
        read.wrong("lease", "REVIEWFLOW_LEASE_SECONDS", other="REVIEWFLOW_RENEWAL_SECONDS")
    read.close()
    return settings


def _in_checkout() -> bool:
    return (_HERE.parent / "pyproject.toml").is_file()


def _default_home() -> Path:
    if _in_checkout():
        return _HERE.parent / "var"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "reviewflow"
