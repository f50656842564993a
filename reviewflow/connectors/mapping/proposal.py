"""A first mapping for files that nobody has mapped yet: columns are guessed by their names, for a person to mend."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from reviewflow.connectors.fields import FIELDS, KEYED

_FILES: Final[Mapping[str, tuple[str, ...]]] = {
    "opportunity": ("opportunit", "deal", "pipeline", "商机"),
    "people": ("people", "employee", "staff", "person", "员工", "人员"),
    "unit": ("unit", "department", "organi", "部门", "组织"),
    "pay_base": ("pay_base", "salary", "薪", "奖金"),
    "target": ("target", "quota", "目标"),
    "invoice": ("invoice", "发票"),
    "payment": ("payment", "receipt", "回款", "收款"),
    "visit": ("visit", "拜访"),
    "satisfaction": ("satisf", "survey", "满意"),
    "complaint": ("complain", "投诉"),
    "order": ("order", "sale", "订单", "销售"),
}
"""What the name of a file with rows of a kind holds; the first that fits."""

_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "person": (
        "owner",
        "rep",
        "agent",
        "seller",
        "employee",
        "staff",
        "person",
        "业务员",
        "员工",
        "工号",
        "负责人",
    ),
    "on": ("date", "_on", "day", "closed", "日期", "时间"),
    "amount": ("amount", "total", "value", "score", "price", "net", "金额", "评分", "分"),
    "customer": ("customer", "account", "client", "客户"),
    "outcome": ("outcome", "stage", "status", "result", "verdict", "状态", "阶段", "结果"),
    "name": ("name", "姓名", "名称"),
    "email": ("mail", "邮箱"),
    "hired": ("hire", "joined", "start", "入职"),
    "left": ("left", "leave", "离职"),
    "unit": ("unit", "department", "部门"),
    "position": ("position", "title", "job", "职位", "岗位"),
    "manager": ("manager", "supervisor", "boss", "上级", "主管"),
    "parent": ("parent", "above", "上级"),
    "component": ("component", "项目"),
    "rate": ("rate", "percent", "比例"),
    "indicator": ("indicator", "kpi", "指标"),
    "value": ("target", "quota", "value", "目标"),
    "starts": ("start", "from", "begin", "开始"),
    "ends": ("end", "until", "结束"),
    "from": ("from", "since", "valid", "生效"),
}
_KEYS: Final = ("id", "no", "number", "code", "号", "编码")
_OFFERED: Final = frozenset({"person", "on", "amount", "customer", "outcome"})
"""Of the many fields of events only these are guessed."""


def propose(name: str, files: Sequence[tuple[str, Sequence[str]]], zone: str, currency: str) -> str:
    """The text of a mapping for files (name, column names). It may lack what could not be guessed."""
    head = [
        "format = 1",
        'kind = "mapping"',
        f"name = {_text(name)}",
        f"zone = {_text(zone)}",
        f"currency = {_text(currency)}",
    ]
    return "\n".join([*head, *(line for file, header in files for line in _read(file, header))]) + "\n"


def _read(file: str, header: Sequence[str]) -> Iterator[str]:
    kind = _kind(file)
    free = [column for column in header if column and "\n" not in column]
    yield ""
    yield f"# {file}: {', '.join(free)}" if free else f"# {file}"
    yield "[[read]]"
    yield f"file = {_text(file)}"
    yield f"kind = {_text(kind)}"
    if kind in KEYED:
        key = _key(free)
        free = [column for column in free if column != key]
        yield f"key = {_text(key)}"
    yield "[read.columns]"
    for field in FIELDS[kind]:
        if kind in ("people", "unit", "pay_base", "target") or field in _OFFERED:
            column = _like(free, _COLUMNS.get(field, (field,)))
            if column is not None:
                free.remove(column)
                yield f"{field} = {_text(column)}"


def _kind(file: str) -> str:
    low = file.casefold()
    return next((kind for kind, words in _FILES.items() if any(word in low for word in words)), "order")


def _key(header: Sequence[str]) -> str:
    """The first column that looks like an id, else the first one."""
    first = header[0] if header else "id"
    return _like(header[:1], _KEYS) or _like(header, _KEYS) or first


def _like(columns: Sequence[str], words: Sequence[str]) -> str | None:
    """The first column whose name holds one of the words, the first word first."""
    return next((column for word in words for column in columns if word in column.casefold()), None)


def _text(value: str) -> str:
    """A TOML string: JSON's escapes are among TOML's."""
    return json.dumps(value, ensure_ascii=False)
