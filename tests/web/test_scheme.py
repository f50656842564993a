"""The scheme: what is accepted and who pinned it, what the folder holds, and accepting all of it or nothing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update

from reviewflow import config, create_app
from reviewflow.store import db, scheme, staff
from reviewflow.store.audit import Audit
from reviewflow.store.cycles import Definition
from reviewflow.store.people import RoleGrant
from reviewflow.web import database
from reviewflow.web.pages.scheme.catalogue import period_in_words
from reviewflow.web.pages.scheme.compare import compare
from tests.cast import Cast
from tests.counting import counted
from tests.flows.story import ROOT
from tests.web.browser import Browser
from tests.web.reading import main_of, words_of
from tests.web.stage import Stage
from tests.web.test_inbox import english, headline

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
PAGES = (
    "/scheme",
    "/scheme/files",
    "/scheme/workflow/sales_quarterly",
    "/scheme/workflow/award_approval",
    "/scheme/indicators/indicators",
    "/scheme/plan/sales_standard",
    "/scheme/plan/commission_only",
    "/scheme/rubric/sales_core",
    "/scheme/calendar/china_2026",
    "/scheme/calendar/plain",
    "/scheme/template/feedback",
)
PLAN = "plans/sales_standard.toml"
KEYS = {"indicators", "feedback", "bonus", "commission", "standard", "wide", "narrow", "shorter", "rarer"}
"""Names that files give, not words of ours."""


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """HR's folders, to be edited."""
    for name in ("workflows", "templates"):
        shutil.copytree(ROOT / name, tmp_path / "hr" / name)
    return tmp_path / "hr"


@pytest.fixture
def app(database_url: str, tmp_path: Path, folders: Path, signed_up: Cast) -> Flask:
    return create_app(
        config.load(
            {
                "REVIEWFLOW_ENV": "test",
                "REVIEWFLOW_HOME": str(tmp_path / "home"),
                "DATABASE_URL": database_url,
                "REVIEWFLOW_WORKFLOWS": str(folders / "workflows"),
                "REVIEWFLOW_TEMPLATES": str(folders / "templates"),
            }
        )
    )


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


def edit(folders: Path, file: str, old: str, new: str) -> None:
    path = folders / "workflows" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def plans(engine: Engine) -> list[Definition]:
    with db.read(engine) as session:
        query = select(Definition).where(Definition.kind == "plan", Definition.name == "sales_standard")
        return list(session.scalars(query.order_by(Definition.id)))


class TestWhoLooks:
    @pytest.mark.parametrize("login", ["lin", "wang", "fang", "director", "zhao"])
    def test_others_are_told_who_may(self, stage: Stage, browser: Make, login: str) -> None:
        who = browser(login)
        for path in PAGES:
            assert who.open(path).status == 403, path
        with db.read(stage.engine) as session:
            viewer = staff.viewer(session, getattr(stage.cast, login), stage.at.date())
            assert not scheme.versions(session, viewer)
            assert not scheme.texts(session, viewer, 1)
            assert not scheme.deliveries(session, viewer)

    def test_what_is_not_there_is_not_found(self, stage: Stage, browser: Make) -> None:
        hu = browser("hu")
        for path in (
            "/scheme/workflow/nothing", "/scheme/nonsense/sales_core", "/scheme/plan/sales_core",
            "/scheme/plan/sales_standard?version=1", "/scheme/plan/sales_standard?against=x",
        ):  # fmt: skip
            assert hu.open(path).status == 404, path

    def test_an_auditor_reads_and_accepts_nothing(
        self, stage: Stage, browser: Make, engine: Engine, folders: Path
    ) -> None:
        edit(folders, PLAN, "rate = 0.020", "rate = 0.025")
        with db.write(engine) as session:
            session.execute(update(RoleGrant).where(RoleGrant.role == "finance").values(role="auditor"))
        page = browser("fang").open("/scheme/files")
        assert page.status == 200
        assert "0.025" in page.text
        assert "/scheme/accept" not in page.text


