"""Evidence: a file is what its first bytes say, has a plain name, and comes from those who are asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from reviewflow.core.reasons import Refused
from reviewflow.services.answer.attaching import MOST_BYTES, MOST_FILES
from reviewflow.store import db
from reviewflow.store.subjects import Attachment
from tests.flows.story import Story
from tests.services.answering import PDF, evidence, open_missing
from tests.services.reading import keys

Walk = Callable[[str], Story]


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("slip.pdf", PDF, "application/pdf"),
        ("slip.txt", b"\x89PNG\r\n\x1a\n....", "image/png"),  # the bytes decide, not the name
        ("slip.jpg", b"\xff\xd8\xff\xe0....", "image/jpeg"),
        ("slip.xlsx", b"PK\x03\x04....", "application/zip"),
    ],
)
@pytest.mark.sqlite
def test_evidence_is_named_by_its_first_bytes(walk: Walk, name: str, body: bytes, kind: str) -> None:
    story = walk("collecting")
    open_missing(story)
    made = evidence(story, story.cast.hu, "enter_missing", name, body)
    stored: Attachment = story.row(Attachment, made)
    assert (stored.content_type, stored.body, stored.by_id) == (kind, body, story.cast.hu)


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("slip.pdf", b"<html><script>alert(1)</script>", "attachment.kind"),
        ("slip.pdf", b"", "attachment.kind"),
        ("slip.exe", b"MZ\x90\x00", "attachment.kind"),
        ("slip.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "attachment.kind"),
        ("slip.pdf", PDF.ljust(MOST_BYTES + 1), "attachment.too_large"),
    ],
    ids=["html", "empty", "program", "svg", "large"],
)
@pytest.mark.sqlite
def test_other_files_are_refused_with_the_reason(walk: Walk, name: str, body: bytes, reason: str) -> None:
    story = walk("collecting")
    open_missing(story)
    with pytest.raises(Refused) as refused:
        evidence(story, story.cast.hu, "enter_missing", name, body)
    assert keys(refused) == [reason]


def test_the_name_of_a_file_is_a_name_only(walk: Walk) -> None:
    story = walk("collecting")
    open_missing(story)
    made = evidence(story, story.cast.hu, "enter_missing", "C:\\Users\\hu\\..\\拜访\x00 记录\r\n.pdf")
    stored: Attachment = story.row(Attachment, made)
    assert stored.name == "拜访 记录.pdf"


@pytest.mark.sqlite
def test_evidence_for_one_task_is_limited_in_number(walk: Walk) -> None:
    story = walk("collecting")
    open_missing(story)
    for _ in range(MOST_FILES):
        evidence(story, story.cast.hu, "enter_missing")
    with pytest.raises(Refused) as refused:
        evidence(story, story.cast.hu, "enter_missing")
    assert keys(refused) == ["attachment.too_many"]


def test_evidence_is_taken_only_from_those_who_are_asked(walk: Walk) -> None:
    story = walk("collecting")
    open_missing(story)
    for person, reason in ((story.cast.wang, "policy.belongs_to"), (story.cast.zhao, "subject.unknown")):
        with pytest.raises(Refused) as refused:
            evidence(story, person, "enter_missing")
        assert keys(refused) == [reason]
    with db.read(story.engine) as session:
        assert session.scalar(select(func.count()).select_from(Attachment)) == 0
