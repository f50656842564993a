"""Names for customers, in the language of their market, each with the number that the CRM gives it."""

from __future__ import annotations

from random import Random

from reviewflow.demo import roster
from reviewflow.demo.company import Employee

_FIRST = ("海", "云", "瑞", "恒", "嘉", "明", "宏", "安", "泰", "启", "锦", "润", "博", "凌", "正", "远")
_SECOND = ("澜", "岭", "川", "禾", "诚", "图", "越", "原", "德", "霖", "拓", "辰", "谷", "森", "桥", "岳")
_TRADE = ("医疗", "生物", "电子", "精密", "光电", "材料", "仪表", "环境", "自动化", "检测", "能源", "食品")
_PLACE = ("Ash", "Brook", "Carrow", "Elm", "Fenn", "Hart", "Larch", "Mill", "North", "Stone", "Thorn", "West")
_ENDING = ("bridge", "dale", "field", "gate", "ham", "hurst", "mere", "wick")
_BUSINESS = ("Analytics", "Diagnostics", "Foods", "Instruments", "Labs", "Materials", "Optics", "Water")


def customer_name(rep: Employee, number: int, rng: Random) -> str:
    """E.g. ``C1017-004 海澜医疗``; unique in the company by its first part."""
    code = f"C{rep.external_id.removeprefix('YF-')}-{number:03}"
    if rep.zone == roster.SHANGHAI:
        return f"{code} {rng.choice(_FIRST)}{rng.choice(_SECOND)}{rng.choice(_TRADE)}"
    return f"{code} {rng.choice(_PLACE)}{rng.choice(_ENDING)} {rng.choice(_BUSINESS)}"
