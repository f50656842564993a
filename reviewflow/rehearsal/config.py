"""What a rehearsal plays: the TOML file that HR writes for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from babel.numbers import list_currencies

from reviewflow.core.reasons import Fault, Faulty
from reviewflow.core.toml_source import Source, decoded, read
from reviewflow.core.values import Period
from reviewflow.core.workflow.vocabulary import GRANTED, LANGUAGES


@dataclass(frozen=True)
class Staff:
    """Somebody with granted roles. `name` is given for people whom the data do not have."""

    id: str
    roles: tuple[str, ...]
    name: str | None
    language: str


@dataclass(frozen=True)
class Population:
    """Rules about people; `units` by code, everything empty lets all through."""

    units: tuple[str, ...]
    positions: tuple[str, ...]
    hired_before: date | None


@dataclass(frozen=True)
class RehearsalConfig:
    """One rehearsal. `mappings` are files beside the configuration, read in order."""

    key: str
    company: str
    workflow: str
    period: Period
    currency: str
    zone: str
    seed: int
    calibration: bool
    uses: dict[str, str]
    people: Population
    mappings: tuple[Path, ...]
    staff: tuple[Staff, ...]


_KEYS = {
    "format", "key", "company", "workflow", "period", "currency", "zone", "seed", "calibration",
    "uses", "people", "mappings", "staff",
}  # fmt: skip


def load(path: Path) -> RehearsalConfig:
    """Read the file. Raises `Faulty` with all faults and their lines."""
    source = read(decoded(path.read_bytes()))
    reader = _Reader(source, path.parent)
    config = reader.config()
    if reader.faults:
        raise Faulty(reader.faults)
    return config


class _Reader:
    """Takes typed values and collects what is wrong with them."""

    def __init__(self, source: Source, folder: Path) -> None:
        self.source, self.folder = source, folder
        self.faults: list[Fault] = []

    def fault(self, key: str, *path: str | int, **params: str | int) -> None:
        name = ".".join(str(part) for part in path)
        self.faults.append(Fault(self.source.line(*path), f"rehearsal.{key}", {"name": name, **params}))

    def config(self) -> RehearsalConfig:
        data = self.source.data
        for key in data.keys() - _KEYS:
            self.fault("unknown_key", key)
        if data.get("format", 1) != 1:
            self.fault("format", "format", known=1)
        return RehearsalConfig(
            key=self.text("key"),
            company=self.text("company"),
            workflow=self.text("workflow"),
            period=self.period(),
            currency=self.currency(),
            zone=self.zone(),
            seed=self.value("seed", int, 1),
            calibration=self.value("calibration", bool, False),
            uses={str(use): str(name) for use, name in self.value("uses", dict, {}).items()},
            people=self.people(),
            mappings=self.mappings(),
            staff=self.staff(),
        )

    def value(self, key: str, kind: type, default: Any) -> Any:
        found = self.source.data.get(key, default)
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            self.fault("wrong_type", key, expected=kind.__name__)
            return default
        return found

    def text(self, key: str, default: str = "") -> str:
        found = str(self.value(key, str, default))
        if not found.strip():
            self.fault("missing", key)
        return found

    def zone(self) -> str:
        found = self.text("zone", default="UTC")
        if found not in available_timezones():
            self.fault("zone", "zone", value=found)
            return "UTC"
        return found

    def words(self, *path: str) -> tuple[str, ...]:
        """A list of texts inside a table."""
        found = self.source.data[path[0]].get(path[1], [])
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            self.fault("wrong_type", *path, expected="list")
            return ()
        return tuple(found)

    def currency(self) -> str:
        found = self.text("currency")
        if found not in list_currencies():
            self.fault("currency", "currency", value=found)
        return found

    def period(self) -> Period:
        found = self.value("period", dict, {})
        first, last = found.get("from"), found.get("until")
        if isinstance(first, date) and isinstance(last, date) and first <= last:
            return Period(first, last)
        self.fault("period", "period")
        return Period(date(2000, 1, 1), date(2000, 1, 1))

    def people(self) -> Population:
        found = self.value("people", dict, {})
        for key in found.keys() - {"units", "positions", "hired_before"}:
            self.fault("unknown_key", "people", key)
        hired = found.get("hired_before")
        if hired is not None and not isinstance(hired, date):
            self.fault("wrong_type", "people", "hired_before", expected="date")
            hired = None
        if not found:
            return Population((), (), hired)
        return Population(self.words("people", "units"), self.words("people", "positions"), hired)

    def mappings(self) -> tuple[Path, ...]:
        names = self.value("mappings", list, [])
        if not names:
            self.fault("missing", "mappings")
        paths = tuple(self.folder / str(name) for name in names)
        for number, path in enumerate(paths):
            if not path.is_file():
                self.fault("no_file", "mappings", number, value=str(names[number]))
        return paths

    def staff(self) -> tuple[Staff, ...]:
        found = tuple(self._one(number, row) for number, row in enumerate(self.value("staff", list, [])))
        held = {role for one in found for role in one.roles}
        for role in sorted({"hr", "sales_director", "finance"} - held):
            self.fault("no_role", "staff", role=role)
        return found

    def _one(self, number: int, row: Any) -> Staff:
        if not isinstance(row, dict) or not row.get("id"):
            self.fault("missing", "staff", number, "id")
            return Staff("", (), None, "en")
        roles = tuple(map(str, row.get("roles", ())))
        for role in set(roles) - GRANTED:
            self.fault("unknown_role", "staff", number, "roles", role=role)
        language = row.get("language", "en")
        if language not in LANGUAGES:
            self.fault("language", "staff", number, "language", value=str(language))
        return Staff(str(row["id"]), roles, row.get("name"), str(language))
