"""The check that letter values are complete and well formed, derived from the types of their fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal, NotRequired, get_args, get_origin, get_type_hints

from reviewflow.core.letter_values.fields import FeedbackValues, Rule
from reviewflow.core.reasons import Fault, Faulty

_CROSS_RULES: tuple[tuple[str, str, Callable[[Mapping[str, Any]], bool]], ...] = (
    ("replaces", "letter_values.replaces", lambda v: (v["revision"] > 1) == ("replaces" in v)),
    ("to_on", "letter_values.period", lambda v: v["from_on"] <= v["to_on"]),
    ("bands", "letter_values.bands", lambda v: _descending([band["from_points"] for band in v["bands"]])),
    (
        "history",
        "letter_values.gap",
        lambda v: all(("total" in p) != ("gap_reason" in p) for p in v["history"]),
    ),
)


def checked(values: Any) -> None:
    """Raise `Faulty` with every field that is missing, unknown or wrong, each by its path.

    ``groups[0].indicators[2].weight`` is the third indicator of the first group.
    """
    faults = list(_faults("", FeedbackValues, values))
    if not faults:
        faults = [_fault(path, key) for path, key, holds in _CROSS_RULES if not holds(values)]
        faults.extend(_unexplained(values))
    if faults:
        raise Faulty(faults)


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """A deep copy of checked values in which every absent field is there, as None.

    So a template may ask ``{% if calibration %}``, and a misspelt field is an error rather than a gap.
    """
    copy: dict[str, Any] = _filled(FeedbackValues, values)
    return copy


def texts(values: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text with the path of its field, in the order of the values."""
    if isinstance(values, str):
        yield path, values
    elif isinstance(values, Mapping):
        for name, value in values.items():
            yield from texts(value, _join(path, str(name)))
    elif isinstance(values, list):
        for number, value in enumerate(values):
            yield from texts(value, f"{path}[{number}]")


def _faults(path: str, kind: Any, value: Any) -> Iterator[Fault]:
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _annotated_faults(path, kind, value)
    elif origin is Literal:
        if value not in get_args(kind):
            yield _fault(path, "letter_values.choice", choices=", ".join(get_args(kind)))
    else:
        yield from _record_faults(path, kind, value)


def _annotated_faults(path: str, kind: Any, value: Any) -> Iterator[Fault]:
    inner, rule = get_args(kind)
    if isinstance(rule, Rule):
        if not rule.holds(value):
            yield _fault(path, rule.key)
    elif not isinstance(value, list):
        yield _fault(path, "letter_values.list")
    elif len(value) > rule.items:
        yield _fault(path, "letter_values.too_many", most=rule.items)
    else:
        (item,) = get_args(inner)
        for number, part in enumerate(value):
            yield from _faults(f"{path}[{number}]", item, part)


def _record_faults(path: str, kind: Any, value: Any) -> Iterator[Fault]:
    if not isinstance(value, Mapping):
        yield _fault(path or "values", "letter_values.record")
        return
    fields = _fields(kind)
    for name in value:
        if name not in fields:
            yield _fault(_join(path, str(name)), "letter_values.unknown")
    for name, (field, required) in fields.items():
        if name in value:
            yield from _faults(_join(path, name), field, value[name])
        elif required:
            yield _fault(_join(path, name), "letter_values.missing")


def _unexplained(values: Mapping[str, Any]) -> Iterator[Fault]:
    """A line has points or says why not, never both and never neither."""
    for g, group in enumerate(values["groups"]):
        for i, indicator in enumerate(group["indicators"]):
            if ("points" in indicator) == ("missing_reason" in indicator):
                yield _fault(f"groups[{g}].indicators[{i}]", "letter_values.missing_reason")


def _filled(kind: Any, value: Any) -> Any:
    if isinstance(value, Mapping):
        fields = _fields(kind)
        return {
            name: _filled(field, value[name]) if name in value else None
            for name, (field, _) in fields.items()
        }
    if isinstance(value, list):
        (item,) = get_args(get_args(kind)[0])
        return [_filled(item, part) for part in value]
    return value


@cache
def _fields(kind: Any) -> dict[str, tuple[Any, bool]]:
    """Type of each field of a record, and whether it must be there."""
    hints = get_type_hints(kind, include_extras=True)
    optional = {name: get_origin(field) is NotRequired for name, field in hints.items()}
    return {
        name: (get_args(field)[0] if optional[name] else field, not optional[name])
        for name, field in hints.items()
    }


def _descending(numbers: list[str]) -> bool:
    decimals = [Decimal(number) for number in numbers]
    return bool(decimals) and all(high > low for high, low in pairwise(decimals))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _fault(path: str, key: str, **params: str | int) -> Fault:
    return Fault(None, key, {"field": path, **params})
