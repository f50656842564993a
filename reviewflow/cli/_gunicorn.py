"""Gunicorn with our settings, without a configuration file."""

from __future__ import annotations

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from reviewflow import create_app
from reviewflow.config import Settings

# Path without query: what people search for and filter by is not for the log.
_ACCESS = "%(h)s %(m)s %(U)s %(s)s %(B)s %(M)sms"


def run(settings: Settings, bind: str, workers: int) -> None:
    """Serve until stopped. Each worker process makes its own application and its own connections."""
    _Server(
        settings,
        {
            "bind": bind,
            "workers": workers,
            "threads": settings.web_threads,
            "worker_class": "gthread",
            "worker_tmp_dir": "/dev/shm",  # a heartbeat file on a slow disk would get a worker killed
            "timeout": 60,
            "graceful_timeout": 30,
            "control_socket_disable": True,
            "accesslog": "-",
            "access_log_format": _ACCESS,
            "proc_name": "reviewflow",
        },
    ).run()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, settings: Settings, options: dict[str, Any]) -> None:
        self._settings = settings
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(self._settings)
