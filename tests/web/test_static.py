"""What we serve ourselves: known versions, unchanged files, nothing from another host."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reviewflow.web import STATIC

VENDOR = STATIC / "vendor"
OURS = sorted([*STATIC.glob("*.css"), *STATIC.glob("*.js")])
HEAVY = ("duckdb", "ibis", "pandas", "pyarrow", "scipy", "weasyprint", "rq", "numpy")


def _versions() -> dict[str, list[str]]:
    lines = (VENDOR / "VERSIONS").read_text("utf-8").splitlines()
    return {
        fields[0]: fields[1:]
        for line in lines
        if line and not line.startswith("#")
        for fields in [line.split("\t")]
    }


def test_every_vendored_file_is_noted_with_licence_and_checksum() -> None:
    noted = _versions()
    files = {path.name for path in VENDOR.iterdir() if path.is_file() and path.name != "VERSIONS"}
    assert files == noted.keys()
    for name, (package, version, licence, checksum) in noted.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == checksum, name
        assert package
        assert licence in ("MIT", "0BSD", "OFL-1.1")
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


@pytest.mark.parametrize("path", [*OURS, *VENDOR.glob("*.css")], ids=lambda path: path.name)
def test_nothing_is_fetched_from_another_host(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"url\(\s*['\"]?(?:https?:)?//", text)
    assert "@import" not in text
    assert not re.search(r"fetch\(\s*['\"](?:https?:)?//", text)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_our_files_are_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) < 300


def _python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_the_web_loads_no_engine_no_printer_no_queue(tmp_path: Path) -> None:
    loaded = _python(
        "import sys; from reviewflow import config, create_app;"
        f"create_app(config.load({{'REVIEWFLOW_ENV': 'test', 'REVIEWFLOW_HOME': {str(tmp_path)!r}}}));"
        f"print([name for name in sys.modules if name.split('.')[0] in {HEAVY}])"
    )
    assert loaded.strip() == "[]"


def test_using_the_core_loads_no_web() -> None:
    loaded = _python(
        "import sys, reviewflow, reviewflow.core.values;"
        "print([name for name in sys.modules if name.split('.')[0] in ('flask', 'sqlalchemy', 'babel')])"
    )
    assert loaded.strip() == "[]"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_a_worker_stays_under_120_mb(tmp_path: Path) -> None:
    used = _python(
        "import re; from reviewflow import config, create_app;"
        f"app = create_app(config.load({{'REVIEWFLOW_ENV': 'test', 'REVIEWFLOW_HOME': {str(tmp_path)!r}}}));"
        "app.test_client().get('/help');"
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    assert int(used) < 120_000
