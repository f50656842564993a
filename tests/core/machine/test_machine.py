"""The machine: what it refuses, what it must never do, and the ways of `transitions` that it relies on."""

from __future__ import annotations

import gc
import importlib.metadata
import subprocess
import sys
from typing import Any

import pytest
import transitions

from reviewflow.core import machine
from reviewflow.core.machine import Effects, entering, step
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.workflow import load
from tests.core.workflow.files import TEXTS, WORKFLOWS

QUARTERLY = WORKFLOWS["sales_quarterly"]
AWARD = WORKFLOWS["award_approval"]


def all_hold(guard: str) -> list[Reason]:
    return []


def test_an_unknown_move_is_refused_with_its_name() -> None:
    with pytest.raises(Refused) as caught:
        step(QUARTERLY, "tracking", "to_closed", all_hold)
    assert caught.value.reasons == (Reason("machine.unknown_move", {"move": "to_closed"}),)


def test_a_move_from_another_stage_is_refused_with_both_names() -> None:
    with pytest.raises(Refused) as caught:
        step(QUARTERLY, "tracking", "release", all_hold)
    assert caught.value.reasons == (Reason("machine.wrong_stage", {"move": "release", "stage": "tracking"}),)


def test_all_reasons_of_all_guards_are_told() -> None:
    def holds(guard: str) -> list[Reason]:
        return [Reason(f"{guard}.first"), Reason(f"{guard}.second")]

    with pytest.raises(Refused) as caught:
        step(QUARTERLY, "goal_proposal", "propose", holds)
    assert [reason.key for reason in caught.value.reasons] == [
        "tasks_done.first",
        "tasks_done.second",
        "weights_sum_100.first",
        "weights_sum_100.second",
    ]


def test_only_the_guards_of_the_move_are_asked() -> None:
    asked: list[str] = []

    def holds(guard: str) -> list[Reason]:
        asked.append(guard)
        return []

    step(AWARD, "finance_approval", "approve_finance", holds)
    assert asked == []
    step(AWARD, "director_approval", "approve", holds)
    assert asked == ["above_limit"]


def test_a_fault_in_a_guard_comes_out_as_itself() -> None:
    def holds(guard: str) -> list[Reason]:
        raise LookupError(guard)

    with pytest.raises(LookupError, match="above_limit"):
        step(AWARD, "director_approval", "approve", holds)


def test_a_stage_with_all_marks_set_is_entered_without_effects() -> None:
    evaluation = QUARTERLY.stages["evaluation"]
    assert entering(QUARTERLY, evaluation, frozenset({"goals_agreed"}), ()) == Effects(
        ("frozen",), frozenset(), ("freeze_measures",), (), effects=True
    )
    assert entering(
        QUARTERLY, evaluation, frozenset({"goals_agreed", "frozen", "rated"}), ["rated"]
    ) == Effects((), frozenset({"rated"}), (), (), effects=False)


def test_marks_that_a_move_clears_happen_again() -> None:
    evaluation = QUARTERLY.stages["evaluation"]
    assert entering(QUARTERLY, evaluation, frozenset({"frozen"}), ["frozen", "rated"]) == Effects(
        ("frozen",), frozenset({"frozen"}), ("freeze_measures",), (), effects=True
    )


def test_a_stage_without_marks_always_has_its_effects() -> None:
    collection = QUARTERLY.stages["data_collection"]
    for _ in range(2):
        assert entering(QUARTERLY, collection, frozenset(), ()).jobs == ("preview_measures",)


def test_a_stage_of_another_version_cannot_slip_in() -> None:
    later = load(TEXTS["sales_quarterly"].replace("days = 10", "days = 12"))
    with pytest.raises(ValueError, match="evaluation is not a stage of sales_quarterly"):
        entering(QUARTERLY, later.stages["evaluation"], frozenset(), ())


# --- what the machine relies on ---


def _machine() -> transitions.Machine:
    return machine._machine(QUARTERLY)


def test_this_is_the_version_that_was_looked_at() -> None:
    """Triggering on an unregistered object is not a promised API: look again before another version."""
    assert importlib.metadata.version("transitions") == "0.9.3"


def test_one_machine_serves_all_subjects_of_a_text() -> None:
    again = load(TEXTS["sales_quarterly"])
    assert again == QUARTERLY
    assert machine._machine(again) is _machine()
    assert machine._machine(AWARD) is not _machine()


def test_no_jump_is_possible_that_the_file_does_not_have() -> None:
    assert set(_machine().events) == set(QUARTERLY.moves)


def test_steps_leave_no_model_behind() -> None:
    gc.collect()
    for _ in range(100):
        step(QUARTERLY, "goal_agreement", "agree", all_hold)
    assert _machine().models == []
    assert not [thing for thing in gc.get_objects() if isinstance(thing, machine._Cursor)]


def test_an_event_moves_an_object_that_was_never_registered() -> None:
    class Cursor:
        state = "goal_agreement"

    cursor: Any = Cursor()
    assert _machine().events["agree"].trigger(cursor, holds=all_hold) is True
    assert cursor.state == "tracking"
    assert vars(cursor) == {"state": "tracking"}


def test_importing_the_machine_brings_no_web_and_no_database() -> None:
    code = (
        "import sys, reviewflow.core.machine, reviewflow.core.policy;"
        "print([name for name in ('flask', 'sqlalchemy', 'redis', 'babel') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
