"""The closed vocabulary agrees with everything that knows its words: guards, database, README."""

from __future__ import annotations

import re

import pytest

from reviewflow.core.policy import GUARDS
from reviewflow.core.toml_source import parse
from reviewflow.core.workflow.reading import read_draft
from reviewflow.core.workflow.vocabulary import (
    ABSENT,
    AWARD,
    FIELD_KINDS,
    FIELD_USES,
    GRANTED,
    GUARD_TITLES,
    JOB_USES,
    KINDS,
    LANGUAGES,
    MARKS,
    MONEY_LIMITS,
    RARE,
    REVIEW,
    ROLE_TITLES,
)
from reviewflow.store.pay import Award
from reviewflow.store.people import GRANTED_ROLES
from reviewflow.store.reviews import ACKNOWLEDGEMENTS, Review
from tests.core.workflow.files import FOLDER, TEXTS

README = (FOLDER / "README.md").read_text("utf-8")
GUARD_NAMES = {guard for kind in KINDS.values() for guard in kind.guards}


def test_every_guard_is_a_function_and_has_words() -> None:
    assert GUARDS.keys() == GUARD_NAMES == GUARD_TITLES.keys()
    assert GUARD_NAMES >= RARE | MONEY_LIMITS


def test_every_role_has_words_in_every_language() -> None:
    assert {role for kind in KINDS.values() for role in kind.roles} == ROLE_TITLES.keys()
    for titles in (*ROLE_TITLES.values(), *GUARD_TITLES.values()):
        assert set(titles) == set(LANGUAGES)


def test_roles_that_are_granted_are_those_of_the_database() -> None:
    assert set(GRANTED_ROLES) == GRANTED
    assert not GRANTED & ABSENT


@pytest.mark.parametrize(("kind", "table"), [("review", Review), ("award", Award)])
def test_marks_are_the_dated_columns_of_their_table(kind: str, table: type[Review] | type[Award]) -> None:
    names = [column.name for column in table.__table__.columns]
    dated = {name.removesuffix("_at") for name in names if name.endswith("_at")}
    assert MARKS[kind] == dated


def test_acknowledgements_are_those_of_the_database() -> None:
    assert REVIEW.set_with_outcome["acknowledged"] == set(ACKNOWLEDGEMENTS)


def test_rules_speak_of_words_that_exist() -> None:
    for kind in (REVIEW, AWARD):
        marks = set(kind.marks)
        assert marks >= {*kind.after, *kind.set_with_guard, *kind.set_with_outcome, *kind.set_by_people}
        assert marks >= {*kind.promised_after.values()}.union(*kind.after.values(), *kind.apart)
        assert kind.jobs | kind.sends >= kind.promised_after.keys()
        assert kind.guards >= set(kind.set_with_guard.values())
        assert kind.roles >= frozenset().union(*kind.set_by_people.values())
    assert REVIEW.jobs == JOB_USES.keys()
    assert FIELD_KINDS.keys() >= FIELD_USES.keys()


def test_the_readme_explains_every_word() -> None:
    words = {*ROLE_TITLES, *GUARD_NAMES, *FIELD_KINDS}
    for kind in KINDS.values():
        words |= {*kind.parts, *kind.marks, *kind.jobs, *kind.sends, *kind.outcomes, *kind.uses}
    explained = set(re.findall(r"`\"?(\w+)\"?`", README))
    assert words <= explained, words - explained


def test_the_readme_names_no_word_that_does_not_exist() -> None:
    """Each first column of a table of words."""
    for title, words in (("Roles", set(ROLE_TITLES)), ("Guards", GUARD_NAMES)):
        section = README.split(f"## {title}\n")[1].split("\n## ")[0]
        rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
        assert {word for row in rows for word in re.findall(r"`(\w+)`", row)} == words


@pytest.mark.parametrize("table", ["stage", "task", "move", "form"])
def test_the_readme_lists_the_keys_that_the_reader_knows(table: str) -> None:
    """The reader names the keys it asks for when it meets one that it does not know."""
    text = TEXTS["sales_quarterly"].replace(f"[[{table}]]\n", f"[[{table}]]\nno_such_key_at_all = 1\n", 1)
    fault = next(f for f in read_draft(parse(text)).faults if f.key == "workflow.unknown_key")
    section = README.split(f"## `[[{table}]]`")[1].split("\n## ")[0]
    first_table = section.split("\n\n")[1] if table in ("stage", "form") else section
    rows = re.findall(r"^\| `(\w+)` \|", first_table, re.MULTILINE)
    assert sorted(rows) == sorted(str(fault.params["known"]).split(", "))