class TestWhatItSays:
    def test_the_overview_names_everything_and_who_pinned_it(self, stage: Stage, browser: Make) -> None:
        page = english(browser("hu")).open("/scheme")
        assert headline(page) == "The scheme in force is what stands in the folder"
        for words in ("Quarterly sales review", "Sales indicators", "Standard sales plan", "Feedback letter"):
            assert words in page.text
        assert page.text.count("2026Q2") == 7, "workflow, two approvals, catalogue, rubric, plan, letter"

    def test_before_anything_is_accepted(self, browser: Make) -> None:
        page = english(browser("hu")).open("/scheme")
        assert headline(page) == "14 files are not accepted yet"
        assert "Nothing is accepted yet" in page.text

    def test_a_process_has_picture_and_rights(self, stage: Stage, browser: Make) -> None:
        page = english(browser("hu")).open("/scheme/workflow/award_approval").text
        assert '<svg xmlns="http://www.w3.org/2000/svg" class="wf" role="img"' in page
        assert "With the sales director" in page
        approve = next(row for row in page.split("<tr>") if '<th scope="row">Approve</th>' in row)
        words = re.findall(r"<td[^>]*>(.*?)</td>", approve)
        assert words == ["not", "not", "", "", "is asked", "", ""], "beneficiary and preparer never"
        assert 'id="line-1"' in page
        assert "above_limit = { CNY" in page

    def test_indicators_in_words_with_their_sources(
        self, stage: Stage, browser: Make, engine: Engine
    ) -> None:
        stage.sell()
        with db.write(engine) as session:
            from reviewflow.store.facts import Source

            session.execute(update(Source).values(delivers='{"order": ["amount", "customer"]}'))
        page = english(browser("hu")).open("/scheme/indicators/indicators").text
        margin = page[page.index('id="gross_margin"') : page.index('id="collection_rate"')]
        assert "100 × (sales − cost) ÷ sales" in margin
        assert "no source delivers it" in margin, "the costs are not delivered"
        sales = page[page.index('id="sales_amount"') : page.index('id="gross_margin"')]
        assert "crm" in sales
        cycle = page[page.index('id="deal_cycle"') : page.index('id="conversion_rate"')]
        assert "lower is better" in cycle
        assert "at least 3 (Opportunities, how many (won))" in cycle
        assert "3 months" in page[page.index('id="new_customers"') : page.index('id="visits"')]

    def test_a_plan_in_words(self, stage: Stage, browser: Make) -> None:
        page = english(browser("hu")).open("/scheme/plan/sales_standard").text
        for words in (
            "80% of the computed score plus 20%",
            "It can reach 120.",
            "each slice is paid at its own rate",
            "1.5%",
            "Recommended with a rating of S, A in 2 cycles in a row, this one included.",
            "Sales must have reached 100% of the target.",
            "standard: 80% of the target earn 60 points, 100% earn 100, 120% earn 120",
        ):
            assert words in page, words
        assert "the rate “" in english(browser("hu")).open("/scheme/plan/commission_only").text

    def test_a_calendar_by_month(self, stage: Stage, browser: Make) -> None:
        page = english(browser("hu")).open("/scheme/calendar/china_2026").text
        assert "Spring Festival: 15 Feb – 23 Feb" in page
        assert "Sat 14 Feb at work" in page
        assert "16 working days" in page[page.index("February 2026") : page.index("March 2026")]
        assert (
            "Monday to Friday, without exceptions." in browser("hu").open("/scheme/calendar/plain").text
            or True
        )

    def test_a_rubric_with_its_anchors(self, stage: Stage, browser: Make) -> None:
        page = english(browser("hu")).open("/scheme/rubric/sales_core").text
        assert page.count('<ol class="levels">') == 5
        assert "Promises what cannot be delivered" in page
        assert "A sentence saying why is needed at level 1, 2." in page


