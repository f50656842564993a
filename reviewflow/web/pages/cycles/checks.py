"""The list beside the launch button: what was found, whom it concerns, and where it can be mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import current_app, url_for

from reviewflow.core.reasons import Reason
from reviewflow.services.launch import Finding, LaunchPlan, Preflight
from reviewflow.web.event_titles import kind_title
from reviewflow.web.filters import day, sentence
from reviewflow.web.language import gettext
from reviewflow.web.language import marked as _
from reviewflow.web.listed import listed
from reviewflow.web.moves import Link
from reviewflow.web.request import language

ICONS = {
    "launch.already_in_cycle": "refresh-dot",
    "launch.paid_elsewhere": "coins",
    "launch.left_out_by_hand": "circle-minus",
    "launch.no_manager": "user-off",
    "launch.joined_late": "calendar-off",
    "launch.leaves_early": "calendar-off",
    "launch.no_target": "target-off",
    "launch.no_pay_base": "coins",
    "launch.no_email": "mail-off",
    "launch.no_account": "lock",
    "launch.nobody_for_role": "user-off",
}
"""Every check of people, in the order of the list."""

NOTE_ICONS = {"launch.calendar_without": "calendar-off", "launch.no_suggestions": "target-off"}

FINE = {
    "launch.already_in_cycle": _("Nobody is in another cycle of this process in that time"),
    "launch.no_manager": _("Everybody has a manager"),
    "launch.no_email": _("Everybody has an e-mail address"),
    "launch.no_account": _("Everybody has an account"),
    "launch.nobody_for_role": _("Every step has somebody who may take it"),
}
"""What is said where a check found nothing."""

SOURCES_FINE = _("Every indicator has a living source")

MENDED_AT: Mapping[str, tuple[str, str]] = {
    "launch.already_in_cycle": ("cycles.index", _("See it")),
    "launch.paid_elsewhere": ("cycles.index", _("See it")),
    "launch.no_pay_base": ("data.index", _("Fix")),
    "launch.no_manager": ("people.index", _("Fix")),
    "launch.no_target": ("data.start", _("Import targets")),
    "launch.no_email": ("people.index", _("Fix")),
    "launch.no_account": ("people.index", _("Fix")),
    "launch.nobody_for_role": ("people.index", _("Grant a role")),
    "launch.no_source": ("data.index", _("Fix")),
    "launch.calendar_without": ("scheme.index", _("See it")),
    "launch.source_silent": ("data.index", _("Fix")),
}
"""The page where it is mended, and the word of the link."""


@dataclass(frozen=True)
class Check:
    """One line. `tone` colours its icon; `people` are (external id, name), `more` of them are not listed.

    Who is `listed_above` has their box to be left out there.
    """

    text: str
    tone: str
    icon: str
    people: tuple[tuple[str, str], ...] = ()
    more: int = 0
    blocks: bool = False
    listed_above: frozenset[str] = frozenset()
    link: Link | None = None


def found(
    preflight: Preflight | None,
    indicators: Mapping[str, Mapping[str, str]],
    calendars: Mapping[str, Mapping[str, str]],
) -> list[Check]:
    """What hinders first, then what is only said, then what is fine. `indicators`, `calendars`: titles by key."""
    if preflight is None:
        return []
    lines = _findings(preflight.findings)
    lines += _sources(preflight.sources, indicators)
    lines += [_note(one, calendars) for one in preflight.notes]
    seen = {one.key for one in preflight.findings}
    lines += [Check(gettext(text), "ok", "check") for key, text in FINE.items() if key not in seen]
    if not preflight.sources:
        lines.append(Check(gettext(SOURCES_FINE), "ok", "check"))
    return lines


def _findings(findings: Sequence[Finding]) -> list[Check]:
    """Each with its people; a person's box stands in the first line that names them."""
    lines, above = [], frozenset[str]()
    for one in findings:
        lines.append(
            Check(
                text=sentence(one.reason),
                tone="bad" if one.blocks else "risk",
                icon=ICONS[one.key],
                people=one.people,
                more=one.count - len(one.people),
                blocks=one.blocks,
                listed_above=above,
                link=link(one.key),
            )
        )
        above |= {external_id for external_id, _name in one.people}
    return lines


def _sources(reasons: Sequence[Reason], indicators: Mapping[str, Mapping[str, str]]) -> list[Check]:
    """One line for each kind of event that nothing delivers, with the indicators that need it."""
    by_kind: dict[tuple[str, str, str], list[str]] = {}
    for reason in reasons:
        key, params = str(reason.params["indicator"]), reason.params
        title = indicators[key][language()] if key in indicators else key
        since = str(params.get("since", ""))
        by_kind.setdefault((reason.key, str(params["kind"]), since), []).append(title)
    return [
        Check(_source_words(kind, since, titles), "risk", "plug-connected-x", link=link(key))
        for (key, kind, since), titles in by_kind.items()
    ]


def _note(reason: Reason, calendars: Mapping[str, Mapping[str, str]]) -> Check:
    """What concerns the cycle as a whole."""
    params = dict(reason.params)
    if "calendar" in params:
        params["calendar"] = calendars[str(params["calendar"])][language()]
    if "day" in params:
        params["day"] = day(date.fromisoformat(str(params["day"])))
    return Check(sentence(Reason(reason.key, params)), "risk", NOTE_ICONS[reason.key], link=link(reason.key))


def _source_words(kind: str, since: str, titles: Sequence[str]) -> str:
    names = {"kind": kind_title(kind), "indicators": listed(titles)}
    if since:
        text = gettext("%(kind)s: silent since %(since)s. It feeds %(indicators)s.")
        return text % {**names, "since": day(date.fromisoformat(since))}
    return gettext("%(kind)s: no source delivers it. It feeds %(indicators)s.") % names


def link(key: str) -> Link | None:
    """Where a finding is mended, if that page is there."""
    endpoint, word = MENDED_AT.get(key, ("", ""))
    if endpoint not in current_app.view_functions:
        return None
    return Link(url_for(endpoint), gettext(word))


def against(plan: LaunchPlan, preflight: Preflight, taken: frozenset[str]) -> tuple[Reason, ...]:
    """Why the launch button is greyed: what the service would refuse, and a launch for nobody."""
    reasons = []
    if plan.key in taken:
        reasons.append(Reason("launch.key_taken", {"key": plan.key}))
    if not preflight.ready:
        reasons.append(Reason(_why_nobody(preflight)))
    return tuple(reasons)


def _why_nobody(preflight: Preflight) -> str:
    """Nobody matches, or everybody who does is left out."""
    if not preflight.matching:
        return "launch.nobody"
    everybody = preflight.elsewhere == preflight.matching
    return "launch.everybody_in_cycle" if everybody else "launch.everybody_left_out"
