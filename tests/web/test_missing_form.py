"""Figures entered by hand, with reason and evidence."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select

from reviewflow.services import answer
from reviewflow.store import db
from reviewflow.store.audit import Audit
from reviewflow.store.reviews import Measured
from reviewflow.store.subjects import Attachment
from tests.cast import Cast
from tests.web.browser import Browser
from tests.web.form_steps import make_missing, path
from tests.web.stage import Stage
from tests.web.test_inbox import english

pytestmark = pytest.mark.sqlite
Make = Callable[[str], Browser]
PDF = b"%PDF-1.7 bank statement"


@pytest.fixture
def stage(engine: Engine, signed_up: Cast) -> Stage:
    return Stage(engine, signed_up).begin()


class TestMissingFigures:
    """By hand with reason and evidence, or left out."""

    @pytest.fixture
    def review(self, stage: Stage) -> int:
        found = stage.agreed()
        stage.wait_for(found)
        stage.measure(found)
        make_missing(stage, found, "collection_rate", "visits")
        return found

    @pytest.mark.parametrize(("typed", "kept"), [("99.3%", "99.3"), (" 99.3 ％", "99.3"), ("%", "")])
    def test_percent_may_be_typed_with_their_sign(
        self, review: int, browser: Make, typed: str, kept: str
    ) -> None:
        where = path(review, "enter_missing")
        hu = english(browser("hu")).open(where)
        data = dict(hu.form(where).fields) | {
            "values-collection_rate-value": typed, "values-visits-value": "12%",
        }  # fmt: skip
        hu.client.post(f"{where}/draft", data=data)
        fields = dict(hu.open(where).form(where).fields)
        assert fields["values-collection_rate-value"] == kept
        assert fields["values-visits-value"] == "12%", "a count is no percentage"

    def test_evidence_is_attached_with_the_text_kept(self, review: int, stage: Stage, browser: Make) -> None:
        where = path(review, "enter_missing")
        hu = english(browser("hu")).open(where)
        assert "It cannot be computed: there is no record in the period." in hu.text
        fields = dict(hu.form(where).fields) | {
            "values-collection_rate-value": "88.2", "reason": "From the bank.", "do": "attach:evidence",
        }  # fmt: skip
        data = fields | {"file-evidence": (io.BytesIO(PDF), "statement.pdf")}
        sent = hu.client.post(f"{where}/files", data=data, content_type="multipart/form-data")
        assert sent.status_code == 303
        page = hu.open(where)
        assert "statement.pdf" in page.text
        fields = dict(page.form(where).fields)
        assert fields["values-collection_rate-value"] == "88.2"
        assert fields["reason"] == "From the bank."
        assert fields["evidence"], "it is ticked"
        page.submit(where, **{"values-visits-leave_out": "y"})
        by_hand: Measured = stage.row(Measured, (review, "collection_rate", 1))
        assert (by_hand.state, by_hand.numerator_e4, by_hand.entered_by) == (
            "by_hand",
            882_000,
            stage.cast.hu,
        )
        assert by_hand.evidence_id == int(fields["evidence"])
        assert stage.row(Measured, (review, "visits", 1)).state == "left_out"

    def test_a_file_that_is_no_document_is_refused_beside_the_field(self, review: int, browser: Make) -> None:
        where = path(review, "enter_missing")
        hu = english(browser("hu")).open(where)
        data = dict(hu.form(where).fields) | {"reason": "Kept.", "do": "attach:evidence"}
        files = data | {"file-evidence": (io.BytesIO(b"<script>"), "page.html")}
        hu._show(hu.client.post(f"{where}/files", data=files, content_type="multipart/form-data"))
        assert hu.status == 422
        assert "“page.html” is not a PDF, PNG, JPEG or office file." in hu.text
        assert "Kept." in hu.text

    def test_evidence_is_a_download_for_those_who_see_figures(
        self, review: int, stage: Stage, browser: Make, engine: Engine
    ) -> None:
        viewer = stage.viewer(stage.cast.hu)
        with db.write(engine) as session:
            made = answer.attach(session, stage.moment, viewer, review, "enter_missing", "a.pdf", PDF)
        got = browser("lin").client.get(f"/evidence/{made}")
        assert got.get_data() == PDF
        assert got.headers["Content-Disposition"].startswith("attachment")
        assert browser("zhao").client.get(f"/evidence/{made}").status_code == 404
        with db.read(engine) as session:
            assert session.scalars(select(Audit.actor_id).where(Audit.action == "read.evidence")).all() == [3]
            assert session.get_one(Attachment, made).body == PDF

    def test_once_nothing_is_missing_it_is_closed(self, review: int, stage: Stage, browser: Make) -> None:
        with db.write(stage.engine) as session:
            for key in ("collection_rate", "visits"):
                row = session.get_one(Measured, (review, key, 1))
                row.state, row.reason = "left_out", "measure.no_rows"
        stage.advance(review)
        page = english(browser("hu")).open(path(review, "enter_missing"))
        assert "is not open to you now" in page.text
        assert f'href="/reviews/{review}"' in page.text
