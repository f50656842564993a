"""Whole rehearsals: scratch database, real queue, real PDFs, simulated people. Numbers to the cent."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from reviewflow.core.values import half_up
from reviewflow.rehearsal.config import load
from reviewflow.rehearsal.run import rehearse
from tests.rehearsal.killing import killed_in_the_middle

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = os.environ.get("REVIEWFLOW_DATA")
outside = pytest.mark.skipif(
    not OUTSIDE, reason="REVIEWFLOW_DATA names no folder with the outside data sets; they are not shipped"
)


def play(config: Path, data: Path, out: Path) -> dict[str, Any]:
    report = rehearse(load(config), data, out, lambda day: None)
    assert report == json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["by_stage"] == {"closed": report["reviews"]}
    return report


def rows(out: Path, name: str) -> list[dict[str, str]]:
    with (out / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def scores(out: Path) -> dict[tuple[str, str], dict[str, str]]:
    return {(row["person_id"], row["indicator"]): row for row in rows(out, "scores.csv")}


def payroll_total(out: Path) -> Decimal:
    return sum((Decimal(row["amount"]) for row in rows(out, "payroll.csv")), Decimal(0))


def letters_of(out: Path) -> dict[str, str]:
    """Text of the letters by the person's id, with which their file names begin."""
    return {
        path.name.partition("_FB-")[0]: "".join(page.extract_text() for page in PdfReader(path).pages)
        for path in sorted((out / "letters").iterdir())
    }


MESSY = ROOT / "tests/data/messy"


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The settings of a running installation, as HR has them loaded; nothing may reach what they name."""
    home = tmp_path_factory.mktemp("operator")
    (home / "lake" / "facts").mkdir(parents=True)
    (home / "lake" / "facts" / "1.parquet").write_bytes(b"real")
    with pytest.MonkeyPatch.context() as loaded:
        for name, value in {
            "DATABASE_URL": f"sqlite:///{home / 'real.sqlite3'}",
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "REVIEWFLOW_HOME": str(home),
            "REVIEWFLOW_LAKE": str(home / "lake"),
            "REVIEWFLOW_MAIL_URL": "smtp://127.0.0.1:1",
            "REVIEWFLOW_MAIL_FROM": "hr@example.com",
        }.items():
            loaded.setenv(name, value)
        yield home


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory, operator: Path) -> Path:
    """What the messy set's rehearsal leaves, in a folder that an earlier one had used."""
    out = tmp_path_factory.mktemp("messy")
    (out / "letters").mkdir()
    (out / "letters" / "Somebody Else_FB-2025Q1-00001-R1.pdf").write_bytes(b"")
    play(MESSY / "rehearse.toml", MESSY, out)
    return out


def test_nothing_of_the_installation_at_hand_is_touched(messy: Path, operator: Path) -> None:
    touched = sorted(path.relative_to(operator) for path in operator.rglob("*") if path.is_file())
    assert touched == [Path("lake/facts/1.parquet")]


def test_killed_in_the_middle_of_real_work_nothing_is_lost_and_nothing_is_paid_twice(
    messy: Path, tmp_path: Path
) -> None:
    with killed_in_the_middle():
        play(MESSY / "rehearse.toml", MESSY, tmp_path)
    for name in ("scores.csv", "payroll.csv"):
        assert (tmp_path / name).read_bytes() == (messy / name).read_bytes(), name
    assert letters_of(tmp_path).keys() == letters_of(messy).keys()


def test_a_messy_set_by_mapping_alone(messy: Path) -> None:
    """Every system writes in another way; what is refused is said, and all figures come out exactly."""
    report = json.loads((messy / "report.json").read_text(encoding="utf-8"))
    assert (report["reviews"], report["letters"], report["awards"]) == (8, 8, 16)
    expected = json.loads((MESSY / "expected.json").read_text(encoding="utf-8"))["corrected"]
    found = scores(messy)
    for person, measures in expected.items():
        assert Decimal(found[person, "sales_amount"]["actual"]) == Decimal(measures["sales"]) / 100
        assert Decimal(found[person, "new_customers"]["actual"]) == measures["new"]
        assert found[person, "visits"]["actual"] == str(measures["visits"])
        rate = half_up(Fraction(100 * measures["collected"], measures["receivable"]), 4)
        assert Decimal(found[person, "collection_rate"]["actual"]) == rate
    assert payroll_total(messy) == Decimal(report["payroll_total"])
    texts = letters_of(messy)
    assert set(texts) == set(expected)
    assert "Māra Ozola" in texts["Māra Ozola"]
    refused = " ".join(report["problems"])
    for words in (
        "visits.csv: The column “When” is not in visits.csv",
        "orders.csv, line 172, Rep: Nobody has this id",
    ):
        assert words in refused


@outside
def test_the_first_quota_period_comes_out_to_the_cent(tmp_path: Path) -> None:
    """Golden: ten people, 39,440.45 in nine lines; representative 275 and 280 by name."""
    assert OUTSIDE is not None
    report = play(ROOT / "examples/adventureworks/rehearse.toml", Path(OUTSIDE) / "adventureworks", tmp_path)
    assert (report["reviews"], report["letters"], report["awards"]) == (10, 10, 10)
    assert (report["payroll_total"], report["currency"], report["problems"]) == ("39440.45", "USD", [])
    pay = {row["person_id"]: row for row in rows(tmp_path, "payroll.csv")}
    assert len(pay) == 9
    assert "274" not in pay
    assert (pay["275"]["amount"], pay["280"]["amount"]) == ("3657.07", "1913.28")
    assert {row["period"] for row in pay.values()} == {"2011-05-31/2011-08-30"}
    found = scores(tmp_path)
    first, second = found["275", "sales_amount"], found["280", "sales_amount"]
    assert (first["actual"], first["target"], first["attainment"]) == ("304755.6026", "367000", "83.0")
    assert (second["actual"], second["target"], second["attainment"]) == ("191328.4939", "165000", "116.0")
    sold = sum(Decimal(row["actual"]) for row in found.values())
    asked = sum(Decimal(row["target"]) for row in found.values())
    assert (sold, asked) == (Decimal("3193633.9687"), Decimal(3886000))
    texts = letters_of(tmp_path)
    assert set(texts) == {str(number) for number in range(274, 284)}
    assert "116.0%" in texts["280"]


@outside
def test_the_second_quarter_of_the_sales_pipeline(tmp_path: Path) -> None:
    """Golden: the won value of the quarter; targets are the first quarter times growth, and none without one."""
    assert OUTSIDE is not None
    report = play(ROOT / "examples/maven_crm/rehearse.toml", Path(OUTSIDE) / "maven_crm", tmp_path)
    assert (report["reviews"], report["letters"], report["problems"]) == (35, 35, [])
    found = scores(tmp_path)
    sold = sum(Decimal(row["actual"]) for (_, key), row in found.items() if key == "sales_amount")
    assert sold == 3086111
    computed = {key for (_, key), row in found.items() if row["actual"]}
    assert computed == {"sales_amount", "new_customers", "deal_cycle", "conversion_rate", "retention"}
    without = found["Carl Lin", "sales_amount"]
    assert (without["actual"], without["target"], without["score"]) == ("0", "", "")
    assert payroll_total(tmp_path) == Decimal(report["payroll_total"])
