"""What the page of all macros shows."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from reviewflow.core.conflict import Conflict, Difference
from reviewflow.core.reasons import Reason
from reviewflow.core.values import Money
from reviewflow.web import charts
from reviewflow.web.forms import Form
from reviewflow.web.moves import Button, Link
from reviewflow.web.tables import Column, Paging

NOW = datetime(2026, 11, 23, 2, 42, tzinfo=UTC)
REASON = Reason("account.unknown", {"login": "nobody"})


class GalleryForm(Form):
    level = RadioField(
        "Customer relationship", choices=[SelectChoice(str(n), f"{n} Develops") for n in range(1, 6)]
    )
    text = TextAreaField("What did you do that shows it?", [InputRequired("Write one sentence.")])
    amount = IntegerField("Amount")
    choice = SelectField("Period", choices=[SelectChoice("q1", "Q1 2027"), SelectChoice("q2", "Q2 2027")])
    agreed = BooleanField("Tell people at 9:00")


def _row(name: str, group: str, percent: int, amount: int, state: str, tone: str) -> dict[str, Any]:
    return {
        "name": name, "group": group, "weight": 30, "percent": percent, "actual": Money(amount, "CNY"),
        "state": state, "tone": tone,
    }  # fmt: skip


def context() -> dict[str, Any]:
    """Needs a request, for the form."""
    form: FlaskForm = GalleryForm(level="4")
    form.text.errors = ["Write one sentence."]
    bars = [(8, 12, 16, "S"), (52, 33, 49, "A"), (74, 65, 90, "B"), (21, 16, 33, "C"), (4, 0, 8, "D")]
    return {
        "now": NOW,
        "form": form,
        "stages": [
            {"title": "Goals", "below": "agreed 9 Oct", "state": "done"},
            {"title": "Tracking", "below": "until 31 Dec", "state": "now"},
            {"title": "Evaluation", "below": "due 15 Jan", "state": "next"},
        ],
        "strip_figures": [
            {"label": "Projected score", "value": "98.4", "below": "rating B"},
            {"label": "Measured so far", "value": "90", "unit": "/ 100"},
            {"label": "Awards", "value": "¥2.42M", "url": "#", "below": "18 to sign"},
        ],
        "table_columns": [
            Column("name", "Indicator", main=True),
            Column("weight", "Weight", num=True),
            Column("progress", "Progress", bare=True),
            Column("actual", "Actual", num=True, sort="actual"),
            Column("state", "State"),
        ],
        "rows": [
            _row("Sales amount", "Results · 65", 56, 84_630_000, "on_pace", "fill"),
            _row("Collection rate", "Results · 65", 77, 1_200_00, "behind", "fill-bad"),
            _row("Conversion rate", "Efficiency · 20", 93, 2_610_00, "at_risk", "fill-risk"),
            _row("Satisfaction", "Quality · 15", 0, 0, "not_yet", "fill"),
        ],
        "pages": Paging(2, True, 203),
        "bars": [
            {"label": "Evaluation", "count": 52, "late": 15, "note": "due 20 November"},
            {"label": "Reward", "count": 83, "late": 0, "note": "18 to sign"},
            {"label": "Data", "count": 0, "late": 0},
        ],
        "ratings": charts.columns(
            [charts.Bar(k, n, str(n), f"{low}–{high}", low, high) for n, low, high, k in bars]
        ),
        "fall": charts.waterfall(
            [
                charts.Step("Base bonus", 20_000, "20,000.00", "plan v2", total=True),
                charts.Step("Rating A", 4_000, "+4,000.00", "× 1.20"),
                charts.Step("Held back", Decimal("-6317.20"), "−6,317.20", "20% until paid"),
                charts.Step("Payable", Decimal("17682.80"), "17,682.80", total=True),
            ]
        ),
        "line": charts.curve([(20, 200), (54, 846)], 92, 1500),
        "conflict": Conflict(
            7, "Wang Qiang", NOW, [Difference("New customers", "14", "13"), Difference("Weight", "10", "10")]
        ),
        "buttons": [
            Button("start", "Start self-evaluation", (REASON,), links={REASON.key: Link("#", "Open it")}),
            Button("send_back", "Send back with a note", note="required", bad=True),
            Button("agree", "Agree", primary=True, icon="check", confirm=("5 go to payroll",)),
            Button("export", "Export", icon="download"),
        ],
    }  # fmt: skip
