"""Files that people take away: CSV that spreadsheets open as it is meant, without formulas in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response

from reviewflow.store.facts.imports import inert
from reviewflow.web.reads import log_read


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """CSV in UTF-8 with a mark, which spreadsheets need to read Chinese."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def download(content: bytes, name: str, mimetype: str = "text/csv", **detail: Any) -> Response:
    """The file as an attachment, noted as an export with its name; `detail` says of what."""
    log_read("export", None, **{"file": name, **detail})
    answer = Response(content, mimetype=mimetype)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
