"""The diagram: well-formed, harmless under a strict policy, complete, and nothing lies on anything else."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

import pytest

from reviewflow.core.workflow import load
from reviewflow.core.workflow.drawing import svg
from reviewflow.core.workflow.layout import BOX_HEIGHT, LABEL_LINE, LABEL_SIZE, layout, wrapped
from tests.core.workflow.files import NAMES, TEXTS, WORKFLOWS, spoiled

SVG = "{http://www.w3.org/2000/svg}"
both = pytest.mark.parametrize("language", ["en", "zh"])
each = pytest.mark.parametrize("name", NAMES)


def _drawn(name: str, language: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg(WORKFLOWS[name], language))


@each
@both
def test_no_style_no_script_no_address(name: str, language: str) -> None:
    for element in _drawn(name, language).iter():
        assert element.tag.removeprefix(SVG) in {
            "svg", "title", "desc", "defs", "marker", "path", "g", "rect", "text",
        }  # fmt: skip
        assert not {"style", "href", "onload"} & element.attrib.keys()


@each
@both
def test_every_stage_and_every_move_is_in_it(name: str, language: str) -> None:
    workflow, drawn = WORKFLOWS[name], _drawn(name, language)
    told = drawn.findtext(f"{SVG}desc") or ""
    for stage in workflow.stages.values():
        assert stage.title[language] in _written(drawn, "wf-title")
    for move in workflow.moves.values():
        assert move.title[language] in told
        assert move.title[language].replace(" ", "") in _written(drawn, "wf-label").replace(" ", "")
    assert len(drawn.findall(f".//{SVG}rect")) == len(workflow.stages)


def _written(drawn: ElementTree.Element, kind: str) -> str:
    texts = (text.text or "" for text in drawn.iter(f"{SVG}text") if text.get("class") == kind)
    return " ".join(texts).replace("\N{NO-BREAK SPACE}", " ") if kind == "wf-label" else " ".join(texts)


@each
@both
def test_everything_lies_within_the_picture_and_nothing_on_anything(name: str, language: str) -> None:
    drawn = _drawn(name, language)
    width, height = int(drawn.get("width") or 0), int(drawn.get("height") or 0)
    assert width <= 1300
    boxes = [_box(element) for element in drawn.iter() if element.tag in (f"{SVG}rect", f"{SVG}text")]
    for left, top, right, bottom in boxes:
        assert left >= 0
        assert top >= 0
        assert right <= width
        assert bottom <= height
    labels = [_box(text) for text in drawn.iter(f"{SVG}text") if text.get("class") == "wf-label"]
    rects = [_box(rect) for rect in drawn.iter(f"{SVG}rect")]
    for one, other in combinations(labels + rects, 2):
        assert not _overlap(one, other), (one, other)


Box = tuple[float, float, float, float]


def _box(element: ElementTree.Element) -> Box:
    x, y = float(element.get("x") or 0), float(element.get("y") or 0)
    if element.tag == f"{SVG}rect":
        return x, y, x + float(element.get("width") or 0), y + float(element.get("height") or 0)
    text = element.text or ""
    long = sum(LABEL_SIZE if ord(letter) > 0x2E7F else LABEL_SIZE * 0.55 for letter in text)
    left = {"start": x, "middle": x - long / 2, "end": x - long}[element.get("text-anchor") or "start"]
    return left, y - LABEL_SIZE, left + long, y + 2


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@each
def test_lines_meet_a_box_at_different_heights(name: str) -> None:
    plan = layout(WORKFLOWS[name], "en")
    for side in ("left", "right"):
        for row in range(len(plan.stages)):
            links = [link for link in plan.links if link.side == side and row in (*link.sources, link.target)]
            ports = [plan.port(link, row) for link in links]
            assert len(set(ports)) == len(ports)
            assert all(plan.tops[row] < port < plan.tops[row] + BOX_HEIGHT for port in ports)


def test_words_of_the_file_cannot_break_out() -> None:
    text = spoiled(TEXTS["award_approval"], ('en = "Approved"', 'en = "<script>&"'))
    drawn = svg(load(text), "en")
    assert "<script>" not in drawn
    assert "&lt;script&gt;&amp;" in drawn


def test_a_move_that_stays_is_a_loop() -> None:
    text = spoiled(
        TEXTS["award_approval"],
        ("[[form]]", '[[move]]\nkey = "wait"\ntitle = { en = "Wait", zh = "等" }\nfrom = ["returned"]\n'
         'to = [{ stage = "returned" }]\nby = ["hr"]\n\n[[form]]'),
    )  # fmt: skip
    ElementTree.fromstring(svg(load(text), "en"))
    assert "Wait" in svg(load(text), "en")


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("Approve", 100, ["Approve"]),
        ("Return with a note", 70, ["Return", "with a", "note"]),
        ("Unbreakable", 10, ["Unbreakable"]),
        ("退回并说明，重新提交", 60, ["退回并说", "明，重新提", "交"]),
        ("HR 导出 CSV", 38, ["HR 导", "出", "CSV"]),
        ("", 40, [""]),
    ],
)
def test_texts_are_broken_at_spaces_and_between_chinese_characters(
    text: str, room: int, lines: list[str]
) -> None:
    assert wrapped(text, room, LABEL_SIZE) == lines
    assert LABEL_LINE > LABEL_SIZE
