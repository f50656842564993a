"""Somebody who does the work that waits for them, by chance but always in the same way for the same seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from reviewflow.core.workflow import Form, Move, Task, Workflow
from reviewflow.simulation.fields import fill
from reviewflow.simulation.habits import Habits
from reviewflow.simulation.phrases import BANKS
from reviewflow.simulation.situation import Situation
from reviewflow.simulation.survey import SurveyReply, survey_reply

APPROVERS = frozenset({"sales_director", "finance"})
OBJECTIONS_IN_ROUND = 1


@dataclass(frozen=True)
class Choice:
    """A move, with a note where the move takes one."""

    move: str
    note: str | None = None


class Simulated:
    """All people of a rehearsal. What one does depends on seed, person, stage and round alone.

    `around`: other habits for whatever is about these people (external ids), whoever acts.
    """

    def __init__(
        self, seed: int, habits: Habits | None = None, around: Mapping[str, Habits] | None = None
    ) -> None:
        self.seed = seed
        self.habits = habits or Habits()
        self.around = around or {}

    def answer(self, task: Task, form: Form, at: Situation) -> dict[str, Any] | None:
        """The body of a submitted answer, or None if this person never gets round to it.

        Its parts are shaped as `reviewflow.core.answers` says. A form with a file field takes what
        `at.attachments` names; `evidence` makes a file to be stored for it.
        """
        rng = self._rng(at, task.key)
        skips = rng.random() < self._habits(at).no_self_review
        if at.role == "reviewee" and at.round == OBJECTIONS_IN_ROUND and skips:
            return None
        return fill(form, at, rng)

    def choose(self, workflow: Workflow, offered: Sequence[Move], at: Situation) -> Choice | None:
        """One of the moves offered (allowed, with all guards holding), or None: this person lets it wait."""
        draw = self._rng(at, "choice")
        if at.role == "reviewee":
            return self._as_reviewee(workflow, offered, at, draw)
        if at.role in APPROVERS:
            return self._as_approver(workflow, offered, at, draw)
        if at.role == "hr" and (refusal := _with_outcome(offered, "refused")):
            refuses = self._mood(workflow, at) == "refused"
            return _choice(refusal, at, "refusal", draw) if refuses else None
        return _onward(offered, at, draw)

    def survey(
        self, weights: Mapping[str, int], questions: Sequence[str], at: Situation
    ) -> SurveyReply | None:
        """Answers about the review itself; `weights` are those of the plan, in whole percent."""
        rng = self._rng(at, "survey")
        if rng.random() >= self._habits(at).survey:
            return None
        return survey_reply(weights, questions, BANKS[at.language].comments, rng)

    def _as_reviewee(
        self, workflow: Workflow, offered: Sequence[Move], at: Situation, draw: Random
    ) -> Choice | None:
        mood = self._mood(workflow, at)
        if mood in ("silent", "refused"):
            return None
        objection = next((move for move in offered if move.note == "required"), None)
        if mood == "objects" and objection:
            kind = "disagree" if objection.outcome else "send_back"
            return _choice(objection, at, kind, draw)
        return _onward(offered, at, draw)

    def _mood(self, workflow: Workflow, at: Situation) -> str:
        """What the employee feels about what lies before them; HR sees the same mood as they do."""
        if at.round > OBJECTIONS_IN_ROUND:
            return "content"
        rate = Random(f"{self.seed}:{at.person}:{at.stage}:mood").random()
        habits = self._habits(at)
        about_letter = _with_outcome(workflow.moves_from(at.stage), "refused") is not None
        bands: tuple[tuple[str, float], ...]
        if about_letter:
            bands = (("silent", habits.silent), ("refused", habits.refuse), ("objects", habits.disagree))
        else:
            bands = (("silent", habits.silent_on_goals), ("objects", habits.send_back))
        for mood, share in bands:
            if rate < share:
                return mood
            rate -= share
        return "content"

    def _as_approver(
        self, workflow: Workflow, offered: Sequence[Move], at: Situation, draw: Random
    ) -> Choice | None:
        rate = draw.random()
        habits = self._habits(at)
        wants = "rejected" if rate < habits.reject_award else "returned"
        objects = rate < habits.reject_award + habits.return_award
        asked = any(move.asks for move in offered)
        if asked and objects and at.round == OBJECTIONS_IN_ROUND:
            for move in offered:
                if move.note == "required" and workflow.stages[move.to[-1].stage].part == wants:
                    return _choice(move, at, "reject" if wants == "rejected" else "return", draw)
        return _onward(offered, at, draw)

    def _habits(self, at: Situation) -> Habits:
        return self.around.get(at.person, self.habits)

    def _rng(self, at: Situation, item: str) -> Random:
        return Random(f"{self.seed}:{at.person}:{at.author}:{at.stage}:{at.round}:{item}")


def _onward(offered: Sequence[Move], at: Situation, draw: Random) -> Choice | None:
    """The first move that stands in an inbox: it leads on."""
    move = next((move for move in offered if move.asks), None)
    return _choice(move, at, "correct", draw) if move else None


def _choice(move: Move, at: Situation, kind: str, draw: Random) -> Choice:
    note = draw.choice(BANKS[at.language].notes[kind]) if move.note == "required" else None
    return Choice(move.key, note)


def _with_outcome(moves: Sequence[Move], outcome: str) -> Move | None:
    return next((move for move in moves if move.outcome == outcome), None)
