"""Ids that changed: who is in a complete file under another id than here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from reviewflow.connectors.rows import Value
from reviewflow.services.people_import.state import State
from reviewflow.store.people import Person

Sign = tuple[Value, ...]


def renamed(
    wanted: Mapping[str, Mapping[str, Value]], state: State, absent: Mapping[str, Person]
) -> dict[str, str]:
    """Old ids by new one, out of a complete file: the old one is `absent` from it, the new one unknown here.

    Both have the same e-mail, which nobody else has here or in the file, and no two different first days.
    Name and first day together will do for people without e-mail. Of a shared mailbox nothing follows, so that
    two people never become one.
    """
    here = _by_sign((key, _sign(one.email, one.name, one.hired_on)) for key, one in state.active.items())
    there = _by_sign(
        (key, _sign(one.get("email"), one.get("name"), one.get("hired"))) for key, one in wanted.items()
    )
    found = {}
    for sign, keys in there.items():
        olds = here.get(sign, [])
        if None in sign or len(keys) != 1 or len(olds) != 1:
            continue
        new, old = keys[0], olds[0]
        alike = _agree(wanted[new].get("hired"), state.people[old].hired_on)
        if new not in state.people and old in absent and alike:
            found[new] = old
    return found


def namesakes(
    wanted: Mapping[str, Mapping[str, Value]], state: State, renamed: Mapping[str, str]
) -> dict[str, str]:
    """Old ids by new one where the name alone says that it may be the same person.

    That is too little to make two ids one, and enough to stop an import in which it happens often: the name is
    given once here and once in the file, the old id is not in the file, the new one unknown here.
    """
    absent = state.active.keys() - wanted.keys() - set(renamed.values())
    here = _by_sign((key, (one.name,)) for key, one in state.active.items())
    there = _by_sign((key, (one.get("name"),)) for key, one in wanted.items())
    found = {}
    for sign, keys in there.items():
        olds = here.get(sign, [])
        if len(keys) == len(olds) == 1 and keys[0] not in {*state.people, *renamed} and olds[0] in absent:
            found[keys[0]] = olds[0]
    return found


def _by_sign(signs: Iterable[tuple[str, Sign]]) -> Mapping[Sign, list[str]]:
    found: defaultdict[Sign, list[str]] = defaultdict(list)
    for key, sign in signs:
        found[sign].append(key)
    return found


def _sign(email: Value, name: Value, hired: Value) -> Sign:
    return (email.strip().casefold(),) if isinstance(email, str) else (name, hired)


def _agree(said: Value, known: date | None) -> bool:
    return said is None or known is None or said == known
