"""Data: sources with their age, and an import from the file to the report, with what may go wrong."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, update

from reviewflow.core.viewer import Grant, Viewer
from reviewflow.services import collect
from reviewflow.store import clock, db, staff
from reviewflow.store.audit import Audit
from reviewflow.store.facts import BadRow, Landing, LandingBatch, Source, Staged, StagedFile
from reviewflow.store.people import Person
from reviewflow.web import database
from tests.cast import Cast
from tests.counting import counted
from tests.facts.staff import MAPPING as PEOPLE_MAPPING
from tests.web.browser import Browser
from tests.web.reading import words_of
from tests.web.stage import Stage
from tests.web.test_cycles import NAMES, promote
from tests.web.test_inbox import english, headline

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
START = "/data/import"
ORDERS = """order_no,owner_no,account,signed_on,net_amount
A-1,P003,Acme,2026-04-02,1200.50
A-2,P999,Beta,2026-04-03,900
A-3,P003,Gamma,2026-13-45,100
A-4,P003,Delta,2026-04-04,much
A-5,P003,Delta,2026-04-05,3400
"""


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up)


def send(who: Browser, *files: tuple[str, str], source: str = "", name: str = "crm") -> Browser:
    """Choose files on the first page and send them."""
    form = who.open(START).form(START)
    keys = {key: value for key, value in form.fields if key in ("csrf_token", "form_key")}
    data = {**keys, "source": source, "name": name}
    body = {**data, "files": [(BytesIO(text.encode()), file) for file, text in files]}
    answer = who.client.post(START, data=body, content_type="multipart/form-data", follow_redirects=True)
    return who._show(answer)


def digest(engine: Engine) -> str:
    with db.read(engine) as session:
        rows = [repr(tuple(row)) for model in (Staged, StagedFile, Source, LandingBatch, Landing, Person)
                for row in session.execute(select(model.__table__))]  # fmt: skip
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def rows(engine: Engine, model: type[Landing] | type[BadRow] | type[Staged]) -> int:
    with db.read(engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


class TestWhoSeesIt:
    @pytest.mark.parametrize("login", ["lin", "wang", "director", "fang", "zhao"])
    def test_nobody_without_the_role(self, signed_up: Cast, browser: Make, login: str) -> None:
        who = browser(login)
        for path in ("/data", START, "/data/imports/1"):
            assert who.open(path).status == 403, path

    def test_a_data_inputter_imports_and_an_auditor_looks(self, stage: Stage, browser: Make) -> None:
        promote(stage, "data_inputter", stage.cast.company)
        promote(stage, "auditor", stage.cast.company, stage.cast.fang)
        zhao, fang = browser("zhao"), browser("fang")
        assert headline(send(zhao, ("orders.csv", ORDERS))) == "Ready to import, 3 lines are refused"
        assert fang.open("/data").status == 200
        assert START not in fang.text
        assert fang.open(START).status == 403

    def test_the_role_for_a_part_of_the_company_draws_no_button_and_says_why(
        self, stage: Stage, browser: Make
    ) -> None:
        promote(stage, "data_inputter", stage.cast.sales)
        promote(stage, "hr", stage.cast.sales, stage.cast.wang)
        zhao, wang = english(browser("zhao")), english(browser("wang"))
        assert START not in zhao.open("/data").text
        page = zhao.open(START).text
        assert "You may import for a part of it only" in page
        assert 'type="file"' not in page
        assert "/people/import" not in wang.open("/people").text
        assert "/people/import" in browser("hu").open("/people").text

    def test_an_upload_is_its_senders_alone(self, stage: Stage, browser: Make) -> None:
        promote(stage, "data_inputter", stage.cast.company)
        path = send(browser("hu"), ("orders.csv", ORDERS)).path
        assert browser("zhao").open(path).status == 404
        assert browser("hu").open(path).status == 200


class TestTheSources:
    def test_before_the_first_file(self, signed_up: Cast, browser: Make) -> None:
        hu = english(browser("hu")).open("/data")
        assert headline(hu) == "No source delivers data yet"
        assert "Send a file" in hu.text

    def test_freshness_coverage_and_rows_of_today(
        self, signed_up: Cast, browser: Make, engine: Engine
    ) -> None:
        hu = english(browser("hu"))
        imported(hu)
        hu.open("/data")
        assert headline(hu) == "The source is alive, 1 id that nobody has"
        assert "P999" in hu.text
        assert "Orders until 5 Apr" in hu.text
        assert "today</span>" in hu.text
        assert 'class="count">' not in re.findall(r'href="/data".*?</a>', hu.text, re.S)[0]
        with db.write(engine) as session:
            now = clock.moment(session)
            session.execute(update(Source).values(last_ok_at=now.business - timedelta(days=9)))
        hu.open("/data")
        assert headline(hu) == "1 source is silent, 1 id that nobody has"
        assert "9 days ago" in hu.text
        assert 'class="count">1<' in re.findall(r'href="/data".*?</a>', hu.text, re.S)[0], (
            "the bar says so too"
        )

    def test_a_file_that_waits_can_be_gone_on_with(self, signed_up: Cast, browser: Make) -> None:
        hu = english(browser("hu"))
        path = send(hu, ("orders.csv", ORDERS)).path
        assert f'href="{path}"' in hu.open("/data").text
        hu.open(path).submit(f"{path}/drop")
        assert path not in hu.text
        assert hu.open(path).status == 404


def imported(hu: Browser) -> Browser:
    path = send(hu, ("orders.csv", ORDERS)).path
    return hu.submit(f"{path}/land")


class TestTheImport:
    def test_file_mapping_report_import_and_refused_lines(
        self, signed_up: Cast, browser: Make, engine: Engine
    ) -> None:
        hu = english(browser("hu"))
        send(hu, ("orders.csv", ORDERS))
        path = hu.path
        assert headline(hu) == "Ready to import, 3 lines are refused"
        assert rows(engine, Landing) == 0
        text = hu.text
        assert "Nobody has this id." in text
        assert "There is no such day in the calendar." in text
        assert "<q>much</q>" in text
        assert "person = &#34;owner_no&#34;" in text
        assert "Understood as: Orders" in text
        assert "1,200.5" in text
        hu.submit(f"{path}/land")
        assert "2 rows were taken in." in hu.text
        assert headline(hu) == "orders.csv: 3 lines were refused"
        assert (rows(engine, Landing), rows(engine, BadRow), rows(engine, Staged)) == (2, 3, 0)
        answer = hu.client.get(f"{hu.path}/refused.csv")
        assert answer.headers["Content-Disposition"] == "attachment; filename=orders.csv"
        refused = answer.get_data().decode("utf-8-sig")
        assert refused.splitlines()[0] == ORDERS.splitlines()[0]
        assert len(refused.splitlines()) == 4
        mended = refused.replace("P999", "P003").replace("2026-13-45", "2026-04-13").replace("much", "500")
        send(hu, ("orders.csv", mended), source="crm", name="")
        assert headline(hu) == "Ready to import"
        hu.submit(f"{hu.path}/land")
        assert headline(hu) == "orders.csv was imported whole"
        assert rows(engine, Landing) == 5

    def test_refused_lines_of_a_complete_file_are_mended_in_it(
        self, signed_up: Cast, browser: Make, engine: Engine
    ) -> None:
        hu = english(browser("hu"))
        path = send(hu, ("orders.csv", ORDERS)).path
        words = "Read as complete: orders.csv. Mend these lines in the whole file and send that"
        part = "After the import they can be downloaded, mended and sent again."
        assert (words in hu.text, part in hu.text) == (False, True)
        mapping = dict(hu.form(f"{path}/mapping").fields)["mapping"]
        complete = mapping.replace('kind = "order"', 'kind = "order"\ncomplete = true')
        hu.submit(f"{path}/mapping", mapping=complete)
        assert (words in hu.text, part in hu.text) == (True, False)
        hu.submit(f"{path}/land")
        assert headline(hu) == "orders.csv: 3 lines were refused"
        assert words in hu.text
        assert "import the file again" not in hu.text

    def test_the_report_warns_of_days_to_come(self, signed_up: Cast, browser: Make) -> None:
        later = ORDERS.replace("2026-04-05", "2199-04-05")
        hu = send(english(browser("hu")), ("orders.csv", later))
        assert "Rows dated later than today: 1. Lines: 6 (2199-04-05)." in hu.text

    def test_looking_at_the_report_writes_nothing(
        self, signed_up: Cast, browser: Make, engine: Engine
    ) -> None:
        hu = browser("hu")
        path = send(hu, ("orders.csv", ORDERS)).path
        before = digest(engine)
        for _ in range(2):
            hu.open(path)
        assert digest(engine) == before

    def test_sending_a_file_twice_changes_nothing(
        self, signed_up: Cast, browser: Make, engine: Engine
    ) -> None:
        hu = english(browser("hu"))
        imported(hu)
        send(hu, ("orders.csv", ORDERS), source="crm", name="")
        assert "sent before" in hu.text
        hu.submit(f"{hu.path}/land")
        assert rows(engine, Landing) == 2

    def test_faults_of_the_mapping_stand_with_their_lines_and_the_text_is_kept(
        self, signed_up: Cast, browser: Make, engine: Engine
    ) -> None:
        hu = english(browser("hu"))
        path = send(hu, ("orders.csv", ORDERS)).path
        mapping = dict(hu.form(f"{path}/mapping").fields)["mapping"]
        hu.submit(f"{path}/mapping", mapping=mapping.replace("zone", "zne").replace("amount", "amont"))
        assert headline(hu) == "The mapping has 4 faults"
        assert "<b>Line 4</b>" in hu.text
        assert "zne = " in hu.text
        assert f"{path}/land" not in hu.text
        hu.submit(f"{path}/mapping", mapping=mapping.replace("net_amount", "nett"))
        assert headline(hu) == "This cannot be imported yet"
        assert "The column “nett” is not in orders.csv." in hu.text
        assert hu.submit(f"{path}/mapping", mapping=mapping).path == path
        assert headline(hu) == "Ready to import, 3 lines are refused"
        with db.read(engine) as session:
            assert session.scalar(select(func.count()).select_from(Source)) == 0, "saved with the import only"

    def test_a_mapping_that_changed_meanwhile_is_shown_beside_mine(
        self, signed_up: Cast, browser: Make, engine: Engine
    ) -> None:
        hu = english(browser("hu"))
        imported(hu)
        path = send(hu, ("orders.csv", ORDERS.replace("A-", "B-")), source="crm", name="").path
        stale = hu.form(f"{path}/land")
        with db.write(engine) as session:
            now, who = (
                clock.moment(session),
                Viewer(signed_up.fang, (Grant("hr", 1),), clock.moment(session).business.date()),
            )
            saved = session.scalars(select(Source.mapping)).one()
            collect.accept_mapping(session, now, who, saved + "# theirs\n")
        hu.send(stale)
        assert hu.status == 409
        assert "Somebody saved another mapping of crm meanwhile." in hu.text
        hu.open(path)
        assert "# theirs" in hu.text
        assert f"{path}/land" not in hu.text
        keep = next(
            form for form in hu.forms() if "# theirs" not in dict(form.fields).get("mapping", "# theirs")
        )
        hu.send(keep)
        hu.submit(f"{path}/land")
        assert rows(engine, Landing) == 4

    def test_the_form_says_what_is_missing(self, signed_up: Cast, browser: Make) -> None:
        hu = english(browser("hu")).open(START)
        hu.submit(START, source="")
        assert hu.status == 422
        assert "2 things need mending:" in hu.text
        send(hu, ("orders.csv", ORDERS), name="My CRM")
        assert hu.status == 409
        assert "cannot be the name of a source" in hu.text

    def test_a_file_that_is_no_table(self, signed_up: Cast, browser: Make) -> None:
        hu = english(browser("hu"))
        send(hu, ("orders.csv", ""))
        assert headline(hu) == "This cannot be imported yet"
        assert "No columns can be read in this file." in hu.text


class TestPeople:
    FULL = "id,name,mail,hired,left,unit,job,boss\n"

    def people(self, *ids: str) -> str:
        return self.FULL + "".join(f"{one},Name {one},{one}@x.example,2020-01-01,,,rep,\n" for one in ids)

    def sent(self, hu: Browser, engine: Engine, text: str, complete: bool) -> str:
        """People come in by a mapping that is saved already."""
        mapping = PEOPLE_MAPPING.split("[[read]]")
        people = next(part for part in mapping if 'kind = "people"' in part)
        read = people.replace('key = "id"\n', 'key = "id"\ncomplete = true\n') if complete else people
        path = send(hu, ("people.csv", text), name="hr").path
        return hu.submit(f"{path}/mapping", mapping=f"{mapping[0]}[[read]]{read}").path

    def test_a_few_people_come_in(self, signed_up: Cast, browser: Make, engine: Engine) -> None:
        hu = english(browser("hu"))
        path = self.sent(hu, engine, self.people("N1", "N2"), complete=False)
        assert headline(hu) == "Ready to import"
        assert "Understood as: People" in hu.text
        hu.submit(f"{path}/land")
        assert "2 rows were taken in." in hu.text
        with db.read(engine) as session:
            assert session.scalar(select(Person.name).where(Person.external_id == "N1")) == "Name N1"

    def test_an_import_that_would_remove_most_people_is_stopped(
        self, signed_up: Cast, browser: Make, engine: Engine
    ) -> None:
        hu = english(browser("hu"))
        path = self.sent(hu, engine, self.people("P001"), complete=True)
        assert headline(hu) == "Stopped: this import needs a second look"
        assert "After this import 5 of 6 people (83%) would have left." in hu.text
        for name in ("Wang Fang", "Lin Yue", "Hu Min", "Fang Jie", "Zhao Lei"):
            assert name in hu.text
        hu.submit(f"{path}/land")
        assert hu.status == 422
        assert "Say why this is right." in hu.text
        with db.read(engine) as session:
            assert session.scalar(select(func.count()).where(Person.left_on.is_not(None))) == 0
        hu.open(path).submit(f"{path}/land", confirmed="The branch was sold.")
        with db.read(engine) as session:
            assert session.scalar(select(func.count()).where(Person.left_on.is_not(None))) == 5
            assert (
                "The branch was sold."
                in session.scalars(select(Audit.detail).where(Audit.action == "people.imported")).one()
            )

    def test_it_says_who_comes_back_with_which_roles_and_whose_id_changes(
        self, stage: Stage, browser: Make, engine: Engine
    ) -> None:
        promote(stage, "auditor", stage.cast.sales, stage.cast.zhao)
        with db.write(engine) as session:
            staff.leave(session, stage.cast.zhao, date(2026, 3, 31))
            everybody = session.execute(select(Person.external_id, Person.name, Person.email)).all()
        ids = {"P003": "N003"}
        text = self.FULL + "".join(f"{ids.get(k, k)},{n},{m},2009-01-05,,,rep,\n" for k, n, m in everybody)
        hu = english(browser("hu"))
        self.sent(hu, engine, text, complete=True)
        assert "1 person comes back" in hu.text
        assert "P006 Zhao Lei" in hu.text
        assert "Auditor of Sales" in hu.text
        assert "1 person gets another id" in hu.text
        assert "P003 → N003" in hu.text

    def test_a_data_inputter_imports_no_people(self, stage: Stage, browser: Make, engine: Engine) -> None:
        promote(stage, "data_inputter", stage.cast.company)
        zhao = browser("zhao")
        self.sent(zhao, engine, self.people("N1"), complete=False)
        assert headline(zhao) == "This cannot be imported yet"
        assert "People are imported by HR." in zhao.text

    def test_the_people_page_leads_here(self, signed_up: Cast, browser: Make) -> None:
        hu = english(browser("hu")).open("/people/import")
        assert (hu.path, headline(hu)) == (START, "Import people")


def test_it_speaks_chinese_and_asks_little(app: Flask, signed_up: Cast, browser: Make) -> None:
    hu = browser("hu")
    imported(hu)
    with app.app_context():
        engine = database.engine()
    batch = hu.path
    waiting = send(hu, ("orders.csv", ORDERS.replace("A-", "C-")), source="crm", name="").path
    own = {"crm", "orders", "csv", "Acme", "Delta", "Beta", "Gamma", "order", "owner", "account", "signed",
           "net", "amount", "much", "CNY", "CSV", "UTF", "TOML", "GB", "Line"}  # fmt: skip
    toml = set(re.findall(r"[A-Za-z]{3,}", " ".join(["people unit pay_base target order invoice payment visit",
                                                     "opportunity satisfaction complaint"])))  # fmt: skip
    for path in ("/data", START, batch, waiting):
        page = hu.open(path)
        text = re.sub(r"<textarea.*?</textarea>", "", page.text, flags=re.S)
        page.answer.set_data(text)
        assert not words_of(page) - NAMES - own - toml, path
        with counted(engine) as queries:
            hu.open(path)
        assert len(queries) <= 16, (path, len(queries))
