"""What a process of an installation of its own inherits."""

from __future__ import annotations

import os

import pytest

from reviewflow.surroundings import of_its_own


def test_no_setting_of_the_operator_is_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "REVIEWFLOW_MAIL_URL", "REVIEWFLOW_SOMETHING_NEW"):
        monkeypatch.setenv(name, "the operator's")
    found = of_its_own({"REVIEWFLOW_ENV": "demo", "DATABASE_URL": "sqlite://"})
    assert "the operator's" not in found.values()
    assert (found["REVIEWFLOW_ENV"], found["DATABASE_URL"]) == ("demo", "sqlite://")
    assert found["PATH"] == os.environ["PATH"]
