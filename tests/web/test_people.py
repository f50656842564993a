"""People: the tree, one person with history, roles given and taken back, accounts, and who sees what."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, insert, select, update

from reviewflow.core.policy.visibility import VISIBLE
from reviewflow.store import db, managers
from reviewflow.store.accounts import Account, FormPost
from reviewflow.store.audit import Audit
from reviewflow.store.people import Membership, Person, ReportingLine, RoleGrant
from reviewflow.web import database
from reviewflow.web.pages.people.access import GROUPS
from tests.cast import Cast
from tests.counting import counted
from tests.web.browser import Browser
from tests.web.reading import main_of, words_of
from tests.web.stage import Stage
from tests.web.test_cycles import NAMES, promote
from tests.web.test_inbox import english, headline

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
CAST_WORDS = {"Company", "Sales", "East", "Office", "sales", "director", "manager", "rep", "finance", "clerk",
              "example", "com", "English", "Asia", "Shanghai", "lin", "hu"}  # fmt: skip


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up)


class TestWhoSeesIt:
    @pytest.mark.parametrize("login", ["lin", "wang", "director", "fang", "zhao"])
    def test_nobody_without_the_role(self, signed_up: Cast, browser: Make, login: str) -> None:
        who = browser(login)
        for path in ("/people", f"/people/{signed_up.lin}", "/people/access", "/people/import"):
            assert who.open(path).status == 403, path

    def test_of_ones_own_units_only(self, stage: Stage, browser: Make) -> None:
        promote(stage, "hrbp", stage.cast.sales)
        zhao = browser("zhao").open("/people")
        assert headline(zhao) == "2 people in Sales"
        assert zhao.open(f"/people?unit={stage.cast.office}").status == 404
        assert zhao.open(f"/people/{stage.cast.lin}").status == 200
        assert zhao.open(f"/people/{stage.cast.hu}").status == 404
        text = main_of(zhao.open(f"/people/{stage.cast.lin}"))
        assert "Grant a role" not in text
        assert "Switch off" not in text

    def test_an_administrator_gives_roles_and_imports_nobody(self, stage: Stage, browser: Make) -> None:
        promote(stage, "system_admin", stage.cast.company)
        zhao = browser("zhao").open("/people")
        assert "/people/import" not in zhao.text
        assert "Grant a role" in zhao.open(f"/people/{stage.cast.lin}").text


class TestTheTree:
    def test_step_by_step(self, signed_up: Cast, browser: Make) -> None:
        hu = english(browser("hu")).open("/people")
        assert headline(hu) == "6 people in Company"
        assert [m for m in re.findall(r"<span>(\w+)</span><span>(\d*)</span>", main_of(hu))] == [
            ("Company", "6"), ("Office", "3"), ("Sales", "2"),
        ]  # fmt: skip
        hu.open(f"/people?unit={signed_up.sales}")
        assert headline(hu) == "2 people in Sales"
        assert "Lin Yue" in hu.text
        assert "Zhao Lei" not in hu.text

    def test_by_name_and_by_id(self, signed_up: Cast, browser: Make) -> None:
        hu = english(browser("hu"))
        assert "Zhao Lei" in hu.open("/people?q=zhao").text
        assert "Zhao Lei" in hu.open("/people?q=p006").text
        assert "Nobody is called that here" in hu.open("/people?q=100%25").text

    def test_who_left_has_a_tab_of_their_own(self, signed_up: Cast, browser: Make, engine: Engine) -> None:
        with db.write(engine) as session:
            session.execute(
                update(Person).where(Person.id == signed_up.lin).values(left_on=date(2026, 1, 31))
            )
        hu = english(browser("hu")).open("/people")
        assert headline(hu) == "5 people in Company"
        assert "Lin Yue" not in hu.text
        hu.open("/people?show=gone")
        assert headline(hu) == "Who left Company"
        assert "31 Jan" in hu.text


class TestAPerson:
    def test_history_managers_reviews_and_reports(self, stage: Stage, browser: Make, engine: Engine) -> None:
        lin, wang, director = stage.cast.lin, stage.cast.wang, stage.cast.director
        stage.begin()
        with db.write(engine) as session:
            mine = Membership.person_id == lin
            session.execute(update(Membership).where(mine).values(until_on=date(2025, 3, 1)))
            new = {"unit_id": stage.cast.sales, "position": "key account", "from_on": date(2025, 3, 1)}
            session.execute(insert(Membership).values(person_id=lin, **new))
            line = {"person_id": lin, "manager_id": director, "kind": "dotted", "from_on": date(2025, 3, 1)}
            session.execute(insert(ReportingLine).values(**line))
        hu = english(browser("hu")).open(f"/people/{lin}")
        text = main_of(hu)
        assert headline(hu) == "Lin Yue"
        assert "key account · Sales · reports to Wang Fang" in text
        assert "5 Jan 2009 until 28 Feb 2025" in text
        assert "since 1 Mar 2025" in text
        assert ">dotted<" in text
        assert ">in effect<" not in text, "the imported line says it already"
        assert f'href="/reviews/{stage.review()}"' in text
        assert f'href="/people/{lin}"' in main_of(hu.open(f"/people/{wang}")), "among the reports"

    def test_hr_who_stands_in_is_not_called_a_manager(
        self, signed_up: Cast, browser: Make, engine: Engine
    ) -> None:
        with db.write(engine) as session:
            managers.rewrite_effective_lines(session)
        hu = english(browser("hu")).open(f"/people/{signed_up.director}")
        assert "no manager; HR stands in: Hu Min" in main_of(hu)
        assert "HR, who stands in: there is no manager" in main_of(hu)
        assert "reports to" not in main_of(hu)
        assert "stands in" not in main_of(hu.open(f"/people/{signed_up.lin}"))

    def test_nobody_there(self, signed_up: Cast, browser: Make) -> None:
        assert browser("hu").open("/people/999").status == 404

    def test_who_sees_what_of_somebody(self, signed_up: Cast, browser: Make) -> None:
        text = main_of(english(browser("hu")).open(f"/people/{signed_up.lin}"))
        rows = {
            row[0]: row[1] for row in re.findall(r'class="main"[^>]*>([^<]+)</td><td[^>]*>([^<]+)</td>', text)
        }
        assert rows == {
            "HR": "Hu Min", "Manager": "Wang Fang", "Sales director": "Deng Rui", "Finance": "Fang Jie",
        }  # fmt: skip
        assert "once released: Feedback letter" in text


class TestRoles:
    def test_given_and_taken_back(self, signed_up: Cast, browser: Make, engine: Engine) -> None:
        hu = english(browser("hu")).open(f"/people/{signed_up.zhao}")
        form = hu.form(f"/people/{signed_up.zhao}/roles")
        hu.send(form, role="auditor", unit=str(signed_up.company))
        assert "The role is granted." in hu.text
        assert "<b>Auditor</b> · Company" in hu.text
        assert "granted by Hu Min" in hu.text
        assert browser("zhao").open("/cycles").status == 200
        with db.read(engine) as session:
            grant = session.scalars(select(RoleGrant.id).where(RoleGrant.role == "auditor")).one()
        hu.submit(f"/people/{signed_up.zhao}/roles/{grant}/end")
        assert "The role ends today." in hu.text
        assert browser("zhao").open("/cycles").status == 403

    def test_dates_the_wrong_way_round_keep_the_form(self, signed_up: Cast, browser: Make) -> None:
        hu = english(browser("hu")).open(f"/people/{signed_up.zhao}")
        path = f"/people/{signed_up.zhao}/roles"
        hu.submit(path, role="auditor", unit="1", from_on="2026-05-01", until_on="2026-04-01")
        assert hu.status == 409
        assert "The role must begin before it ends." in hu.text
        hu.open(f"/people/{signed_up.zhao}").submit(path, role="auditor", unit="1", from_on="soon")
        assert hu.status == 422
        assert 'value="soon"' in hu.text

    def test_nobody_gives_a_role_to_themselves(self, signed_up: Cast, browser: Make) -> None:
        hu = english(browser("hu")).open(f"/people/{signed_up.hu}")
        assert "Nobody changes their own roles." in hu.text
        assert f"/people/{signed_up.hu}/roles" not in hu.text

    def test_a_grant_of_somebody_else_is_not_ended_here(
        self, signed_up: Cast, browser: Make, engine: Engine
    ) -> None:
        hu = browser("hu").open("/settings")
        token = dict(hu.form("/settings").fields)["csrf_token"]
        with db.read(engine) as session:
            grant = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == signed_up.fang)).one()
        sent = {"csrf_token": token, "form_key": "0" * 32}
        assert hu.post(f"/people/{signed_up.lin}/roles/{grant}/end", **sent).status == 404


class TestAccounts:
    @pytest.fixture
    def without(self, signed_up: Cast, engine: Engine) -> int:
        """Zhao without an account."""
        with db.write(engine) as session:
            session.execute(delete(Account).where(Account.person_id == signed_up.zhao))
        return signed_up.zhao

    def test_opened_and_used(self, without: int, app: Flask, browser: Make, engine: Engine) -> None:
        hu = english(browser("hu")).open(f"/people/{without}")
        assert "No account yet: Zhao Lei cannot sign in." in hu.text
        hu.submit(f"/people/{without}/account", login="zhao.lei", password="a first password")
        assert "The account is open." in hu.text
        assert "a first password" not in hu.text
        zhao = Browser(app).sign_in("zhao.lei", "a first password")
        assert (zhao.status, zhao.path) == (200, "/password")
        assert "put_off" in zhao.open("/signed-in-for").text, "the script of that page asks this"
        with db.read(engine) as session:
            kept = " ".join(str(row) for row in session.execute(select(FormPost.__table__)))
            said = " ".join(session.scalars(select(Audit.detail)).all())
        assert "a first password" not in kept + said

    def test_the_key_of_the_form_is_not_bound_to_the_password(
        self, without: int, browser: Make, engine: Engine
    ) -> None:
        """A plain digest of it would lie in the database."""
        hu = english(browser("hu")).open(f"/people/{without}")
        form = hu.form(f"/people/{without}/account")
        hu.send(form, login="zhao.lei", password="a first password")
        with db.read(engine) as session:
            first = session.scalars(select(FormPost.body_digest).order_by(FormPost.at.desc())).first()
            session.rollback()
        with db.write(engine) as session:
            session.execute(delete(Account).where(Account.person_id == without))
            session.execute(delete(FormPost))
        hu.send(form, login="zhao.lei", password="quite another one")
        with db.read(engine) as session:
            assert session.scalars(select(FormPost.body_digest).order_by(FormPost.at.desc())).first() == first

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"login": "zhao.lei", "password": "short"}, "At least 12 characters."),
            ({"login": "", "password": "a first password"}, "Choose a sign-in name."),
        ],
    )
    def test_the_form_says_what_is_missing(
        self, without: int, browser: Make, values: dict[str, str], words: str
    ) -> None:
        hu = english(browser("hu")).open(f"/people/{without}").submit(f"/people/{without}/account", **values)
        assert hu.status == 422
        assert words in hu.text

    def test_a_name_that_is_taken(self, without: int, browser: Make) -> None:
        hu = english(browser("hu")).open(f"/people/{without}")
        hu.submit(f"/people/{without}/account", login="LIN", password="a first password")
        assert hu.status == 409

    def test_switched_off_ends_every_session(self, signed_up: Cast, browser: Make) -> None:
        lin, hu = browser("lin"), english(browser("hu"))
        hu.open(f"/people/{signed_up.lin}").submit(f"/people/{signed_up.lin}/account/off")
        assert "The account is off" in hu.text
        assert lin.open("/settings").path == "/sign-in"
        hu.submit(f"/people/{signed_up.lin}/account/on")
        assert "The account is on again." in hu.text

    def test_not_ones_own(self, signed_up: Cast, browser: Make) -> None:
        hu = browser("hu").open(f"/people/{signed_up.hu}")
        assert "account/off" not in hu.text
        token = dict(hu.open("/settings").form("/settings").fields)["csrf_token"]
        sent = {"csrf_token": token, "form_key": "0" * 32}
        assert hu.post(f"/people/{signed_up.hu}/account/off", **sent).status == 403


def test_every_group_of_fields_has_a_name() -> None:
    assert set(GROUPS) == set(VISIBLE)


def test_who_sees_what_is_the_policy_itself(signed_up: Cast, browser: Make) -> None:
    text = main_of(english(browser("hu")).open("/people/access"))
    rating = re.findall(r'<th scope="row">Rating</th>(.*?)</tr>', text, re.S)[0]
    cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", rating, re.S)]
    assert cells == ["", "", "", "once released", "once figures are frozen", "once rated", "–"]
    assert rating.count('aria-label="always"') == 3


def test_the_pages_speak_chinese_and_ask_little(app: Flask, stage: Stage, browser: Make) -> None:
    stage.begin()
    hu = browser("hu")
    with app.app_context():
        engine = database.engine()
    for path in (
        "/people",
        f"/people/{stage.cast.lin}",
        f"/people/{stage.cast.hu}",
        "/people/access",
        "/people?q=x",
    ):
        page = hu.open(path)
        assert not words_of(page) - NAMES - CAST_WORDS, path
        with counted(engine) as queries:
            hu.open(path)
        assert len(queries) <= 15, (path, len(queries))
