"""Effective managers, compared day by day with the rule looked up plainly."""

from __future__ import annotations

from datetime import date, timedelta

from reviewflow.core.reporting import EVER, FOREVER, Company, Span, effective, overlap

NEW_YEAR = date(2026, 1, 1)


def day(number: int) -> date:
    return NEW_YEAR + timedelta(days=number)


def company(
    managers: dict[int, list[Span]],
    here: dict[int, tuple[date, date]] | None = None,
    hr: dict[int, list[Span]] | None = None,
) -> Company:
    """Five people in unit 2, which stands below unit 1."""
    everybody = dict.fromkeys(range(1, 6), (EVER, FOREVER))
    units = {person: [Span(EVER, FOREVER, 2)] for person in everybody}
    return Company(everybody | (here or {}), managers, units, hr or {}, {2: [2, 1], 1: [1]})


def always(manager_id: int) -> list[Span]:
    return [Span(EVER, FOREVER, manager_id)]


def test_the_manager_is_the_solid_line() -> None:
    assert effective(company({1: always(2)}), 1) == [Span(EVER, FOREVER, 2)]


def test_after_the_manager_left_the_next_one_up_follows() -> None:
    lines = {1: always(2), 2: always(3)}
    found = effective(company(lines, here={2: (EVER, day(10))}), 1)
    assert found == [Span(EVER, day(10), 2), Span(day(10), FOREVER, 3)]


def test_the_line_of_who_left_goes_on_after_it_was_closed() -> None:
    """The import closes the line of a leaver; their people still find the way up."""
    lines = {1: always(2), 2: [Span(EVER, day(10), 3)]}
    found = effective(company(lines, here={2: (EVER, day(10))}), 1)
    assert found[-1] == Span(day(10), FOREVER, 3)


def test_the_person_who_left_keeps_a_manager_for_what_still_runs() -> None:
    found = effective(company({1: [Span(EVER, day(5), 2)]}, here={1: (EVER, day(5))}), 1)
    assert found == [Span(EVER, FOREVER, 2)]


def test_before_a_new_manager_begins_the_next_one_up_stands_in() -> None:
    lines = {1: always(2), 2: [Span(day(20), FOREVER, 3)]}
    found = effective(company(lines, here={2: (day(20), FOREVER)}), 1)
    assert found == [Span(EVER, day(20), 3), Span(day(20), FOREVER, 2)]


def test_at_the_top_it_is_hr_of_the_nearest_unit_above_and_never_oneself() -> None:
    hr = {2: [Span(day(0), day(10), 5)], 1: [Span(EVER, FOREVER, 4)]}
    assert effective(company({}, hr=hr), 1) == [
        Span(EVER, day(0), 4),
        Span(day(0), day(10), 5),
        Span(day(10), FOREVER, 4),
    ]
    assert effective(company({}, hr=hr), 4) == [Span(day(0), day(10), 5)]


def test_without_hr_nobody_is_better_than_somebody_wrong() -> None:
    assert effective(company({}), 1) == []


def test_a_ring_of_people_who_left_ends_at_hr() -> None:
    gone = {2: (EVER, day(3)), 3: (EVER, day(3))}
    lines = {1: always(2), 2: always(3), 3: always(2)}
    found = effective(company(lines, here=gone, hr={1: [Span(EVER, FOREVER, 4)]}), 1)
    assert found == [Span(EVER, day(3), 2), Span(day(3), FOREVER, 4)]


def test_overlap_is_held_by_the_second() -> None:
    assert overlap(Span(day(0), day(9), 1), Span(day(5), day(20), 2)) == [Span(day(5), day(9), 2)]
    assert overlap(Span(day(0), day(5), 1), Span(day(5), day(20), 2)) == []
