"""An installed package carries HR's half with it: built, unpacked elsewhere, and asked for it there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_NOT_SOURCES = shutil.ignore_patterns(".*", "var", "build", "dist", "*.egg-info", "__pycache__", "tests")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built package in a folder of its own; the libraries are this environment's."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT, folder / "source", ignore=_NOT_SOURCES)
    build = "from setuptools.build_meta import build_wheel; print(build_wheel('..'))"
    built = subprocess.run(
        [sys.executable, "-c", build], cwd=folder / "source", capture_output=True, text=True, check=True
    )
    with zipfile.ZipFile(folder / built.stdout.split()[-1]) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def files_of(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("half", ["workflows", "templates"])
def test_each_half_is_inside_complete(half: str, site: Path) -> None:
    assert files_of(site / "reviewflow" / "halves" / half) == files_of(site.parent / "source" / half)


def test_everything_of_the_package_is_inside(site: Path) -> None:
    inside = files_of(site / "reviewflow")
    assert inside >= files_of(site.parent / "source" / "reviewflow")
    assert not {name for name in inside if name.endswith(".pyc")}


def test_it_is_well_where_there_is_no_checkout(site: Path, tmp_path: Path) -> None:
    """`doctor` finds workflow files and printer; isolated mode keeps this checkout off the path."""
    program = f"import sys; sys.path.insert(0, {str(site)!r}); from reviewflow.cli import main; main()"
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(site),
        "REVIEWFLOW_ENV": "demo",
        "REVIEWFLOW_HOME": str(tmp_path / "home"),
    }
    told = subprocess.run(
        [sys.executable, "-P", "-c", program, "doctor", "--migrate"],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert str(site / "reviewflow" / "halves" / "workflows") in told.stdout