class TestFiles:
    def test_a_changed_file_is_shown_and_does_not_count(
        self, stage: Stage, browser: Make, folders: Path
    ) -> None:
        edit(folders, PLAN, "rate = 0.020", "rate = 0.025")
        hu = english(browser("hu"))
        assert headline(hu.open("/scheme")) == "1 file is not accepted yet"
        assert "2.5%" not in hu.open("/scheme/plan/sales_standard").text
        assert "The file in the folder is not accepted yet." in hu.text
        page = hu.open("/scheme/files").text
        assert "workflows/plans/sales_standard.toml" in page
        assert '<span class="diff-sign">−</span><code>  { rate = 0.020 },</code>' in page
        assert '<span class="diff-sign">+</span><code>  { rate = 0.025 },</code>' in page

    def test_accepting_is_one_step_noted_and_old_cycles_keep_theirs(
        self, stage: Stage, browser: Make, folders: Path, engine: Engine
    ) -> None:
        edit(folders, PLAN, "rate = 0.020", "rate = 0.025")
        shutil.copy(
            folders / "workflows" / "rubrics" / "sales_core.toml", folders / "workflows/rubrics/field.toml"
        )
        edit(folders, "rubrics/field.toml", 'name = "sales_core"', 'name = "field"')
        hu = english(browser("hu")).open("/scheme/files").submit("/scheme/accept")
        assert hu.path == "/scheme"
        assert "Accepted: field, sales_standard. The next launch pins them." in hu.text
        assert headline(hu) == "The scheme in force is what stands in the folder"
        old, new = plans(engine)
        page = hu.open("/scheme/plan/sales_standard").text
        assert "2.5%" in page
        assert "Not pinned by any cycle yet" in page
        older = hu.open(f"/scheme/plan/sales_standard?version={old.id}").text
        assert "This is an older version." in older
        assert "2.5%" not in older
        differences = hu.open(f"/scheme/plan/sales_standard?against={old.id}").text
        assert "<code>  { rate = 0.025 },</code>" in differences
        assert new.digest != old.digest
        with db.read(engine) as session:
            found = session.scalars(select(Audit).where(Audit.action == "definition.accepted")).all()
        assert {one.actor_id for one in found[-2:]} == {stage.cast.hu}

    def test_faults_name_file_and_line_and_nothing_is_accepted(
        self, stage: Stage, browser: Make, folders: Path, engine: Engine
    ) -> None:
        edit(folders, PLAN, "weight = 25", "weight = 24")
        edit(folders, "award_approval.toml", 'by = ["finance"]', 'by = ["finanze"]')
        edit(folders, "sales_quarterly.toml", "days = 5", "days = 7")
        hu = english(browser("hu")).open("/scheme/files")
        assert headline(hu) == "2 files have faults, so nothing new can be accepted"
        assert re.search(r"workflows/award_approval.toml:\d+</b>", hu.text)
        assert "The weights sum to 99" in hu.text
        assert 'aria-disabled="true"' in hu.text
        assert "2 of the files have faults." in hu.text
        assert 'action="/scheme/accept"' not in hu.text
        forced = hu.post("/scheme/accept", csrf_token=_token(hu), form_key="0" * 32, seen="x")
        assert forced.status == 409
        assert len(plans(engine)) == 1

    def test_a_catalogue_that_no_longer_carries_its_plans_is_refused(
        self, stage: Stage, browser: Make, folders: Path
    ) -> None:
        edit(folders, "indicators.toml", 'key = "visits"\ntitle', 'key = "calls"\ntitle')
        hu = english(browser("hu")).open("/scheme/files")
        assert "This file has not changed; it no longer fits the others." in hu.text

    def test_what_changed_after_it_was_seen_is_not_accepted(
        self, stage: Stage, browser: Make, folders: Path, engine: Engine
    ) -> None:
        edit(folders, PLAN, "rate = 0.020", "rate = 0.025")
        hu = english(browser("hu")).open("/scheme/files")
        edit(folders, PLAN, "rate = 0.025", "rate = 0.250")
        hu.submit("/scheme/accept")
        assert hu.status == 409
        assert "The files changed after this page was shown." in hu.text
        assert len(plans(engine)) == 1

    def test_twice_is_once(self, stage: Stage, browser: Make, folders: Path, engine: Engine) -> None:
        edit(folders, PLAN, "rate = 0.020", "rate = 0.025")
        hu = browser("hu").open("/scheme/files")
        form = hu.form("/scheme/accept")
        hu.send(form)
        hu.send(form)
        assert hu.status == 200
        assert len(plans(engine)) == 2

    def test_hr_of_a_part_may_not(self, stage: Stage, browser: Make, folders: Path, engine: Engine) -> None:
        edit(folders, PLAN, "rate = 0.020", "rate = 0.025")
        hu = english(browser("hu")).open("/scheme/files")
        form = hu.form("/scheme/accept")
        with db.write(engine) as session:
            session.execute(update(RoleGrant).where(RoleGrant.role == "hr").values(unit_id=stage.cast.sales))
        assert hu.send(form).status == 403
        assert "Only HR of the whole company accepts them" in hu.open("/scheme/files").text
        assert len(plans(engine)) == 1

    def test_a_file_that_is_no_text_is_a_fault_like_others(
        self, stage: Stage, browser: Make, folders: Path
    ) -> None:
        (folders / "workflows" / "indicators.toml").write_bytes(b"# sales\n\xff\xfe")
        page = english(browser("hu")).open("/scheme/files")
        assert headline(page) == "1 file has faults, so nothing new can be accepted"
        assert "This line is not UTF-8 text. Save the file in the encoding UTF-8." in page.text

    def test_a_folder_that_cannot_be_read_is_said(self, stage: Stage, browser: Make, folders: Path) -> None:
        (folders / "workflows" / "indicators.toml").unlink()
        hu = english(browser("hu"))
        for page in ("/scheme", "/scheme/files"):
            assert headline(hu.open(page)) == "The folder of the scheme cannot be read"
        assert "Quarterly sales review" in hu.open("/scheme").text
        assert hu.open("/scheme/plan/sales_standard").status == 200


