"""People who act by themselves, for rehearsals and the demo: seeded, so that a rehearsal can be repeated."""

from reviewflow.simulation.evidence import evidence
from reviewflow.simulation.habits import Habits
from reviewflow.simulation.person import Choice, Simulated
from reviewflow.simulation.situation import GoalProposal, Result, Situation
from reviewflow.simulation.survey import SurveyReply
from reviewflow.simulation.texts import ReviewTexts, agreed_actions, review_texts

__all__ = [
    "Choice",
    "GoalProposal",
    "Habits",
    "Result",
    "ReviewTexts",
    "Simulated",
    "Situation",
    "SurveyReply",
    "agreed_actions",
    "evidence",
    "review_texts",
]
