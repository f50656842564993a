"""Addresses that a request may send the browser to: pages of ours, and nothing that could be read as more."""

from __future__ import annotations

from flask import Flask, Response, request


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


def init(app: Flask) -> None:
    """See to it that the identity library, too, sends people to local addresses only."""

    @app.after_request
    def stay_here(response: Response) -> Response:
        location = response.headers.get("Location")
        if location is not None and (request.endpoint or "").startswith("security."):
            response.headers["Location"] = local_or_home(location)
        return response
