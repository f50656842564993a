"""The invented company has everything that the product has to show."""

from __future__ import annotations

from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from reviewflow.demo import roster
from reviewflow.demo.company import Company, company, history_until, quarter_before, quarter_of
from tests.demo.world import RUNNING, TODAY, people


@pytest.fixture
def here() -> Company:
    return people()


def depth(here: Company, code: str) -> int:
    parents = {unit.code: unit.parent for unit in here.units}
    above = parents[code]
    return 1 if above is None else 1 + depth(here, above)


def test_about_sixty_people_sit_in_a_tree_of_four_levels(here: Company) -> None:
    assert 55 <= len(here.people) <= 65
    assert {depth(here, rep.assignments[0].unit) for rep in here.reps()} == {4}
    assert Counter(unit.parent is None for unit in here.units)[True] == 1


def test_ids_e_mails_and_names_are_unique(here: Company) -> None:
    for values in (
        [person.external_id for person in here.people],
        [person.email for person in here.people if person.email],
        [person.name for person in here.people],
    ):
        assert len(set(values)) == len(values)


def test_both_languages_and_several_zones_are_at_work(here: Company) -> None:
    languages = Counter(rep.language for rep in here.reps())
    assert languages["zh"] > 20
    assert languages["en"] >= 7
    zones = {person.zone for person in here.people}
    assert zones == {"Asia/Shanghai", "Europe/Berlin", "Europe/London", "Asia/Kathmandu"}
    assert all(ZoneInfo(zone) for zone in zones)


def test_everybody_but_the_head_has_a_manager_who_is_there(here: Company) -> None:
    known = {person.external_id for person in here.people}
    managers = [a.manager for person in here.people for a in person.assignments]
    assert managers.count(None) == 1
    assert {manager for manager in managers if manager} <= known


@pytest.mark.parametrize(
    ("key", "name", "position"),
    [
        ("rep", "Lin Yue 林悦", roster.SENIOR),
        ("manager", "Wang Qiang 王强", roster.TEAM_LEAD),
        ("second_manager", "Sun Yating 孙雅婷", roster.TEAM_LEAD),
        ("hr", "Hu Min 胡敏", "HR manager"),
        ("director", "Daniel Ashworth", roster.DIRECTOR),
        ("finance", "Fang Ting 方婷", "Finance manager"),
        ("auditor", "Greta Lindholm", "Internal auditor"),
        ("stranger", "Zhao Ruiming 赵睿明", roster.REP),
    ],
)
def test_the_cast_is_there(here: Company, key: str, name: str, position: str) -> None:
    person = here.person(key)
    assert (person.name, person.assignments[0].position) == (name, position)
    assert person.email


def test_a_visitor_can_sign_in_as_seven_people(here: Company) -> None:
    assert len({here.person(key).email for key in roster.SIGN_INS}) == 7


def test_lin_reports_to_wang_and_the_stranger_sits_in_another_region(here: Company) -> None:
    lin, zhao = here.person("rep"), here.person("stranger")
    parents = {unit.code: unit.parent for unit in here.units}
    assert lin.assignments[0].manager == here.cast["manager"]
    assert zhao.assignments[0].manager == here.cast["second_manager"]
    assert parents[lin.assignments[0].unit] != parents[zhao.assignments[0].unit]


def test_what_happens_in_mid_cycle(here: Company) -> None:
    leaver, mover, late = here.person("leaver"), here.person("mover"), here.person("late")
    assert leaver.left_on is not None
    assert RUNNING.starts_on < leaver.left_on < RUNNING.ends_on
    before, after = mover.assignments
    assert (before.manager, after.manager) == (here.cast["manager"], here.cast["second_manager"])
    assert RUNNING.starts_on < after.from_on < RUNNING.ends_on
    assert mover.assignment_on(RUNNING.starts_on) == before
    assert mover.assignment_on(RUNNING.ends_on) == after
    assert RUNNING.starts_on < late.hired_on < RUNNING.ends_on
    assert here.person("no_email").email is None
    assert [person.email for person in here.people].count(None) == 1


def test_nobody_grants_a_role_to_themselves_and_pay_is_nobody_s_own_approval(here: Company) -> None:
    assert all(grant.person != grant.granted_by for grant in here.grants)
    holders = {grant.role: grant.person for grant in here.grants}
    paid = {basis.person for basis in here.pay}
    assert paid == {rep.external_id for rep in here.reps()}
    assert not paid & set(holders.values())
    assert len(set(holders.values())) == len(holders)


def test_the_same_seed_is_the_same_company() -> None:
    assert company(3, RUNNING) == company(3, RUNNING)
    assert company(3, RUNNING) != company(4, RUNNING)


def test_two_years_lie_before_today() -> None:
    assert history_until(TODAY, RUNNING).starts_on == date(2024, 10, 1)


@pytest.mark.parametrize(
    ("day", "begin", "end"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (date(2024, 2, 29), date(2024, 1, 1), date(2024, 3, 31)),
        (date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_quarters(day: date, begin: date, end: date) -> None:
    assert (quarter_of(day).starts_on, quarter_of(day).ends_on) == (begin, end)


def test_the_quarter_before_crosses_the_year() -> None:
    assert quarter_before(quarter_of(date(2026, 2, 1))).starts_on == date(2025, 10, 1)
