"""Find: people, reviews and cycles by a few letters, and letters by number, as far as the reader may see them."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from reviewflow.store import find
from reviewflow.web.gate import SIGNED_IN
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.part_titles import part_title
from reviewflow.web.request import reader, viewer
from reviewflow.web.rooms import Room

room = Room("find")
LONGEST = 100


@room.page("/find", SIGNED_IN)
def show() -> ResponseReturnValue:
    """What fits the words, at most twenty of each sort; the bare field without any."""
    words = request.args.get("q", "").strip()[:LONGEST]
    if not words:
        return render_template(
            "web/find/show.html", words="", headline=_("Find"), people=[], reviews=[], cycles=[], letter=None
        )
    people = find.people(reader(), viewer(), words)
    reviews = find.reviews(reader(), viewer(), words, people)
    cycles = find.cycles(reader(), viewer(), words)
    letter = find.letter(reader(), viewer(), words)
    count = len(people) + len(reviews) + len(cycles) + bool(letter)
    return render_template(
        "web/find/show.html",
        words=words,
        headline=_headline(words, count),
        people=people,
        reviews=reviews,
        cycles=cycles,
        letter=letter,
        part_title=part_title,
    )


def _headline(words: str, count: int) -> str:
    if not count:
        return _("Nothing is called “%(words)s”", words=words)
    return ngettext("%(num)s hit for “%(words)s”", "%(num)s hits for “%(words)s”", count, words=words)
