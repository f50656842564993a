"""The law of the house: who imports whom, and what stays out of which process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def loaded_after(statements: str) -> set[str]:
    """Top-level modules of a new interpreter after these statements."""
    code = f"{statements}\nimport sys\nprint(*sorted(set(name.split('.')[0] for name in sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(told.stdout.split())


def test_imports_point_down_only() -> None:
    """The contracts stand in pyproject.toml."""
    lint = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_the_core_needs_nothing_but_python() -> None:
    loaded = loaded_after("import reviewflow.core.values, reviewflow.core.reasons, reviewflow.core.moment")
    foreign = {"flask", "sqlalchemy", "click", "rq", "redis", "weasyprint", "duckdb", "pyarrow", "babel"}
    assert not loaded & foreign


def test_the_printer_knows_no_web_no_database_and_no_queue() -> None:
    loaded = loaded_after("import reviewflow.printer")
    assert not loaded & {"flask", "sqlalchemy", "rq", "redis", "weasyprint", "duckdb", "pyarrow"}


def test_the_clock_carries_no_engine_and_no_printer() -> None:
    loaded = loaded_after("import reviewflow.jobs.service, reviewflow.services.move.sweep")
    assert "rq" in loaded
    assert not loaded & {"flask", "weasyprint", "duckdb", "ibis", "pyarrow", "pandas"}


@pytest.mark.parametrize("heavy", ["weasyprint", "duckdb", "ibis", "pyarrow", "pandas", "numpy", "rq"])
def test_the_web_process_stays_light(heavy: str, web_modules: set[str]) -> None:
    assert "flask_security" in web_modules
    assert heavy not in web_modules


@pytest.fixture(scope="module")
def web_modules(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What `create_app` loads, on an empty database."""
    home = tmp_path_factory.mktemp("home")
    return loaded_after(
        "from reviewflow import create_app\n"
        "from reviewflow.config import load\n"
        "from reviewflow.store import db, migrations\n"
        f"settings = load({{'REVIEWFLOW_ENV': 'test', 'REVIEWFLOW_HOME': {str(home)!r}}})\n"
        "migrations.upgrade(db.engine(settings.database_url))\n"
        "create_app(settings)"
    )
