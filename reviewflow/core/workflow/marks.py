"""The walk over (stage, marks): no reachable subject may break a rule that the database checks."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from reviewflow.core.workflow.definition import Move, Stage
from reviewflow.core.workflow.reading import Draft

Marks = frozenset[str]
Place = tuple[str | int, ...]


def entered(stage: Stage, marks: Marks, clears: Marks) -> tuple[Marks, bool]:
    """Marks after entering a stage, and whether the entry has its effects.

    A stage that has marks, all of them already set, is entered without effects.
    """
    kept = marks - clears
    effects = not stage.marks or not kept.issuperset(stage.marks)
    return kept | set(stage.marks), effects


def walk_marks(draft: Draft) -> None:
    """Add faults of marks: half-set entries, orders that a CHECK refuses, early promises, idle `clears`."""
    if draft.start:
        _Walk(draft).run()


class _Walk:
    """Visits every reachable (stage, marks) once; at most a few thousand, since marks are few."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.stages = draft.by_key
        self.cleared: set[tuple[int, str]] = set()
        self.reported: set[tuple[Place, str, str]] = set()

    def run(self) -> None:
        start = self.stages[self.draft.start]
        marks, _ = entered(start, frozenset(), frozenset())
        self._promises(start, marks, ("start",))
        seen, waiting = {(start.key, marks)}, deque([(start.key, marks)])
        while waiting:
            for state in self._next(*waiting.popleft()):
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
        self._idle_clears()

    def _next(self, stage: str, marks: Marks) -> Iterator[tuple[str, Marks]]:
        for index, move in enumerate(self.draft.moves):
            if stage in move.from_:
                self.cleared |= {(index, mark) for mark in move.clears & marks}
                yield from self._targets(index, move, marks)

    def _targets(self, index: int, move: Move, marks: Marks) -> Iterator[tuple[str, Marks]]:
        for number, target in enumerate(move.to):
            if target.stage:
                stage, place = self.stages[target.stage], ("move", index, "to", number)
                after, effects = entered(stage, marks, move.clears)
                self._half_set(stage, marks - move.clears, place)
                self._rules(marks, after, place)
                if effects:
                    self._promises(stage, after, place)
                yield stage.key, after

    def _half_set(self, stage: Stage, kept: Marks, place: Place) -> None:
        already = kept & set(stage.marks)
        missing = set(stage.marks) - kept
        if already and missing:
            self._report(
                "half_set",
                place,
                stage.key,
                stage=stage.key,
                already=_listed(already),
                missing=_listed(missing),
            )

    def _rules(self, before: Marks, after: Marks, place: Place) -> None:
        """Report rules that this very step breaks; what was broken before is reported where it happened."""
        for broken in sorted(self._broken(after) - self._broken(before)):
            fault, mark, others = broken
            params = {"mark": mark, "needed": others} if fault == "mark_too_early" else {"marks": others}
            self._report(fault, place, others, **params)

    def _broken(self, marks: Marks) -> set[tuple[str, str, str]]:
        """Rules that these marks break: (fault, the mark if it is one, the other marks)."""
        kind = self.draft.kind
        needs = {mark: kind.after[mark] for mark in marks & kind.after.keys()}
        early = {
            ("mark_too_early", mark, _listed(needed)) for mark, needed in needs.items() if not needed & marks
        }
        return early | {("marks_apart", "", _listed(apart)) for apart in kind.apart if apart <= marks}

    def _promises(self, stage: Stage, marks: Marks, place: Place) -> None:
        for word in (*stage.jobs, *stage.send):
            mark = self.draft.kind.promised_after.get(word)
            if mark is not None and mark not in marks:
                self._report("promise_too_early", place, word, word=word, mark=mark, stage=stage.key)

    def _idle_clears(self) -> None:
        for index, move in enumerate(self.draft.moves):
            for mark in sorted(move.clears):
                if (index, mark) not in self.cleared:
                    self.draft.fault("clears_nothing", "move", index, "clears", mark=mark)

    def _report(self, fault: str, place: Place, about: str, **params: str) -> None:
        if (place, fault, about) not in self.reported:
            self.reported.add((place, fault, about))
            self.draft.fault(fault, *place, **params)


def _listed(marks: frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(marks))
