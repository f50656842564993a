"""The company as people: who they are, where they sit and to whom they report, and since when.

Around the period of the running cycle five things happen that real cycles have to live with: somebody
leaves, somebody changes team and manager, somebody joins late, and one person has no e-mail address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from reviewflow.core.values import Period
from reviewflow.demo import roster
from reviewflow.demo.roster import Post, Team, Unit

FIRST_NUMBER = 1001
QUARTERS_BEFORE = 7
BONUS_BASE = {roster.JUNIOR: "6000.00", roster.REP: "9000.00", roster.SENIOR: "14000.00"}
COMMISSION_RATE = {roster.JUNIOR: "0.008", roster.REP: "0.010", roster.SENIOR: "0.012"}


@dataclass(frozen=True)
class Assignment:
    """Unit, manager (external id; none at the root) and position from a day on."""

    unit: str
    manager: str | None
    position: str
    from_on: date


@dataclass(frozen=True)
class Employee:
    """A person with all assignments, oldest first."""

    external_id: str
    name: str
    email: str | None
    language: str
    zone: str
    hired_on: date
    assignments: tuple[Assignment, ...]
    left_on: date | None = None

    def assignment_on(self, day: date) -> Assignment:
        """The assignment that holds on a day; before the first one, the first."""
        return next((a for a in reversed(self.assignments) if a.from_on <= day), self.assignments[0])


@dataclass(frozen=True)
class GrantedRole:
    """A role for a unit and all below it, and who granted it; people by external id."""

    person: str
    role: str
    unit: str
    granted_by: str


@dataclass(frozen=True)
class PayBasis:
    """What pay is computed on: `bonus` in CNY a quarter at 100 %, `commission` as a share of sales."""

    person: str
    bonus: Decimal
    commission: Decimal


@dataclass(frozen=True)
class Company:
    """Everybody, the tree, and by key the people whom the tour and tests name (`cast`)."""

    units: tuple[Unit, ...]
    people: tuple[Employee, ...]
    cast: dict[str, str]
    grants: tuple[GrantedRole, ...]
    pay: tuple[PayBasis, ...]
    running: Period

    def person(self, key: str) -> Employee:
        """A member of the cast, e.g. ``person("rep")``."""
        wanted = self.cast[key]
        return next(person for person in self.people if person.external_id == wanted)

    def changes_after(self, day: date) -> tuple[date, ...]:
        """The later days on which the export of people changes: somebody moves, joins or leaves."""
        moves = {seat.from_on for person in self.people for seat in person.assignments}
        leavers = {person.left_on for person in self.people if person.left_on}
        return tuple(sorted(change for change in moves | leavers if change > day))

    def reps(self) -> tuple[Employee, ...]:
        """Everybody who sells, in order of their numbers."""
        return tuple(p for p in self.people if p.assignments[-1].position in roster.REP_POSITIONS)


def quarter_of(day: date) -> Period:
    """The calendar quarter that holds a day."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    following = (first + timedelta(days=95)).replace(day=1)
    return Period(first, following - timedelta(days=1))


def quarter_before(period: Period) -> Period:
    """The calendar quarter before the one in which `period` begins."""
    return quarter_of(quarter_of(period.starts_on).starts_on - timedelta(days=1))


def history_until(today: date, running: Period) -> Period:
    """The two years of records: eight quarters with the running cycle's as the last, and on to `today`."""
    first = running
    for _ in range(QUARTERS_BEFORE):
        first = quarter_before(first)
    return Period(first.starts_on, today)


def company(seed: int, running: Period) -> Company:
    """The same company for the same seed and period of the running cycle."""
    builder = _Builder(Random(f"{seed}:company"), running)
    builder.office()
    for team in roster.TEAMS:
        builder.team(team)
    people = tuple(_with_changes(builder, running))
    return Company(
        units=(*roster.UNITS, *(team.unit for team in roster.TEAMS)),
        people=people,
        cast=builder.cast,
        grants=_grants(builder.cast),
        pay=tuple(_pay(person) for person in people if _sells(person)),
        running=running,
    )


