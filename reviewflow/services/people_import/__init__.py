"""People, units, managers, pay bases and targets from outside, written with their history."""

from reviewflow.services.people_import.guard import Alarm
from reviewflow.services.people_import.importing import against_import, dry_run, import_people
from reviewflow.services.people_import.preparing import PreparedPeople, prepare
from reviewflow.services.people_import.report import FileReport, PeopleReport, Returned

__all__ = [
    "Alarm",
    "FileReport",
    "PeopleReport",
    "PreparedPeople",
    "Returned",
    "against_import",
    "dry_run",
    "import_people",
    "prepare",
]
