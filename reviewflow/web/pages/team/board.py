"""The table of people and indicators: percent of pace or target, in words, colours and bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from flask import request, url_for

from reviewflow.core import tracking
from reviewflow.core.goals import WHOLE_E4
from reviewflow.core.indicators import GROUPS
from reviewflow.store.review_page import Lines
from reviewflow.store.team import Member, Team, Waits
from reviewflow.web.filters import number, percent
from reviewflow.web.language import gettext as _
from reviewflow.web.pages.reviews.tracking import Pace, pace
from reviewflow.web.part_titles import group_title, part_title
from reviewflow.web.request import language
from reviewflow.web.tables import Column, here

HEAVIEST = "heaviest"
EVERYONE, NEED_ME, BEHIND, AT_RISK = "everyone", "me", "behind", "at_risk"
NEED = "need"
MOST_COLUMNS = 6
MOST_WAITING = 8
ON_PHONE = 3
TONES = {"behind": "bad", "at_risk": "risk"}


@dataclass(frozen=True)
class Cell:
    """One indicator of one person. `bar` is percent of pace or target; without a figure `why` says why.

    `on_phone`: one of the three that a small screen shows.
    """

    text: str
    bar: Fraction | None
    state: str
    why: str
    url: str
    on_phone: bool

    @property
    def tone(self) -> str:
        """The colour of trouble, ``bad`` or ``risk``; nothing else is coloured."""
        return TONES.get(self.state, "")


@dataclass(frozen=True)
class Row:
    """One person. `score` is the projected one, `state` what it comes to in percent of reaching all targets."""

    member: Member
    score: Fraction | None
    rating: str
    state: str
    cells: Mapping[str, Cell]
    at_end: Mapping[str, Fraction | None]
    waits: tuple[Waits, ...]

    @property
    def url(self) -> str:
        """The person's review in this cycle, or the one that waits."""
        review = self.member.review_id or (self.waits[0].review_id if self.waits else None)
        return url_for("reviews.show", review_id=review) if review else ""

    @property
    def shown_score(self) -> str:
        return number(self.score, 1)

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "")

    @property
    def part(self) -> str:
        return part_title(self.member.part) if self.member.part else ""


def rows(team: Team, waits: Sequence[Waits], keys: Sequence[str], today: date) -> list[Row]:
    """One row for each person with a review in the cycle. `keys`: the indicators that the table shows."""
    return [
        _row(member, team.lines.get(member.review_id), waits, keys, today)
        for member in team.members
        if member.review_id is not None
    ]


def _row(
    member: Member, lines: Lines | None, waits: Iterable[Waits], keys: Sequence[str], today: date
) -> Row:
    mine = tuple(one for one in waits if one.person_id == member.person_id)
    if lines is None:
        return Row(member, None, "", "not_yet", {}, {}, mine)
    stands = pace(lines, today)
    projection = stands.projection
    on_phone = _on_phone(lines, stands, keys)
    return Row(
        member=member,
        score=projection.total if projection else None,
        rating=projection.band.letter if projection else "",
        state=tracking.state(_of_full(lines, projection.total)) if projection else "not_yet",
        cells={row.key: _cell(row, row.key in on_phone) for row in stands.rows},
        at_end={row.key: row.outlook.at_end for row in stands.rows},
        waits=mine,
    )


def _of_full(lines: Lines, total: Fraction) -> Fraction:
    """The score in percent of what it is when every target is reached exactly."""
    curves = {line.indicator.key: lines.pins.plan.curve_for(line.indicator) for line in lines.lines}
    goals = [line for line in lines.lines if line.goal]
    full = sum(
        (
            curves[line.indicator.key].target.points * (line.goal.weight_e4 if line.goal else 0)
            for line in goals
        ),
        Fraction(0),
    )
    return 100 * total * WHOLE_E4 / full if full else Fraction(100)


def _cell(row: Any, on_phone: bool) -> Cell:
    at_end, state = row.outlook.at_end, row.outlook.state
    if row.outlook is tracking.NOT_YET:
        return Cell("–", None, "not_yet", row.why or _("no target or figure yet"), row.url, on_phone)
    bar = Fraction(125) if at_end is None and state == "ahead" else at_end or Fraction(0)
    text = percent(at_end, 0) if at_end is not None else row.actual
    return Cell(text, bar, state, "", row.url, on_phone)


