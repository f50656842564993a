"""Whether the letter can print what somebody submits: said while they can still write it in another way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reviewflow.core.reasons import Reason
from reviewflow.printer import unprintable
from reviewflow.services.answer.task import Asked
from reviewflow.store import ratings

LETTER = "feedback_letter"

Place = Mapping[str, str | int]


def against_letter(found: Asked, body: Mapping[str, Any]) -> list[Reason]:
    """What the fonts of the letter cannot print, of what goes into it; each reason names its `field` and row."""
    if not any(LETTER in stage.send for stage in found.workflow.stages.values()):
        return []
    return [
        Reason("answer.unprintable", {**place, "characters": characters})
        for place, text in _texts(found, body)
        if isinstance(text, str) and (characters := unprintable(text))
    ]


def _texts(found: Asked, body: Mapping[str, Any]) -> Iterator[tuple[Place, Any]]:
    """The deciding form's texts and lists, and why a figure was entered by hand, without U+0000 as it is kept."""
    deciding = ratings.deciding_task(found.workflow)
    if deciding is not None and deciding[0] == found.task.key:
        for field in found.form.fields:
            part = body.get(field.key)
            if field.kind == "text":
                yield {"field": field.key}, part
            elif field.kind in ("points", "actions") and isinstance(part, list):
                for number, row in enumerate(part, start=1):
                    for column, text in row.items() if isinstance(row, Mapping) else ():
                        yield {"field": field.key, "row": number, "column": column}, text
    elif found.has("missing_measures"):
        for field in found.form.fields:
            if field.kind == "text":
                yield {"field": field.key}, str(body.get(field.key) or "").replace("\x00", "")