class _Builder:
    """Gives out numbers, hire dates and names in one fixed order."""

    def __init__(self, rng: Random, running: Period) -> None:
        self.rng = rng
        self.long_ago = running.starts_on - timedelta(days=800)
        self.people: list[Employee] = []
        self.cast: dict[str, str] = {}
        self.team_of: dict[str, str] = {}
        self.names: dict[str, Iterator[str]] = {
            roster.SHANGHAI: iter(rng.sample(roster.CHINESE_NAMES, len(roster.CHINESE_NAMES))),
            roster.BERLIN: iter(rng.sample(roster.ENGLISH_NAMES, len(roster.ENGLISH_NAMES))),
            roster.KATHMANDU: iter(rng.sample(roster.SOUTH_ASIAN_NAMES, len(roster.SOUTH_ASIAN_NAMES))),
        }

    def office(self) -> None:
        """Everybody above and beside the sales teams."""
        for post in roster.OFFICE:
            self._add(post, None if post.key == "head" else self.cast["head"])
        for post in roster.REGION_HEADS:
            self._add(post, self.cast["director"])

    def team(self, team: Team) -> None:
        """A team lead and the team's sales people; the named ones sit first."""
        region = next(head for head in roster.REGION_HEADS if head.unit == team.unit.parent)
        self._add(team.lead, self.cast[region.key])
        lead = self.cast[team.lead.key]
        named = [post for post in (roster.LIN, roster.ZHAO) if post.unit == team.unit.code]
        for post in named:
            self._add(post, lead)
        for seat in range(len(named), team.size):
            self._add(self._seat(team, seat), lead)

    def _seat(self, team: Team, seat: int) -> Post:
        zone = team.lead.zone
        position = self.rng.choices(roster.REP_POSITIONS, (3, 5, 2))[0]
        language = "zh" if zone == roster.SHANGHAI else "en"
        seated = roster.LONDON if zone == roster.BERLIN and seat % 2 else zone
        key = f"{team.unit.code.lower()}_{seat + 1}"
        return Post(key, next(self.names[zone]), team.unit.code, position, language, seated)

    def _add(self, post: Post, manager: str | None) -> None:
        external_id = f"YF-{FIRST_NUMBER + len(self.people)}"
        hired_on = self.long_ago - timedelta(days=self.rng.randrange(0, 2600))
        self.cast[post.key] = external_id
        self.people.append(
            Employee(
                external_id=external_id,
                name=post.name,
                email=_email(post.name),
                language=post.language,
                zone=post.zone,
                hired_on=hired_on,
                assignments=(Assignment(post.unit, manager, post.position, hired_on),),
            )
        )


def _with_changes(builder: _Builder, running: Period) -> Iterator[Employee]:
    """The people, with what happens to some of them, and a cast name for each of these."""
    days = (running.ends_on - running.starts_on).days
    left_on, moved_on, joined_on = (running.starts_on + timedelta(days * n // 20) for n in (12, 10, 13))
    cast = builder.cast
    cast |= {"leaver": cast["gz_2"], "mover": cast["sh1_3"], "late": cast["sz_5"], "no_email": cast["tj_4"]}
    for person in builder.people:
        if person.external_id == cast["leaver"]:
            yield replace(person, left_on=left_on)
        elif person.external_id == cast["mover"]:
            [now] = person.assignments
            then = Assignment("BJ", cast["second_manager"], now.position, moved_on)
            yield replace(person, assignments=(now, then))
        elif person.external_id == cast["late"]:
            [now] = person.assignments
            first = replace(now, position=roster.JUNIOR, from_on=joined_on)
            yield replace(person, hired_on=joined_on, assignments=(first,))
        elif person.external_id == cast["no_email"]:
            yield replace(person, email=None)
        else:
            yield person


def _grants(cast: dict[str, str]) -> tuple[GrantedRole, ...]:
    wanted = (
        ("hr", "hr", "YF"),
        ("hr_partner", "hrbp", "EAST"),
        ("director", "sales_director", "SALES"),
        ("finance", "finance", "YF"),
        ("auditor", "auditor", "YF"),
        ("inputter", "data_inputter", "YF"),
        ("admin", "system_admin", "YF"),
    )
    return tuple(
        GrantedRole(cast[key], role, unit, cast["head" if key == "admin" else "admin"])
        for key, role, unit in wanted
    )


def _pay(person: Employee) -> PayBasis:
    position = person.assignments[-1].position
    return PayBasis(person.external_id, Decimal(BONUS_BASE[position]), Decimal(COMMISSION_RATE[position]))


def _sells(person: Employee) -> bool:
    return person.assignments[-1].position in roster.REP_POSITIONS


def _email(name: str) -> str:
    """``given.family`` of the Latin part, family name first for Chinese names: wang.qiang@yunfan.example."""
    latin = [word.lower() for word in name.split() if word.isascii()]
    return f"{'.'.join(latin)}@{roster.DOMAIN}"
