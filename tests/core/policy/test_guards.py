"""Guards as a table: facts, and the reasons why the guard does not hold (none: it holds)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.core.policy import GUARDS, AwardState, FactMissing, Facts, MeasureState, TaskState, groups_of
from reviewflow.core.reasons import Reason
from reviewflow.core.workflow.naming import named
from reviewflow.wording import say
from tests.core.workflow.files import WORKFLOWS

SELF = TaskState("self_review", frozenset({"reviewee"}), open=True, submitted=False)
SELF_IN = SELF._replace(submitted=True)
MANAGER = TaskState("manager_review", frozenset({"manager"}), open=True, submitted=False)
MANAGER_IN = MANAGER._replace(submitted=True)
MISSING = TaskState("enter_missing", frozenset({"hr", "data_inputter"}), open=True, submitted=False)

SALES = MeasureState("sales_amount", "computed")
VISITS = MeasureState("visits", "missing")
CYCLE = MeasureState("deal_cycle", "missing")

BONUS = AwardState("bonus", "pending", approved=False, closed=False)
PAID = AwardState("commission", "paid", approved=True, closed=True)
NOTHING = AwardState("commission", "closed", approved=False, closed=True)

LIMITS = {"above_limit": {"CNY": 2_000_000, "JPY": 300_000}}

TABLE: list[tuple[str, dict[str, Any], list[str]]] = [
    ("tasks_done", {"tasks": ()}, []),
    ("tasks_done", {"tasks": (SELF_IN, MANAGER_IN)}, []),
    ("tasks_done", {"tasks": (SELF_IN, MISSING._replace(open=False))}, []),
    (
        "tasks_done",
        {"tasks": (SELF, MANAGER)},
        [
            "“Self-review” has not been submitted yet. Whose turn it is: employee.",
            "“Manager review” has not been submitted yet. Whose turn it is: manager.",
        ],
    ),
    (
        "tasks_done",
        {"tasks": (SELF_IN, MISSING)},
        ["“Enter missing figures” has not been submitted yet. Whose turn it is: data inputter, HR."],
    ),
    ("manager_review_done", {"tasks": (SELF, MANAGER_IN)}, []),
    (
        "manager_review_done",
        {"tasks": (SELF_IN, MANAGER)},
        ["“Manager review” has not been submitted yet. Whose turn it is: manager."],
    ),
    ("weights_sum_100", {"weights_e4": (600_000, 400_000)}, []),
    ("weights_sum_100", {"weights_e4": (101_000,) * 9 + (91_000,)}, []),
    ("weights_sum_100", {"weights_e4": (600_000, 350_000)}, ["Weights sum to 95. 5 are missing."]),
    ("weights_sum_100", {"weights_e4": (999_999,)}, ["Weights sum to 99.9999. 0.0001 are missing."]),
    (
        "weights_sum_100",
        {"weights_e4": (600_000, 412_500)},
        ["Weights sum to 101.25. That is 1.25 too many."],
    ),
    (
        "weights_sum_100",
        {"weights_e4": ()},
        ["There are no goals yet. Add at least one, with weights that sum to 100."],
    ),
    ("targets_set", {"targets_missing": 0}, []),
    (
        "targets_set",
        {"targets_missing": 2},
        ["Goals that have no target yet: 2. Enter a target for each."],
    ),
    ("measures_missing", {"measures": (SALES, VISITS)}, []),
    ("measures_missing", {"measures": (SALES,)}, ["No figure is missing; there is nothing to enter."]),
    ("measures_missing", {"measures": ()}, ["No figure is missing; there is nothing to enter."]),
    (
        "measures_settled",
        {"measures": (SALES, VISITS._replace(state="by_hand")), "measures_older": False},
        [],
    ),
    (
        "measures_settled",
        {"measures": (SALES, VISITS._replace(state="left_out")), "measures_older": False},
        [],
    ),
    (
        "measures_settled",
        {"measures": (SALES, VISITS, CYCLE), "measures_older": False},
        [
            "Figures are still missing (2): Visits, deal_cycle. Import their source, enter them by hand, "
            "or leave them out."
        ],
    ),
    (
        "measures_settled",
        {"measures": (), "measures_older": False},
        ["The figures have not been computed yet. This takes a moment after the last import."],
    ),
    (
        "measures_settled",
        {"measures": (SALES,), "measures_older": True},
        [
            "Figures came in since these were computed. They are computed anew, which takes a moment, and then it "
            "goes on by itself."
        ],
    ),
    ("scores_ready", {"scores_ready": True}, []),
    ("scores_ready", {"scores_ready": False}, ["The score has not been computed yet."]),
    ("no_veto_open", {"veto_open": False}, []),
    ("no_veto_open", {"veto_open": True}, ["A veto item waits for a decision."]),
    ("calibration_wanted", {"calibration_wanted": True}, []),
    ("calibration_wanted", {"calibration_wanted": False}, ["This cycle has no calibration."]),
    ("rating_set", {"rating": "A"}, []),
    ("rating_set", {"rating": None}, ["There is no rating yet."]),
    ("letter_printed", {"letter_state": "printed"}, []),
    ("letter_printed", {"letter_state": None}, ["There is no feedback letter yet."]),
    (
        "letter_printed",
        {"letter_state": "due"},
        ["The feedback letter is being printed. Try again in a moment."],
    ),
    (
        "letter_printed",
        {"letter_state": "failed"},
        ["The feedback letter could not be printed. HR sees why and can try again."],
    ),
    ("no_award_approved", {"awards": ()}, []),
    ("no_award_approved", {"awards": (BONUS, NOTHING)}, []),
    (
        "no_award_approved",
        {"awards": (BONUS, PAID)},
        ["The award “Commission” is approved already. Correct it by an adjustment in the open period."],
    ),
    ("awards_settled", {"awards": (PAID, NOTHING), "awards_proposed": True}, []),
    ("awards_settled", {"awards": (), "awards_proposed": True}, []),
    (
        "awards_settled",
        {"awards": (), "awards_proposed": False},
        ["The awards have not been proposed yet."],
    ),
    (
        "awards_settled",
        {"awards": (BONUS, PAID), "awards_proposed": True},
        ["The award “bonus” is not settled yet."],
    ),
    ("amount_zero", {"amount_minor": 0, "zero_by_hand": False}, []),
    ("amount_zero", {"amount_minor": 1, "zero_by_hand": False}, ["There is an amount to decide about."]),
    ("amount_zero", {"amount_minor": None, "zero_by_hand": False}, ["There is an amount to decide about."]),
    (
        "amount_zero",
        {"amount_minor": 0, "zero_by_hand": True},
        ["The amount was corrected to zero: that is for the approvers to sign, like any amount."],
    ),
    ("above_limit", {"amount_minor": 2_000_001, "currency": "CNY", "limits": LIMITS}, []),
    (
        "above_limit",
        {"amount_minor": 2_000_000, "currency": "CNY", "limits": LIMITS},
        ["The amount 20,000.00 CNY is within the limit of 20,000.00 CNY."],
    ),
    ("above_limit", {"amount_minor": -2_000_001, "currency": "CNY", "limits": LIMITS}, []),
    (
        "above_limit",
        {"amount_minor": 299_999, "currency": "JPY", "limits": LIMITS},
        ["The amount 299,999 JPY is within the limit of 300,000 JPY."],
    ),
    ("above_limit", {"amount_minor": 1, "currency": "EUR", "limits": LIMITS}, []),
    ("above_limit", {"amount_minor": 1, "currency": "CNY", "limits": {}}, []),
    ("superseded", {"superseded": True}, []),
    ("superseded", {"superseded": False}, ["The result that this award rests on was not reopened."]),
]

NAMES = {"indicators": {"visits": "Visits"}, "components": {"commission": "Commission"}}


def _said(reasons: list[Reason], language: str) -> list[str]:
    workflow = WORKFLOWS["sales_quarterly"]
    return [say(named(reason, workflow, language, **NAMES), language) for reason in reasons]


@pytest.mark.parametrize(
    ("guard", "facts", "reasons"), TABLE, ids=[f"{n}-{row[0]}" for n, row in enumerate(TABLE)]
)
def test_guard(guard: str, facts: dict[str, Any], reasons: list[str]) -> None:
    assert _said(GUARDS[guard](Facts(**facts)), "en") == reasons


@pytest.mark.parametrize(
    ("guard", "facts"),
    [row[:2] for row in TABLE if row[2]],
    # A number: the facts hold sets, whose order differs from one process to the next.
    ids=[f"{number}-{row[0]}" for number, row in enumerate(TABLE) if row[2]],
)
def test_every_reason_is_a_sentence_in_chinese_too(guard: str, facts: dict[str, Any]) -> None:
    for english, chinese in zip(
        _said(GUARDS[guard](Facts(**facts)), "en"), _said(GUARDS[guard](Facts(**facts)), "zh"), strict=True
    ):
        assert chinese != english
        assert chinese.endswith("。")


def test_every_guard_is_seen_true_and_false() -> None:
    assert {(row[0], bool(row[2])) for row in TABLE} == {(g, seen) for g in GUARDS for seen in (True, False)}


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_reads_exactly_the_facts_it_declares(guard: str) -> None:
    """With those it answers; without any one of them it fails instead of guessing."""
    facts = next(row[1] for row in TABLE if row[0] == guard)
    assert set(facts) == GUARDS[guard].needs
    for left_out in facts:
        rest = {name: value for name, value in facts.items() if name != left_out}
        with pytest.raises(FactMissing, match=left_out):
            GUARDS[guard](Facts(**rest))


def test_facts_of_several_guards_are_fetched_together() -> None:
    assert groups_of(["tasks_done", "awards_settled", "manager_review_done"]) == {
        "tasks",
        "awards",
        "awards_proposed",
    }
    assert groups_of([]) == frozenset()


@given(st.lists(st.integers(1, 1_000_000), max_size=12))
def test_weights_hold_exactly_when_they_sum_to_a_hundred(weights: list[int]) -> None:
    holds = not GUARDS["weights_sum_100"](Facts(weights_e4=tuple(weights)))
    assert holds == (sum(weights) == 1_000_000)
