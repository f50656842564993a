"""Addresses that a request may send the browser to: pages of ours, and nothing that could be read as more."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, request, url_for


def is_local(address: str) -> bool:
    """Whether this is an absolute path of ours: no scheme, no host, nothing that browsers read as one."""
    return (
        address.startswith("/")
        and not address.startswith("//")
        and "\\" not in address
        and all(" " < sign < "\x7f" for sign in address)
        and "%5c" not in address[:4].lower()
        and "%2f" not in address[:4].lower()
    )


def local_or_home(address: str) -> str:
    """The address if it is local, else the front door."""
    return address if is_local(address) else "/"


def address(endpoint: str, **values: Any) -> str:
    """Where a page stands; nothing while its room is not there, so that no link leads nowhere."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def init(app: Flask) -> None:
    """See to it that the identity library, too, sends people to local addresses only."""

    @app.after_request
    def stay_here(response: Response) -> Response:
        location = response.headers.get("Location")
        if location is not None and (request.endpoint or "").startswith("security."):
            response.headers["Location"] = local_or_home(location)
        return response
