"""Sales performance management and employee appraisal as an enforced process.

`create_app` is the only place where the parts are joined; its imports are inside, so that using one part (the
pure core, the printer) does not load the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from reviewflow.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The web application. Settings come from the environment unless given.

    Raises `Faulty` with all wrong settings, and `Ungated` with all endpoints that have no policy.
    """
    from reviewflow import config, web

    return web.assemble(settings or config.load())