def _on_phone(lines: Lines, stands: Pace, keys: Sequence[str]) -> frozenset[str]:
    """Of these indicators the heaviest, and the two that need most attention."""
    weights = {line.indicator.key: line.goal.weight_e4 if line.goal else 0 for line in lines.lines}
    shown = sorted((key for key in keys if key in weights), key=lambda key: -weights[key])
    low = {row.key: row.outlook.at_end for row in stands.rows if row.outlook.at_end is not None}
    others = sorted(shown[1:], key=lambda key: low.get(key, Fraction(1000)))
    return frozenset([*shown[:1], *others[: ON_PHONE - 1]])


def shown_keys(team: Sequence[Lines], show: str) -> list[str]:
    """The indicators of a group, or the six heaviest, in the catalogue's order."""
    groups = {line.indicator.key: line.indicator.group for lines in team for line in lines.lines}
    heavy = heaviest(team)
    return [key for key, group in groups.items() if (group == show if show in GROUPS else key in heavy)]


def columns(team: Sequence[Lines], keys: Sequence[str]) -> list[Column]:
    """Name, score, the indicators, and where the review stands."""
    titles = {line.indicator.key: line.indicator.title[language()] for lines in team for line in lines.lines}
    return [
        Column("name", _("Person"), main=True, sort="name"),
        Column("score", _("Projected"), num=True, sort=NEED),
        *(Column(key, titles[key], sort=key) for key in keys),
        Column("waits", _("Stands at"), bare=True),
    ]


def heaviest(team: Iterable[Lines]) -> list[str]:
    """Keys of the indicators with the largest weights over the whole team."""
    weights: Counter[str] = Counter()
    for lines in team:
        weights.update({line.indicator.key: line.goal.weight_e4 for line in lines.lines if line.goal})
    return [key for key, _weight in weights.most_common(MOST_COLUMNS)]


def ordered(rows: Iterable[Row], sort: str) -> list[Row]:
    """By name, by need (the lowest projected score first), or by an indicator; who has no figure last."""
    key, backwards = sort.removeprefix("-"), sort.startswith("-")
    if key == "name":
        return sorted(rows, key=lambda row: row.member.name, reverse=backwards)

    def value(row: Row) -> Fraction | None:
        return row.score if key == NEED else row.at_end.get(key)

    known = [(found, row) for row in rows if (found := value(row)) is not None]
    unknown = [row for row in rows if value(row) is None]
    known.sort(key=lambda pair: pair[0], reverse=backwards)
    return [row for _found, row in known] + unknown


_FILTERS: Mapping[str, Callable[[Row], bool]] = {
    EVERYONE: lambda row: True,
    NEED_ME: lambda row: bool(row.waits),
    BEHIND: lambda row: row.state == "behind",
    AT_RISK: lambda row: row.state == "at_risk",
}


def filtered(rows: Iterable[Row], people: str) -> list[Row]:
    """Those whom the filter of the address lets through; an unknown word lets all through."""
    return [row for row in rows if _FILTERS.get(people, _FILTERS[EVERYONE])(row)]


def people_pills(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Filters with their numbers; without anybody in it a filter is absent."""
    words = {
        EVERYONE: (_("Everyone"), ""),
        NEED_ME: (_("Need me"), "user"),
        BEHIND: (_("Behind"), "trending-down"),
        AT_RISK: (_("At risk"), "alert-triangle"),
    }
    chosen = request.args.get("people", EVERYONE)
    chosen = chosen if chosen in words else EVERYONE
    found = []
    for key, (word, icon) in words.items():
        count = len(filtered(rows, key))
        if count or key in (EVERYONE, chosen):
            url = here(people=None if key == EVERYONE else key, page=None)
            found.append(
                {"word": f"{word} {number(count)}", "url": url, "current": key == chosen, "icon": icon}
            )
    return found


def column_tabs(team: Sequence[Lines]) -> list[dict[str, Any]]:
    """The heaviest indicators, or those of one group; none where all indicators fit."""
    groups = {line.indicator.key: line.indicator.group for lines in team for line in lines.lines}
    if len(groups) <= MOST_COLUMNS:
        return []
    chosen = request.args.get("show", HEAVIEST)
    chosen = chosen if chosen in groups.values() else HEAVIEST
    words = {HEAVIEST: _("Most weight")} | {
        group: group_title(group) for group in GROUPS if group in groups.values()
    }
    return [
        {
            "word": word,
            "url": here(show=None if key == HEAVIEST else key, sort=None),
            "current": key == chosen,
        }
        for key, word in words.items()
    ]


def waiting_line(one: Waits, now: datetime) -> dict[str, Any]:
    """One thing that waits for the reader."""
    return {
        "person": one.person,
        "title": one.title[language()],
        "cycle": one.cycle,
        "due_at": one.due_at,
        "late": one.is_late(now),
        "url": url_for("reviews.show", review_id=one.review_id),
    }
