"""Walks through the shipped files, step by step, as a table that HR can read: `walks.txt`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewflow.core.machine import entering, step
from reviewflow.core.reasons import Reason, Refused
from reviewflow.core.workflow import Workflow
from reviewflow.core.workflow.vocabulary import KINDS
from tests.core.workflow.files import NAMES, WORKFLOWS

TABLE = Path(__file__).with_name("walks.txt").read_text("utf-8")
WALKS = {
    title: lines.strip().splitlines()
    for title, _, lines in (walk.partition("\n") for walk in TABLE.split("\n== ")[1:])
}
CHOOSING = frozenset({"calibration_wanted", "above_limit"})


class Walker:
    """A subject with its stage and marks. Tells each step as a line of the table."""

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow
        self.stage = workflow.start
        self.marks: frozenset[str] = frozenset()

    def begin(self) -> str:
        return " ".join(["begin >", *self._enter(self.stage, frozenset())])

    def go(self, asked: str) -> str:
        """One line of the table up to ``>``; returns the whole line as it came about."""
        move, _, conditions = asked.partition(" ")
        lacks, holds = _conditions(conditions)

        def guard(name: str) -> list[Reason]:
            held = name in holds if name in CHOOSING else name not in lacks
            return [] if held else [Reason(name)]

        try:
            made = step(self.workflow, self.stage, move, guard)
        except Refused as refused:
            return (
                f"{asked} > refused {' '.join(reason.key.rpartition('.')[2] for reason in refused.reasons)}"
            )
        told = self._enter(made.to.key, self.workflow.moves[move].clears)
        outcome = [f"={made.outcome}"] if made.outcome else []
        quiet = [word for word in told if word == "quiet"]
        rest = [word for word in told if word != "quiet"]
        return " ".join([asked, ">", *rest, *outcome, *quiet, *(["new round"] if made.new_round else [])])

    def _enter(self, key: str, clears: frozenset[str]) -> list[str]:
        effects = entering(self.workflow, self.workflow.stages[key], self.marks, clears)
        self.stage = key
        self.marks = self.marks - effects.cleared | set(effects.marks)
        return [
            key,
            *(f"+{mark}" for mark in sorted(effects.marks)),
            *(f"-{mark}" for mark in sorted(effects.cleared)),
            *(f"!{word}" for word in (*effects.jobs, *effects.send)),
            *([] if effects.effects else ["quiet"]),
        ]


def _conditions(text: str) -> tuple[set[str], set[str]]:
    lacks: set[str] = set()
    holds: set[str] = set()
    into = lacks
    for word in text.split():
        if word in ("lacks", "with"):
            into = lacks if word == "lacks" else holds
        else:
            into.add(word)
    return lacks, holds


def _walk(title: str) -> Iterator[str]:
    walker = Walker(WORKFLOWS[title.partition(":")[0]])
    yield walker.begin()
    for line in WALKS[title][1:]:
        yield walker.go(line.partition(" > ")[0])


@pytest.mark.parametrize("title", WALKS)
def test_walk(title: str) -> None:
    assert list(_walk(title)) == WALKS[title]


def test_every_move_and_every_target_of_every_file_is_walked() -> None:
    walked = {
        (title.partition(":")[0], line.split()[0], line.partition(" > ")[2].split()[0])
        for title, lines in WALKS.items()
        for line in lines[1:]
        if "> refused" not in line
    }
    written = {
        (name, move.key, target.stage)
        for name in NAMES
        for move in WORKFLOWS[name].moves.values()
        for target in move.to
    }
    assert walked == written


@pytest.mark.parametrize("name", NAMES)
def test_each_needed_guard_refuses_alone_and_all_together_say_all(name: str) -> None:
    workflow = WORKFLOWS[name]
    for move in workflow.moves.values():
        for lacking in (*([guard] for guard in move.needs), list(move.needs)):
            if lacking:
                assert _refused(workflow, move.from_[0], move.key, lacking) == lacking


def _refused(workflow: Workflow, stage: str, move: str, lacking: list[str]) -> list[str]:
    with pytest.raises(Refused) as caught:
        step(workflow, stage, move, lambda guard: [Reason(guard)] if guard in lacking else [])
    return [reason.key for reason in caught.value.reasons]


@pytest.mark.parametrize("name", NAMES)
def test_no_score_reaches_pay_without_a_human_act(name: str) -> None:
    """The clock alone never gets from the begin to an award, nor from an award to its approval."""
    workflow = WORKFLOWS[name]
    reached, waiting = {workflow.start}, [workflow.start]
    while waiting:
        for move in workflow.moves_from(waiting.pop()):
            found = {target.stage for target in move.to if move.at} - reached
            reached |= found
            waiting.extend(found)
    for stage in (workflow.stages[key] for key in reached):
        assert "propose_awards" not in stage.jobs
        assert not {"released", "approved"} & set(stage.marks)


def test_effects_are_counted_over_the_longest_walk() -> None:
    """Two releases of one result print two letters; going back to the manager freezes nothing again."""
    lines = WALKS["sales_quarterly: disagreement; the result is opened again and told again"]
    words = Counter(word for line in lines for word in line.split() if word[0] in "!+-")
    assert words["!freeze_measures"] == words["+frozen"] == 1
    assert words["!feedback_letter"] == words["+released"] == 3
    assert words["-released"] == 2
    assert words["!propose_awards"] == words["+acknowledged"] == 2


@pytest.mark.parametrize("name", NAMES)
def test_a_move_is_possible_exactly_where_the_kept_table_has_it(name: str) -> None:
    """Each pair of stage and move, against the table of roles that stands beside the files."""
    workflow = WORKFLOWS[name]
    kept = {(stage, item) for stage, item in _kept(name) if item in workflow.moves}
    for stage in workflow.stages:
        for move in workflow.moves:
            if (stage, move) in kept:
                step(workflow, stage, move, lambda guard: [])
            else:
                assert _refused(workflow, stage, move, []) == ["machine.wrong_stage"]


def _kept(name: str) -> set[tuple[str, str]]:
    table = (Path(__file__).parents[3] / "workflows" / "roles.txt").read_text("utf-8")
    block = next(part for part in table.split("\n\n") if part.splitlines()[0].split()[-1] == name)
    rows = (line.split() for line in block.splitlines()[2:])
    return {(row[0], row[1]) for row in rows}


@pytest.mark.parametrize("name", NAMES)
def test_no_subject_ever_breaks_a_rule_of_the_database(name: str) -> None:
    """All walks of any length, found by trying every move everywhere: the marks that the CHECKs speak of."""
    workflow, kind = WORKFLOWS[name], KINDS[WORKFLOWS[name].kind]
    seen, waiting = set(), [(workflow.start, frozenset(workflow.stages[workflow.start].marks))]
    while waiting:
        stage, marks = state = waiting.pop()
        if state in seen:
            continue
        seen.add(state)
        assert all(needed & marks for mark, needed in kind.after.items() if mark in marks)
        assert not any(apart <= marks for apart in kind.apart)
        assert ("closed" in marks) == workflow.stages[stage].end
        for move in workflow.moves_from(stage):
            for target in move.to:
                effects = entering(workflow, workflow.stages[target.stage], marks, move.clears)
                assert not set(effects.marks) & (marks - effects.cleared), "a mark would be dated twice"
                waiting.append((target.stage, marks - effects.cleared | set(effects.marks)))
    assert {stage for stage, _ in seen} == set(workflow.stages)
