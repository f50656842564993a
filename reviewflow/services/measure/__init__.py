"""Figures of reviews: live ones, those of the evaluation, and targets suggested from the past.

Each job has three steps: *load* reads, *answer* runs the engine with no transaction open, *finish* writes.
The engine is imported when it runs, so that this can be imported anywhere.
"""

from reviewflow.services.measure.answering import Answer, answer
from reviewflow.services.measure.asking import Question, Questions

__all__ = ["Answer", "Question", "Questions", "answer"]
