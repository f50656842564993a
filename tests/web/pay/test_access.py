"""Every page there is, by everybody's relation to whom it is about: who gets in, and who learns nothing.

`access.txt` is the whole answer as a table, to be read by people. A new page, or a page that opens to somebody
else, shows here as a difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from reviewflow.store import db
from reviewflow.store.letters import Letter
from reviewflow.store.people import RoleGrant
from reviewflow.store.reviews import Review
from tests.cast import CAST, HIRED
from tests.web.browser import Browser
from tests.web.pay.payday import Payday

pytestmark = pytest.mark.sqlite
TABLE = Path(__file__).with_name("access.txt")
WHO = {
    "nobody": "not signed in",
    "lin": "the reviewed person",
    "liu": "a colleague of hers",
    "wang": "her manager",
    "director": "sales director, manager of her manager",
    "hu": "HR of the company",
    "fang": "finance",
    "sun": "auditor",
    "qian": "system administrator",
    "zhao": "a stranger",
    "hr@office": "HR of another unit",
    "hrbp@east": "HR business partner of her unit",
    "data@company": "data inputter",
}
GRANTS = {
    "hr@office": ("hr", CAST.office),
    "hrbp@east": ("hrbp", CAST.east),
    "data@company": ("data_inputter", CAST.company),
}


def test_everybody_gets_in_where_the_table_says(
    app: Flask, browser: Callable[[str], Browser], engine: Engine, payday: Payday, tmp_path: Path
) -> None:
    paths = dict(_paths(app, _records(engine, payday)))
    answers = {who: _answers(browser, engine, who, paths) for who in WHO}
    found = _table(paths, answers)
    if found != TABLE.read_text("utf-8"):
        (tmp_path / TABLE.name).write_text(found, "utf-8")
    assert found.splitlines() == TABLE.read_text("utf-8").splitlines(), (
        f"as it is now: {tmp_path / TABLE.name}"
    )


def _records(engine: Engine, payday: Payday) -> dict[str, dict[str, str]]:
    """What stands for each argument of a rule, by the word that the table has for it."""
    with db.read(engine) as session:
        reviews = {
            review_id: letter_id
            for review_id, letter_id in session.execute(select(Letter.review_id, Letter.id))
        }
    bonus = payday.lin["bonus"]
    lins = min(reviews)
    marias = _review_of(engine, payday.maria)
    return {
        "review_id": {"Lin, acknowledged": str(lins), "Maria, not released": str(marias)},
        "subject_id": {"Lin, acknowledged": str(lins), "Lin, bonus": str(bonus)},
        "letter_id": {"Lin": str(reviews[lins])},
        "award_id": {"Lin, bonus": str(bonus)},
        "cycle_id": {"cycle": str(payday.cycle)},
        "person_id": {"Lin": str(payday.cast.lin)},
        "indicator": {"sales_amount": "sales_amount"},
        "task": {"self_review": "self_review", "correct": "correct"},
    }


def _review_of(engine: Engine, person_id: int) -> int:
    with db.read(engine) as session:
        found: int = session.scalars(select(Review.id).where(Review.person_id == person_id)).one()
        return found


def _paths(app: Flask, records: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """(rule with its arguments told, path), in the order of the rules."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if not rule.methods or "GET" not in rule.methods or rule.endpoint == "static":
            continue
        told = [(rule.rule, rule.rule)]
        for word in re.findall(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", rule.rule):
            pattern = re.compile(rf"<(?:\w+(?:\([^)]*\))?:)?{word}>")
            values = records.get(word, {"none": "1"})
            told = [
                (pattern.sub(f"<{said}>", left, count=1), pattern.sub(value, path, count=1))
                for left, path in told
                for said, value in values.items()
            ]
        yield from told


def _answers(
    browser: Callable[[str], Browser], engine: Engine, who: str, paths: Mapping[str, str]
) -> dict[str, str]:
    granted = GRANTS.get(who)
    login = "zhao" if granted else "" if who == "nobody" else who
    if granted:
        with db.write(engine) as session:
            role, unit = granted
            grant = RoleGrant(person_id=CAST.zhao, role=role, unit_id=unit, from_on=HIRED, granted_by=CAST.hu)
            session.add(grant)
    client = browser(login).client
    found = {}
    for said, path in paths.items():
        answer = client.get(path)
        found[said] = (
            "sign in" if "/sign-in" in answer.headers.get("Location", "") else str(answer.status_code)
        )
        answer.close()
    if granted:
        with db.write(engine) as session:
            session.delete(session.scalars(select(RoleGrant).where(RoleGrant.person_id == CAST.zhao)).one())
    return found


def _table(paths: Mapping[str, str], answers: Mapping[str, Mapping[str, str]]) -> str:
    wide = max(len(said) for said in paths)
    columns = [max(len(who), 7) for who in WHO]
    lines = [f"{who}: {words}" for who, words in WHO.items()]
    lines += [
        "",
        "  ".join(["page".ljust(wide), *(who.ljust(c) for who, c in zip(WHO, columns, strict=True))]),
    ]
    for said in paths:
        cells = (answers[who][said].ljust(column) for who, column in zip(WHO, columns, strict=True))
        lines.append("  ".join([said.ljust(wide), *cells]).rstrip())
    return "\n".join(lines) + "\n"