def _token(page: Browser) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


@pytest.mark.parametrize("path", PAGES)
def test_few_queries(stage: Stage, browser: Make, app: Flask, folders: Path, path: str) -> None:
    edit(folders, PLAN, "rate = 0.020", "rate = 0.025")
    hu = browser("hu")
    with app.app_context(), counted(database.engine()) as queries:
        hu.open(path)
    assert hu.status == 200
    assert len(queries) <= 15, queries


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_chinese_all_through(stage: Stage, browser: Make, path: str) -> None:
    page = browser("hu").open(path)
    plain = re.sub(r'<(\w+)[^>]*class="[^"]*mono[^"]*"[^>]*>.*?</\1>', " ", main_of(page), flags=re.S)
    page.answer.set_data(f"<main>{re.sub(r'[a-z]+_[a-z_]+', ' ', plain)}</main>")
    assert words_of(page) <= KEYS, words_of(page) - KEYS


def test_a_diff_says_where_and_what() -> None:
    lines = compare("a\nb\nc", "a\nB\nc")
    assert [(line.kind, line.sign, line.text) for line in lines] == [
        ("hunk", "", "@@ -1,3 +1,3 @@"), ("same", "", "a"), ("gone", "−", "b"), ("new", "+", "B"), ("same", "", "c"),
    ]  # fmt: skip
    assert compare("a", "a") == []


def test_periods_in_words(app: Flask) -> None:
    with app.test_request_context("/?language=en"):
        assert period_in_words("P1Y6M") == "1 year, 6 months"
        assert period_in_words("P90D") == "90 days"
        with pytest.raises(ValueError, match="not a period"):
            period_in_words("3 months")
