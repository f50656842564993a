"""The event lake: Parquet files of the rows that count, with their manifest in our database.

A copy of the landed rows, there to be read fast. It can be deleted and rebuilt at any time; what a frozen
figure rests on is a batch number, and the landed rows answer for every number.

Per month there is one base and one tail file, named by their SHA-256 and never changed. New rows rewrite the
tail; a tail that grew long, and a month in which a row was corrected or withdrawn, become a new base.
"""

from reviewflow.store.facts.lake.copier import Busy, copy, rebuild, sweep
from reviewflow.store.facts.lake.manifest import LakeVersion, damaged, version, version_at
from reviewflow.store.facts.lake.tables import SCHEMA, landed

__all__ = [
    "SCHEMA",
    "Busy",
    "LakeVersion",
    "copy",
    "damaged",
    "landed",
    "rebuild",
    "sweep",
    "version",
    "version_at",
]
