"""The form of a launch: prefilled from the launch before, read from the address, made into a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from reviewflow.core.next_period import following, quarter_of, short_name, span_of
from reviewflow.core.values import Period
from reviewflow.core.workflow import Workflow
from reviewflow.services.launch import FIT, LONGEST_KEY, LaunchPlan
from reviewflow.store.launch_page import Choices, LastCycle
from reviewflow.store.people_page import UnitLine
from reviewflow.web.forms import Form
from reviewflow.web.language import gettext as _
from reviewflow.web.request import language

CURRENCIES = ("CNY", "USD", "EUR", "GBP", "JPY", "HKD")
AS_THE_PROCESS_SAYS = ""
QUARTER = 3


class LaunchForm(Form):
    """What is launched, for whom, when. It is read from the address too, where it changes nothing."""

    took_period = False
    """Whether the period is not what was sent, but the usual one of the process chosen last."""

    class Meta:
        csrf = False  # the launch itself is a post, whose token is checked before any form is read

    workflow = RadioField(_l("Process"), validators=[InputRequired(_l("Choose a process."))])
    key = StringField(
        _l("Short name"),
        validators=[
            DataRequired(_l("The cycle needs a short name, for example 2027Q1.")),
            Length(
                max=LONGEST_KEY,
                message=_l("At most %(max)d characters: it stands in the number of every letter."),
            ),
            Regexp(
                FIT,
                message=_l(
                    "Letters from A to Z, digits, “-” and “_” only: it is a part of every letter's number."
                ),
            ),
        ],
    )
    period_of = HiddenField()
    """The process whose usual period and name were filled in last."""
    starts_on = DateField(_l("First day"), validators=[InputRequired(_l("Choose the first day."))])
    ends_on = DateField(_l("Last day"), validators=[InputRequired(_l("Choose the last day."))])
    currency = SelectField(_l("Currency"), default=CURRENCIES[0])
    plan = SelectField(_l("Incentive plan"), default=AS_THE_PROCESS_SAYS)
    calendar = SelectField(_l("Working calendar"), default=AS_THE_PROCESS_SAYS)
    calibration = BooleanField(_l("With calibration after the evaluation"))
    units = SelectMultipleField(_l("Units"), coerce=int, validate_choice=False)
    positions = SelectMultipleField(_l("Positions"), validate_choice=False)
    hired_before = DateField(_l("Hired on or before"), validators=[Optional()])
    left_out = SelectMultipleField(_l("Left out by hand"), validate_choice=False)

    def validate_ends_on(self, field: Field) -> None:
        """The last day does not lie before the first."""
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day lies before the first."))

    @property
    def period(self) -> Period:
        """The period; both days must be there."""
        return Period(self.starts_on.data, self.ends_on.data)


def read(choices: Choices, values: MultiDict[str, str], today: date) -> LaunchForm:
    """The form with what was filled in, or prefilled where nothing was."""
    filled = "workflow" in values
    form = LaunchForm(values) if filled else LaunchForm(None, data=_prefilled(choices, today))
    if filled:
        _take_period(form, choices, today)
    words = language()
    form.workflow.choices = [(one.name, one.title[words]) for one in choices.processes]
    form.plan.choices = [(AS_THE_PROCESS_SAYS, _("As the process says"))]
    form.plan.choices += [(one.name, one.title[words]) for one in choices.plans]
    form.calendar.choices = [(AS_THE_PROCESS_SAYS, _("Monday to Friday"))]
    form.calendar.choices += [
        (one.name, one.title[words]) for one in choices.calendars if one.name != "plain"
    ]
    known = [choices.last.currency] if choices.last else []
    form.currency.choices = [(one, one) for one in dict.fromkeys([*known, *CURRENCIES])]
    form.units.choices = [(unit.id, unit.name) for unit in choices.units]
    return form


def _take_period(form: LaunchForm, choices: Choices, today: date) -> None:
    """Choosing another process takes its usual period and short name."""
    chosen = next((one for one in choices.processes if one.name == form.workflow.data), None)
    if chosen is None or form.period_of.data in ("", None, chosen.name):
        return
    period = _usual(chosen, choices, today)
    taken = {
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "key": _free_key(short_name(period), choices.keys),
        "period_of": chosen.name,
    }
    for name, value in taken.items():
        form[name].data, form[name].raw_data = value, [str(value)]
    form.took_period = True


def _usual(process: Workflow, choices: Choices, today: date) -> Period:
    """What follows the last period of this process; without one, the span in which today lies."""
    last = choices.lasts.get(process.name)
    if last is not None:
        return following(last)
    return span_of(today, process.months) if process.months else quarter_of(today)


def _first(processes: Sequence[Workflow]) -> Workflow | None:
    """What a new installation begins with: a quarter, as the filled-in period is one."""
    return next((one for one in processes if one.months == QUARTER), next(iter(processes), None))


def _prefilled(choices: Choices, today: date) -> Mapping[str, Any]:
    """The same as last time, for the period that follows; a quarterly process and this quarter otherwise."""
    last, first = choices.last, _first(choices.processes)
    period = following(last.period) if last else _usual(first, choices, today) if first else quarter_of(today)
    process = last.workflow if last else first.name if first else ""
    common = {
        "key": _free_key(short_name(period), choices.keys),
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "workflow": process,
        "period_of": process,
        "units": _last_or_own(last, choices.units),
    }
    return common | (_as_last(choices, last, period) if last else {"currency": CURRENCIES[0]})


def _last_or_own(last: LastCycle | None, units: Sequence[UnitLine]) -> list[int]:
    """Those of last time, else all that belongs to somebody who looks after a part of the company.

    Nothing, which is everybody, for who looks after the whole of it.
    """
    mine = {unit.id for unit in units}
    again = [key for key in last.units if key in mine] if last else []
    if again or any(unit.parent_id is None for unit in units):
        return again
    return [unit.id for unit in units if unit.depth == 0]


def _as_last(choices: Choices, last: LastCycle, period: Period) -> dict[str, Any]:
    uses = next((one.uses for one in choices.processes if one.name == last.workflow), {})
    return {
        "currency": last.currency,
        "calibration": last.calibration,
        "plan": AS_THE_PROCESS_SAYS if last.plan == uses.get("plan") else last.plan,
        "calendar": AS_THE_PROCESS_SAYS if last.calendar in (None, "plain") else last.calendar,
        "positions": list(last.positions),
        "hired_before": last.hired_before and period.starts_on + (last.hired_before - last.period.starts_on),
    }


def _free_key(wanted: str, taken: frozenset[str]) -> str:
    """The name, or with the first number behind it that makes it new."""
    names = (wanted, *(f"{wanted}-{n}" for n in range(2, 1000)))
    return next(name for name in names if name not in taken)


def plan_of(form: LaunchForm) -> LaunchPlan:
    """What the services are asked to launch. The form must be valid."""
    return LaunchPlan(
        key=form.key.data.strip(),
        workflow=form.workflow.data,
        period=form.period,
        currency=form.currency.data,
        units=tuple(form.units.data or ()),
        positions=tuple(form.positions.data or ()),
        hired_before=form.hired_before.data,
        calibration=form.calibration.data,
        calendar=form.calendar.data or None,
        uses={"plan": form.plan.data} if form.plan.data else {},
        left_out=tuple(form.left_out.data or ()),
    )


def filled_in(form: LaunchForm) -> list[tuple[str, str]]:
    """The form's values as (name, text), to be posted as they were checked."""
    found: list[tuple[str, str]] = []
    for field in form:
        if field.name == "calibration":
            found += [(field.name, "y")] if field.data else []
        elif isinstance(field.data, list):
            found += [(field.name, str(one)) for one in field.data]
        elif field.data is not None:
            found.append((field.name, str(field.data)))
    return found
