"""The environment of processes that belong to an installation of their own: a rehearsal, the demo."""

from __future__ import annotations

import os
from collections.abc import Mapping

_SERVICES = frozenset({"DATABASE_URL", "REDIS_URL"})
_PREFIX = "REVIEWFLOW_"


def of_its_own(settings: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with these settings, and without any other setting of the product.

    The operator's database, Redis, lake and mail server are named in the environment of whoever starts a
    rehearsal, and a rehearsal must reach none of them.
    """
    others = {
        name: value
        for name, value in os.environ.items()
        if name not in _SERVICES and not name.startswith(_PREFIX)
    }
    return {**others, **settings}
