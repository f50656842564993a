"""Lines about people, units, pay bases and targets. Lines about the same one are put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

from reviewflow.connectors.cells import FORMULA_SIGNS
from reviewflow.connectors.csv_files import Record
from reviewflow.connectors.fields import KEYED
from reviewflow.connectors.mapping import Ends, Read
from reviewflow.connectors.periods import last_day
from reviewflow.connectors.rows import Entry, Value
from reviewflow.connectors.walk import Scene, Walk
from reviewflow.core.reasons import Reason

Identity = tuple[Value, ...]

_KNOWN_BY = {"pay_base": ("person", "component", "from"), "target": ("person", "indicator", "starts")}


class EntryWalk(Walk):
    """Makes an `Entry` for each person, unit, pay base or target, however many lines speak of it.

    A later line may fill what an earlier left blank; a line that says something else is refused.
    """

    def __init__(self, scene: Scene, read: Read) -> None:
        super().__init__(scene, read)
        self._known: dict[Identity, Entry] = {}
        self._records: dict[Identity, Record] = {}

    def take(self, record: Record) -> None:
        key, values = self.identity(record), self.values(record)
        if key is None or values is None or not (self._is_id(record, key) and self._fits(record, values)):
            self.scene.reading.refused_ids |= {(self.read.kind, key)} if key else set()
            return
        identity: Identity = (key,) if self.read.kind in KEYED else self._identity(values)
        known = self._known.get(identity)
        if known is None:
            self._known[identity] = Entry(record.line, self.read.kind, key, values)
            self._records[identity] = record
        elif self._agrees(record, known, values):
            filled = {name: values[name] if value is None else value for name, value in known.values.items()}
            self._known[identity] = replace(known, values=filled)

    def finish(self) -> None:
        reading = self.scene.reading
        entries = list(self._known.values()) if self.read.ends is None else self._with_ends(self.read.ends)
        reading.entries.extend(entries)
        reading.creates |= self.read.creates
        if self.read.complete:
            reading.complete.add(self.read.kind)

    def _identity(self, values: dict[str, Value]) -> Identity:
        return tuple(values.get(name) for name in _KNOWN_BY[self.read.kind])

    def _is_id(self, record: Record, key: str) -> bool:
        """Ids stand in payroll files just as they are, which a spreadsheet must not take for a formula."""
        if self.read.kind != "people" or not key.startswith(FORMULA_SIGNS):
            return True
        column = " + ".join(self.read.key)
        self.scene.reading.refuse(
            record.line, record.cells, column, key, Reason("row.id_sign", {"sign": key[0]})
        )
        return False

    def _fits(self, record: Record, values: dict[str, Value]) -> bool:
        """What two fields of one line must not say together."""
        for first, last in (("hired", "left"), ("from", "until"), ("starts", "ends")):
            begin, end = values.get(first), values.get(last)
            if isinstance(begin, date) and isinstance(end, date) and end < begin:
                self.refuse(record, last, Reason("row.ends_before", {"begins": begin.isoformat()}))
                return False
        return True

    def _agrees(self, record: Record, known: Entry, values: dict[str, Value]) -> bool:
        for name, value in values.items():
            said = known.values[name]
            if None not in (said, value) and said != value:
                self.refuse(record, name, Reason("row.contradicts", {"first": known.line, "said": str(said)}))
                return False
        return True

    def _with_ends(self, ends: Ends) -> list[Entry]:
        """Targets with their last day."""
        firsts = [
            (cast(str, one.values["person"]), cast(date, one.values["starts"]))
            for one in self._known.values()
        ]
        of_file = sorted({first for _, first in firsts})
        of_person: dict[str, list[date]] = {}
        for person, first in sorted(set(firsts)):
            of_person.setdefault(person, []).append(first)
        done = []
        for identity, entry in self._known.items():
            begin, person = cast(date, entry.values["starts"]), cast(str, entry.values["person"])
            last = _last_day(begin, ends, of_file if ends.until_next == "file" else of_person[person])
            if last is None or last < begin:
                self.refuse(self._records[identity], "starts", Reason("row.no_last_day"))
            else:
                done.append(replace(entry, values={**entry.values, "ends": last}))
        return done


def _last_day(begin: date, ends: Ends, firsts: Iterable[date]) -> date | None:
    if ends.length is not None:
        return last_day(begin, ends.length)
    following = next((first for first in firsts if first > begin), None)
    return ends.last if following is None else following - timedelta(days=1)
