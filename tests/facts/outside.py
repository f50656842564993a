"""Data made outside this project, where the setting REVIEWFLOW_DATA names a folder with it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from reviewflow.core.viewer import the_clock
from reviewflow.intake import Intake, from_folder, take_in
from reviewflow.store import db
from reviewflow.store.clock import mark_scratch, set_business_clock

EXAMPLES = Path(__file__).parents[2] / "examples"


def folder_of(name: str) -> Path:
    """The folder of a data set; the test is skipped where it is not there."""
    data = os.environ.get("REVIEWFLOW_DATA")
    if not data:
        pytest.skip("REVIEWFLOW_DATA names no folder with outside data")
    folder = Path(data) / name
    if not folder.is_dir():
        pytest.skip(f"REVIEWFLOW_DATA has no folder {name}")
    return folder


def import_all(engine: Engine, name: str, at: datetime) -> Intake:
    """Everything that the example's mapping wants, imported on that day."""
    folder = folder_of(name)
    with db.write(engine) as session:
        mark_scratch(session)
        set_business_clock(session, at.astimezone(UTC))
    text = (EXAMPLES / name / "mapping.toml").read_text(encoding="utf-8")
    return take_in(engine, the_clock(at.date()), text, from_folder(text, folder))
