"""`reviewflow workflow check | draw | roles` as somebody types it."""

from __future__ import annotations

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from reviewflow.cli.workflow import command
from tests.core.workflow.files import FOLDER, TEXTS, line_of


def _run(*words: str | Path) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped folder, to be spoiled."""
    return Path(shutil.copytree(FOLDER, tmp_path / "workflows"))


def test_the_shipped_files_are_accepted() -> None:
    result = _run("check", "--folder", FOLDER, "--language", "en")
    assert result.exit_code == 0
    said = result.output.splitlines()
    used = sorted(
        f"{path}: no faults."
        for name in ("plans", "rubrics", "calendars")
        for path in FOLDER.glob(f"{name}/*")
    )
    assert (said[0], sorted(said[6:])) == (f"{FOLDER}/indicators.toml: no faults.", used)
    assert said[1:6] == [
        f"{FOLDER}/appraisal_annual.toml: no faults, 12 stages, 20 moves.",
        f"{FOLDER}/award_approval.toml: no faults, 8 stages, 10 moves.",
        f"{FOLDER}/promotion_approval.toml: no faults, 6 stages, 8 moves.",
        f"{FOLDER}/sales_monthly.toml: no faults, 8 stages, 14 moves.",
        f"{FOLDER}/sales_quarterly.toml: no faults, 11 stages, 19 moves.",
    ]


def test_faults_of_several_files_come_together_with_file_and_line(folder: Path) -> None:
    quarterly, award = folder / "sales_quarterly.toml", folder / "award_approval.toml"
    quarterly.write_text(TEXTS["sales_quarterly"].replace('["weights_sum', '["weight_sum'), "utf-8")
    award.write_text(TEXTS["award_approval"].replace('by = ["finance"]', 'by = ["reviewee"]', 1), "utf-8")
    result = _run("check", "--language", "en", award, quarterly)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert any(
        line.startswith(f"{award}:") and "Nobody can hold the role “reviewee” here" in line for line in lines
    )


def test_plans_and_indicators_are_checked_with_the_processes_and_hide_none_of_each_other(
    folder: Path,
) -> None:
    """Weights of 95, tiers out of order, a measure that is not there: all in one run, each with its line."""
    catalogue, plan = folder / "indicators.toml", folder / "plans" / "sales_standard.toml"
    spoilt = catalogue.read_text("utf-8").replace('formula = "sales"', 'formula = "sale"', 1)
    catalogue.write_text(spoilt, "utf-8")
    weights = plan.read_text("utf-8").replace("weight = 25", "weight = 20", 1)
    plan.write_text("\ufeff" + weights, "utf-8")
    result = _run("check", "--folder", folder, "--language", "en")
    assert result.exit_code == 1
    faults = [line for line in result.output.splitlines() if "no faults" not in line]
    assert [line.partition(":")[0] for line in faults if line.startswith(str(catalogue))]
    assert any(line.startswith(f"{plan}:") and "sum to 95" in line for line in faults)
    alone = _run("check", "--language", "en", plan).output.splitlines()
    assert alone == [line for line in faults if line.startswith(f"{plan}:")]


def test_each_fault_is_a_sentence_in_the_language_asked_for(folder: Path) -> None:
    path = folder / "sales_quarterly.toml"
    text = TEXTS["sales_quarterly"].replace('needs = ["rating_set"]', 'needs = ["ratings_set"]', 1)
    path.write_text(text, "utf-8")
    line = line_of(text, "ratings_set")
    assert _run("check", "--language", "en", path).output == (
        f"{path}:{line}: There is no guard “ratings_set”; there is: rating_set.\n"
    )
    assert _run("check", "--language", "zh", path).output == (
        f"{path}:{line}: 没有条件“ratings_set”；可用：rating_set。\n"
    )


def test_what_surrounds_a_file_is_checked_too(folder: Path) -> None:
    path = folder / "team_quarterly.toml"
    text = TEXTS["sales_quarterly"].replace('rubric = "sales_core"', 'rubric = "gone"')
    text = text.replace('award = "award_approval"', 'award = "sales_monthly"')
    path.write_text(text, "utf-8")
    uses = line_of(text, "uses   =")
    result = _run("check", "--language", "en", path)
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"{path}:2: The workflow is called “sales_quarterly”, but its file is team_quarterly.toml. "
        "Give both the same name.",
        f"{path}:{uses}: “rubric” names a file that is not there: {folder}/rubrics/gone.toml.",
        f"{path}:{uses}: “award” needs a workflow of the kind “award”; {folder}/sales_monthly.toml is none.",
    ]


def test_a_file_in_another_encoding_is_named_and_a_byte_order_mark_is_no_matter(folder: Path) -> None:
    path = folder / "sales_quarterly.toml"
    path.write_bytes(TEXTS["sales_quarterly"].encode("gb18030"))
    result = _run("check", "--language", "en", path)
    assert result.exit_code == 1
    assert result.output == f"{path}:4: This line is not UTF-8 text. Save the file in the encoding UTF-8.\n"
    path.write_bytes(b"\xef\xbb\xbf" + TEXTS["sales_quarterly"].encode())
    assert _run("check", path).exit_code == 0


def test_a_syntax_error_is_said_with_its_line(folder: Path) -> None:
    path = folder / "sales_quarterly.toml"
    path.write_text("format = 1\nname = sales\n", "utf-8")
    result = _run("check", "--language", "en", path)
    assert result.exit_code == 1
    assert result.output.startswith(f"{path}:2: This is not valid TOML at column 8")


def test_roles_prints_the_kept_table() -> None:
    result = _run("roles", "--folder", FOLDER)
    assert result.exit_code == 0
    assert result.output == (FOLDER / "roles.txt").read_text("utf-8")


def test_draw_prints_or_writes_one_picture(tmp_path: Path) -> None:
    path = FOLDER / "award_approval.toml"
    printed = _run("draw", path, "--language", "zh")
    assert ElementTree.fromstring(printed.output).get("lang") == "zh"
    out = tmp_path / "award.svg"
    assert _run("draw", path, "--language", "zh", "--out", out).output == ""
    assert out.read_text("utf-8") == printed.output


def test_draw_and_roles_refuse_a_faulty_file_with_its_faults(folder: Path) -> None:
    path = folder / "award_approval.toml"
    path.write_text(TEXTS["award_approval"].replace("format = 1", "format = 2"), "utf-8")
    for word in ("draw", "roles"):
        result = _run(word, "--language", "en", path)
        assert result.exit_code == 1
        assert result.stderr == f"{path}:1: This format is not known. Write format = 1.\n"


@pytest.mark.parametrize("words", [(), ("check",), ("draw",), ("roles",)])
def test_help_says_what_it_does(words: tuple[str, ...]) -> None:
    result = _run(*words, "--help")
    assert result.exit_code == 0
    assert len(result.output.split()) > 30
