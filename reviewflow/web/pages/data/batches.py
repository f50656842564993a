"""One import: what it brought, and its refused lines, to be mended and sent again."""

from __future__ import annotations

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from reviewflow import intake
from reviewflow.store import data_page
from reviewflow.store.facts import imports
from reviewflow.web.downloads import download
from reviewflow.web.pages.data.room import LOOKERS, may_import, room
from reviewflow.web.pages.data.upload import bad_columns
from reviewflow.web.request import reader, viewer

LISTED = 200


@room.page("/data/imports/<int:batch_no>", LOOKERS)
def batch(batch_no: int) -> ResponseReturnValue:
    """The report of an import, with every refused value."""
    line = data_page.one_import(reader(), viewer(), batch_no) or abort(404)
    mapping = data_page.mapping_of(reader(), viewer(), line.source)
    return render_template(
        "web/data/batch.html",
        line=line,
        bad=imports.refused(reader(), viewer(), batch_no, LISTED),
        listed=LISTED,
        columns=bad_columns(several_files=False),
        may_import=may_import(),
        whole=intake.comes_whole(mapping or "", line.file_name),
    )


@room.page("/data/imports/<int:batch_no>/refused.csv", LOOKERS)
def refused_csv(batch_no: int) -> ResponseReturnValue:
    """The refused lines as a file that the same mapping reads: it is called as the one they came in."""
    line = data_page.one_import(reader(), viewer(), batch_no) or abort(404)
    content = imports.refused_as_csv(reader(), viewer(), batch_no) or abort(404)
    return download(content, line.file_name)
