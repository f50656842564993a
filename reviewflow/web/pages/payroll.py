"""Payroll: approved money leaves once, in a file with a control sum."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reviewflow.core.conflict import Conflict, Difference
from reviewflow.core.values import Money, sums
from reviewflow.services import move as moves
from reviewflow.services.move import Left, Moved
from reviewflow.store import payroll
from reviewflow.store.payroll import Batch, Waiting
from reviewflow.web.filters import money, number, sentence
from reviewflow.web.gate import granted
from reviewflow.web.language import gettext as _
from reviewflow.web.language import ngettext
from reviewflow.web.pay_titles import component_title
from reviewflow.web.post import act
from reviewflow.web.reads import log_read
from reviewflow.web.request import moment, reader, viewer
from reviewflow.web.rooms import Room
from reviewflow.web.tables import PAGE, Column, offset, paging, sorting

room = Room("payroll")
READERS = granted("finance", "sales_director", "hr", "hrbp", "auditor")
FINANCE = granted("finance")
_SHOWN, _NAMED = 50, 3


@room.page("/payroll", READERS)
def index() -> ResponseReturnValue:
    """What waits for a file, by cycle and currency, and the files made so far."""
    files = payroll.files(reader(), viewer(), limit=PAGE + 1, offset=offset())
    sort = sorting(("name", "amount"), "")
    return render_template(
        "web/payroll/index.html",
        batches=payroll.waiting(reader(), viewer()),
        files=files[:PAGE],
        paging=paging(len(files)),
        title_of=component_title,
        shown=_SHOWN,
        sort=sort,
        ordered=lambda lines: ordered(lines, sort),
        columns=_columns(),
        file_columns=_file_columns(),
    )


def ordered(lines: Sequence[Waiting], sort: str) -> list[Waiting]:
    """As the address asks; by number and kind, as the file will have them, without."""
    backwards = sort.startswith("-")
    if sort.removeprefix("-") == "name":
        return sorted(lines, key=lambda line: line.person, reverse=backwards)
    if sort:
        return sorted(lines, key=lambda line: line.amount.minor, reverse=backwards)
    return list(lines)


def _columns() -> list[Column]:
    return [
        Column("person", _("Person"), main=True, sort="name"),
        Column("number", _("Number")),
        Column("component", _("Kind")),
        Column("approved", _("Approved"), num=True),
        Column("amount", _("Amount"), num=True, sort="amount"),
    ]


def _file_columns() -> list[Column]:
    return [
        Column("file", _("File"), main=True),
        Column("at", _("Made")),
        Column("by", _("By")),
        Column("lines", _("Lines"), num=True),
        Column("total", _("Control sum"), num=True),
        Column("sha", _("SHA-256")),
        Column("download", _("Download"), bare=True),
    ]


@room.action("/payroll", FINANCE)
def make() -> ResponseReturnValue:
    """Write the file of one cycle and currency, exactly as it was confirmed."""
    seen_count, seen_sum = request.form.get("count", ""), request.form.get("sum", "")
    if not (seen_count.isdecimal() and seen_sum.isdecimal()):
        abort(400)
    batch = _batch()
    ready = batch.ready if batch else ()
    if batch and (len(ready), batch.ready_total.minor) != (int(seen_count), int(seen_sum)):
        raise _changed(batch, int(seen_count), Money(int(seen_sum), batch.currency))
    # With nothing left this is the second click of two, which gets the answer of the first, or too late.
    return act(
        moves.move_each,
        [(line.id, line.version, line.move) for line in ready],
        then=url_for("payroll.index"),
        said=lambda done: _said(done, ready),
    )


def _batch() -> Batch | None:
    """The batch that the form speaks of, if anything of it waits for the reader."""
    cycle, currency = request.form.get("cycle", ""), request.form.get("currency", "")
    for batch in payroll.waiting(reader(), viewer()):
        if (str(batch.cycle_id), batch.currency) == (cycle, currency) and batch.ready:
            return batch
    return None


def _changed(batch: Batch, count: int, total: Money) -> Conflict:
    """Since the page was made, an award was approved, returned or exported."""
    lines = [
        Difference(_("Awards"), number(len(batch.ready)), number(count)),
        Difference(_("Control sum"), money(batch.ready_total), money(total)),
    ]
    return Conflict(0, None, moment().business, lines)


def _said(done: Sequence[Moved | Left], ready: Sequence[Waiting]) -> str:
    """How many left with which sum; those that stay by name, with the first reason of each, three at most."""
    lines = {line.id: line for line in ready}
    gone = [lines[one.subject_id].amount for one in done if isinstance(one, Moved)]
    stayed = [
        _("%(person)s: %(why)s", person=lines[one.subject_id].person, why=sentence(one.reasons[0]))
        for one in done
        if isinstance(one, Left)
    ]
    if not gone:
        return " ".join([_("No file was made."), *stayed[:_NAMED]])
    made = ngettext(
        "The payroll file is made: %(num)s award, %(sum)s.",
        "The payroll file is made: %(num)s awards, %(sum)s.",
        len(gone),
        sum=" · ".join(money(one) for one in sums(gone)),
    )
    return " ".join([made, *stayed[:_NAMED]])


@room.page("/payroll/<int:file_id>.csv", READERS)
def download(file_id: int) -> ResponseReturnValue:
    """The file, byte by byte as it was written."""
    found = payroll.body(reader(), viewer(), file_id) or abort(404)
    file, body = found
    log_read("export", None, file=file.name)
    answer = Response(body.encode(), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=file.name)
    return answer
