"""Letters are tagged: language, title, heading order, alternative texts, heads of tables."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PdfReader

from tests.letters.printing import LANGUAGES


def elements(node: Any) -> Iterator[dict[str, Any]]:
    """The structure elements below `node`, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        for part in node:
            yield from elements(part)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])


@pytest.fixture(params=LANGUAGES)
def reader(request: pytest.FixtureRequest, printed: Callable[[str], bytes]) -> PdfReader:
    return PdfReader(io.BytesIO(printed(request.param)))


@pytest.fixture
def structure(reader: PdfReader) -> list[dict[str, Any]]:
    return list(elements(reader.trailer["/Root"]["/StructTreeRoot"]))


def test_language_and_title(reader: PdfReader) -> None:
    root = reader.trailer["/Root"]
    assert root["/Lang"] in ("zh-Hans", "en")
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata
    assert "FB-2026Q3-00417 R1" in str(reader.metadata.title)


def test_no_conformance_is_claimed(reader: PdfReader) -> None:
    assert "/Metadata" not in reader.trailer["/Root"]


def test_headings_do_not_skip(structure: list[dict[str, Any]]) -> None:
    levels = [int(one["/S"][2:]) for one in structure if one["/S"] in ("/H1", "/H2", "/H3", "/H4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


def test_every_drawing_says_what_it_shows(structure: list[dict[str, Any]]) -> None:
    figures = [one for one in structure if one["/S"] == "/Figure"]
    assert len(figures) == 14  # logo, groups, bands, history, nine bullets, code
    assert all(len(str(one.get("/Alt", ""))) > 5 for one in figures)


def test_cells_have_heads(structure: list[dict[str, Any]]) -> None:
    heads = {one["/ID"] for one in structure if one["/S"] == "/TH"}
    cells = [set(one["/A"]["/Headers"]) for one in structure if one["/S"] == "/TD"]
    assert len(heads) > 40
    assert all(cell and cell <= heads for cell in cells)


def test_parts_can_be_jumped_to(reader: PdfReader) -> None:
    assert len(reader.outline) == 4
