"""Events from outside: read by a mapping, compared with what is known, landed as a batch or tried out."""

from reviewflow.services.collect.landing import dry_run, land
from reviewflow.services.collect.preparing import Prepared, accept_mapping, prepare
from reviewflow.services.collect.report import Report

__all__ = ["Prepared", "Report", "accept_mapping", "dry_run", "land", "prepare"]
