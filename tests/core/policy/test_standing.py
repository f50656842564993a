"""Who may, and for whom something waits: properties over all roles, and the stories behind them."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.core.policy import may, refusals, waits
from reviewflow.core.reasons import Reason
from reviewflow.core.workflow import duties
from reviewflow.core.workflow.naming import named
from reviewflow.core.workflow.vocabulary import ROLE_TITLES
from reviewflow.wording import say
from tests.core.workflow.files import NAMES, WORKFLOWS

ROLES = sorted(ROLE_TITLES)
roles = st.frozensets(st.sampled_from(ROLES), max_size=4)
what = st.sampled_from(["task", "move", "may"])


@given(roles, roles, roles)
def test_whoever_is_kept_out_may_not_whatever_else_they_are(
    held: frozenset[str], by: frozenset[str], not_by: frozenset[str]
) -> None:
    assert may(held, by, not_by) == (bool(held & by) and not held & not_by)
    if held & not_by:
        assert not may(held, by, not_by)
        assert not may(held | by, by, not_by)


@given(roles, roles, roles)
def test_silence_means_no(held: frozenset[str], by: frozenset[str], not_by: frozenset[str]) -> None:
    assert not may(held, frozenset(), not_by)
    assert not may(frozenset(), by, not_by)


@given(roles, what, roles, roles, st.booleans())
def test_what_waits_for_somebody_they_may_do(
    held: frozenset[str], what: str, by: frozenset[str], not_by: frozenset[str], answered: bool
) -> None:
    if waits(held, what, by, not_by, answered=answered):  # type: ignore[arg-type]
        assert may(held, by, not_by)
    assert not waits(held, "may", by, not_by, answered=answered)
    assert not waits(held, "task", by, not_by, answered=True)
    assert waits(held, "move", by, not_by, answered=answered) == may(held, by, not_by)


@given(roles, roles.filter(bool), roles)
def test_a_no_has_reasons_and_a_yes_has_none(
    held: frozenset[str], by: frozenset[str], not_by: frozenset[str]
) -> None:
    assert bool(refusals(held, by, not_by)) != may(held, by, not_by)


APPROVE = WORKFLOWS["award_approval"].moves["approve_finance"]
NOBODY = frozenset[str]()

STORIES = [
    ({"finance"}, []),
    ({"finance", "manager"}, []),
    ({"sales_director"}, ["This is not yours to do. It belongs to: finance."]),
    (NOBODY, ["This is not yours to do. It belongs to: finance."]),
    ({"finance", "beneficiary"}, ["This award is yours; somebody else has to decide about it."]),
    ({"finance", "preparer"}, ["You prepared this award; somebody else has to decide about it."]),
    (
        {"finance", "earlier_approver", "preparer"},
        [
            "You already signed this award; the next signature has to be somebody else's.",
            "You prepared this award; somebody else has to decide about it.",
        ],
    ),
]


@pytest.mark.parametrize(("held", "reasons"), STORIES)
def test_second_signature_is_refused_in_words(held: set[str], reasons: list[str]) -> None:
    assert _said(refusals(held, APPROVE.by, APPROVE.not_by)) == reasons


def test_other_refusals_in_words() -> None:
    assert _said(refusals({"hr", "reviewee"}, {"hr"}, {"reviewee"})) == [
        "This review is about you; somebody else has to do this."
    ]
    assert _said(refusals({"hr"}, {"clock"}, NOBODY)) == ["This happens by itself; nobody can do it by hand."]
    assert _said(refusals({"hr", "manager"}, {"hr"}, {"manager"})) == [
        "Whoever is manager here may not do this."
    ]
    assert _said(refusals({"reviewee"}, {"hr", "data_inputter"}, NOBODY)) == [
        "This is not yours to do. It belongs to: data inputter, HR."
    ]


def _said(reasons: list[Reason]) -> list[str]:
    return [say(named(reason, WORKFLOWS["award_approval"], "en"), "en") for reason in reasons]


@pytest.mark.parametrize("name", NAMES)
def test_duties_say_the_same_as_the_entries_for_every_set_of_roles(name: str) -> None:
    """The flat table that queries join, against the rule over the entries of the file."""
    workflow = WORKFLOWS[name]
    entries = [(task.stage, task) for task in workflow.tasks.values()]
    entries += [(stage, move) for move in workflow.moves.values() for stage in move.from_]  # type: ignore[misc]
    rows = duties(workflow)
    assert len({(row.stage, row.item, row.role) for row in rows}) == len(rows)
    for held in chain.from_iterable(combinations(ROLES, size) for size in (1, 2)):
        for stage, entry in entries:
            mine = [row for row in rows if (row.stage, row.item) == (stage, entry.key) and row.role in held]
            allowed = any(row.allow for row in mine) and all(row.allow for row in mine)
            assert allowed == may(set(held), entry.by, entry.not_by)
