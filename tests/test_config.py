"""Settings: what is missing or wrong is told at once, all of it, and no secret with it."""

from __future__ import annotations

import re
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from reviewflow import config
from reviewflow.config import load
from reviewflow.core.reasons import Faulty
from reviewflow.wording import say

SECRET = "0123456789abcdef0123456789abcdef"
PRODUCTION = {
    "REVIEWFLOW_SECRET_KEY": SECRET,
    "REVIEWFLOW_BASE_URL": "https://reviews.example.com/",
    "DATABASE_URL": "postgresql://reviewflow@db/reviewflow",
    "REVIEWFLOW_HOME": "/var/lib/reviewflow",
}


def faults(environ: dict[str, str]) -> list[tuple[str, object]]:
    with pytest.raises(Faulty) as refused:
        load(environ)
    return sorted((fault.key.removeprefix("config."), fault.params["name"]) for fault in refused.value.faults)


def test_a_production_server_needs_two_settings_and_gets_safe_ones() -> None:
    settings = load(PRODUCTION)
    assert settings.environment == "production"
    assert settings.base_url == "https://reviews.example.com"
    assert settings.trusted_hosts == ("reviews.example.com",)
    assert settings.secure_cookies
    assert not settings.may_stop_business_clock
    assert settings.failpoints is None
    assert settings.anonymity_floor == 5
    assert (settings.lease, settings.renewal) == (timedelta(seconds=20), timedelta(seconds=5))
    assert [wait.total_seconds() for wait in settings.backoff] == [5, 30, 120, 600]
    assert settings.queue_url == "unix:///var/lib/reviewflow/redis/redis.sock"


def test_a_bad_start_names_everything_that_is_missing_or_wrong() -> None:
    bad = {
        "REVIEWFLOW_BASE_URL": "http://reviews.example.com",
        "REVIEWFLOW_SECRET_KEY": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "REVIEWFLOW_ZONE": "Mars/Olympus",
        "REVIEWFLOW_PROXIES": "-1",
        "REVIEWFLOW_ANONYMITY_FLOOR": "3",
        "REVIEWFLOW_LEASE_SECONDS": "soon",
        "REVIEWFLOW_RENEWAL_SECONDS": "15",
        "REVIEWFLOW_BACKOFF_SECONDS": "5,-1",
        "REVIEWFLOW_WORKFLOWS": "/no/such/folder",
        "REVIEWFLOW_MAIL_URL": "ftp://mail",
        "REVIEWFLOW_FAILPOINTS": "/tmp",
        "REVIEWFLOW_SECRETKEY": SECRET,
        "REVIEWFLOW_BIND": "nonsense",
        "REVIEWFLOW_SOMETHING_ELSE_ENTIRELY": "1",
        "DATABASE_URL": "mysql://root:hunter2@db/x",
        "REDIS_URL": "http://redis",
    }
    assert faults(bad) == [
        ("base_url_https", "REVIEWFLOW_BASE_URL"),
        ("bind", "REVIEWFLOW_BIND"),
        ("lease", "REVIEWFLOW_LEASE_SECONDS"),
        ("missing", "REVIEWFLOW_MAIL_FROM"),
        ("no_folder", "REVIEWFLOW_WORKFLOWS"),
        ("number", "REVIEWFLOW_ANONYMITY_FLOOR"),
        ("number", "REVIEWFLOW_PROXIES"),
        ("scheme", "DATABASE_URL"),
        ("scheme", "REDIS_URL"),
        ("scheme", "REVIEWFLOW_MAIL_URL"),
        ("seconds", "REVIEWFLOW_LEASE_SECONDS"),
        ("test_only", "REVIEWFLOW_FAILPOINTS"),
        ("unknown", "REVIEWFLOW_SOMETHING_ELSE_ENTIRELY"),
        ("unknown_near", "REVIEWFLOW_SECRETKEY"),
        ("waits", "REVIEWFLOW_BACKOFF_SECONDS"),
        ("weak_secret", "REVIEWFLOW_SECRET_KEY"),
        ("zone", "REVIEWFLOW_ZONE"),
    ]
    misspelt = [
        ("choice", "REVIEWFLOW_ENV"),
        ("missing", "REVIEWFLOW_BASE_URL"),
        ("no_secret", "REVIEWFLOW_SECRET_KEY"),
    ]
    assert faults({"REVIEWFLOW_ENV": "prodution"}) == misspelt
    assert faults({}) == [("missing", "REVIEWFLOW_BASE_URL"), ("no_secret", "REVIEWFLOW_SECRET_KEY")]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_sentence_repeats_a_password(language: str) -> None:
    with pytest.raises(Faulty) as refused:
        load({"DATABASE_URL": "mysql://root:hunter2@db/x", "REVIEWFLOW_SECRET_KEY": "hunter2"})
    told = [say(fault, language) for fault in refused.value.faults]
    assert len(told) == 3
    assert "hunter2" not in "".join(told)


@pytest.mark.parametrize("environment", ["demo", "test"])
def test_plain_http_from_any_host_is_for_demo_and_test(environment: str, tmp_path: Path) -> None:
    settings = load({"REVIEWFLOW_ENV": environment, "REVIEWFLOW_HOME": str(tmp_path)})
    assert settings.trusted_hosts == ()
    assert not settings.secure_cookies
    behind_tls = load(
        {
            "REVIEWFLOW_ENV": environment,
            "REVIEWFLOW_HOME": str(tmp_path),
            "REVIEWFLOW_BASE_URL": "https://demo.example.com",
        }
    )
    assert behind_tls.secure_cookies


def test_outside_production_the_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    environ = {"REVIEWFLOW_ENV": "demo", "REVIEWFLOW_HOME": str(tmp_path / "home")}
    first, second = load(environ), load(environ)
    assert len(first.secret_key) == 64
    assert first.secret_key == second.secret_key
    assert stat.S_IMODE((tmp_path / "home" / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["secret.key"]


def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    environ = {"REVIEWFLOW_ENV": "demo", "REVIEWFLOW_HOME": str(tmp_path / "file" / "home")}
    assert faults(environ) == [("no_home", "REVIEWFLOW_HOME")]


def test_empty_values_count_as_not_set_and_postgres_is_postgresql() -> None:
    settings = load({**PRODUCTION, "REVIEWFLOW_ZONE": " ", "DATABASE_URL": "postgres://db/reviewflow"})
    assert settings.zone == "UTC"
    assert settings.database_url == "postgresql://db/reviewflow"


def test_the_two_halves_lie_beside_the_package_or_inside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (config.half("workflows") / "sales_quarterly.toml").is_file()
    monkeypatch.setattr(config, "_HERE", tmp_path / "site-packages" / "reviewflow")
    assert config.half("workflows") == tmp_path / "site-packages" / "reviewflow" / "halves" / "workflows"


def test_every_setting_is_explained_where_operators_look() -> None:
    folder = Path(config.__file__).parent
    source = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    names = set(re.findall(r'"(REVIEWFLOW_[A-Z_]+|DATABASE_URL|REDIS_URL)"', source))
    told = (folder.parents[1] / "docs" / "running.md").read_text("utf-8")
    assert len(names) > 25
    assert {name for name in names if f"`{name}`" not in told} == set()
