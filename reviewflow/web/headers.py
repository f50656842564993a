"""Headers of every answer: the strict policy, and nothing personal kept by a cache."""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
YEAR = 365 * 24 * 60 * 60


def init(app: Flask, secure: bool) -> None:
    """Set the headers on all answers; `secure` adds HSTS (everywhere but in a demo over plain HTTP)."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(_ALWAYS)
        if secure:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
        response.headers["Cache-Control"] = _caching(response)
        return response


def _caching(response: Response) -> str:
    """A static file that is asked for by its digest never changes; all else is kept nowhere."""
    if request.endpoint == "static" and response.status_code in (200, 304):
        return f"public, max-age={YEAR}, immutable" if "v" in request.args else "public, max-age=300"
    return "no-store"
