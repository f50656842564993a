"""TOML with line numbers: every key and list item is found where somebody wrote it."""

from __future__ import annotations

import gc
import tomllib
import weakref
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewflow.core.reasons import Fault, Faulty
from reviewflow.core.toml_source import SHORT, parse, read

TEXT = '''\
# a comment with [brackets] and key = "value"
name = "sales"            # another = comment
rate = 0.1
[limits]
above = { CNY = "20 # not a comment", USD = '3' }
[[stage]]
key = "one"
due = { from = "begin", days = 5 }
marks = ["a", "b"]
[[stage]]
key = "two"
field = [
  # first
  { key = "x", label = { en = "]", zh = "}" } },

  { key = "y" },
]
note = """
[[stage]]
key = "in a text"
"""
after = true
[stage.sub]
deep = 1
[[stage.sub.item]]
"quoted key" = 2
[[stage.sub.item]]
dotted.key = 3
'''

LINES = {
    ("name",): 2,
    ("rate",): 3,
    ("limits",): 4,
    ("limits", "above"): 5,
    ("limits", "above", "USD"): 5,
    ("stage",): 6,
    ("stage", 0): 6,
    ("stage", 0, "due", "days"): 8,
    ("stage", 0, "marks", 1): 9,
    ("stage", 1): 10,
    ("stage", 1, "field"): 12,
    ("stage", 1, "field", 0, "label", "zh"): 14,
    ("stage", 1, "field", 1): 16,
    ("stage", 1, "note"): 18,
    ("stage", 1, "after"): 22,
    ("stage", 1, "sub"): 23,
    ("stage", 1, "sub", "deep"): 24,
    ("stage", 1, "sub", "item", 0, "quoted key"): 26,
    ("stage", 1, "sub", "item", 1, "dotted", "key"): 28,
}


@pytest.mark.parametrize(("path", "line"), LINES.items(), ids=str)
def test_line_of_a_key_or_item(path: tuple[str | int, ...], line: int) -> None:
    assert read(TEXT).line(*path) == line


@pytest.mark.parametrize(
    ("path", "line"),
    [(("stage", 0, "title", "en"), 6), (("stage", 1, "field", 7), 12), (("nothing",), 1), ((), 1)],
)
def test_line_of_what_is_not_there_is_that_of_what_is_around_it(
    path: tuple[str | int, ...], line: int
) -> None:
    assert read(TEXT).line(*path) == line


def test_fractions_are_exact() -> None:
    assert read(TEXT).data["rate"] == Decimal("0.1")


def test_windows_line_ends_count_the_same() -> None:
    source = read(TEXT.replace("\n", "\r\n"))
    assert [source.line(*path) for path in LINES] == list(LINES.values())


def test_repeated_and_indented_keys_are_reported_together_and_the_first_value_stands() -> None:
    source = parse("a = 1\n  b = 2\na = [\n 3,\n]\n[t]\nx = 1\n[u]\n[t]\nx = 2\ny = 3\n[u.v]\nz = 1\nz = 2\n")
    assert source.data == {"a": 1, "b": 2, "t": {"x": 1}, "u": {"v": {"z": 1}}}
    assert source.faults == (
        Fault(2, "toml.indented", {"key": "b"}),
        Fault(3, "toml.repeated", {"key": "a", "first": 1}),
        Fault(9, "toml.repeated", {"key": "t", "first": 6}),
        Fault(14, "toml.repeated", {"key": "z", "first": 13}),
    )


def test_read_refuses_what_parse_reports() -> None:
    with pytest.raises(Faulty) as caught:
        read("a = 1\na = 2\n b = 3\n")
    assert [(fault.line, fault.key) for fault in caught.value.faults] == [
        (2, "toml.repeated"),
        (3, "toml.indented"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("a = 1\nb = \n", 2, "toml.syntax"),
        ("a = 1\nb 2\n", 2, "toml.syntax"),
        ("a = 1\n[t\nb = 2\n", 2, "toml.syntax"),
        ("a = { b = 1, b = 2 }\n", 1, "toml.syntax"),
        ("a = 1\nb = [\n  1,\n  2\n", 4, "toml.unfinished"),
        ('a = 1\nb = """\nopen\n', 3, "toml.unfinished"),
    ],
)
def test_a_syntax_error_is_reported_alone_with_its_line(text: str, line: int, key: str) -> None:
    with pytest.raises(Faulty) as caught:
        parse(text + " indented = 1\na = 2\n" if key == "toml.syntax" else text)
    assert [(fault.line, fault.key) for fault in caught.value.faults] == [(line, key)]


_names = st.text("abcxyz_-", min_size=1, max_size=4)
_scalars = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.booleans().map(lambda value: str(value).lower()),
    st.text('a ]}[{,#="\n中', max_size=8).map(
        lambda text: '"' + text.replace('"', '\\"').replace("\n", "\\n") + '"'
    ),
    st.text("a ]}[{,#=\"'", max_size=8).filter(lambda text: "'" not in text).map(lambda text: f"'{text}'"),
    st.text('a]}[{,#="\n', max_size=8)
    .filter(lambda text: '""' not in text and text[-1:] != '"')
    .map(lambda text: f'"""\n{text}"""'),
)
_values = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda values: "[" + " # c]\n ,".join(values) + "]"),
        st.dictionaries(_names, inner, max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs.items()) + "}"
        ),
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.dictionaries(_names, _values, min_size=1, max_size=6))
def test_any_text_that_tomllib_reads_is_read_the_same_and_every_key_has_its_line(
    pairs: dict[str, str],
) -> None:
    text, lines = "", {}
    for key, value in pairs.items():
        lines[key] = text.count("\n") + 1
        text += f"{key} = {value}\n"
    source = parse(text)
    assert source.data == tomllib.loads(text, parse_float=Decimal)
    assert not source.faults
    assert {key: source.line(key) for key in pairs} == lines


@pytest.mark.parametrize(("length", "kept"), [(SHORT, True), (SHORT + 1, False)])
def test_only_what_was_read_of_a_short_text_is_kept(length: int, kept: bool) -> None:
    """A large upload must not stay in memory for the life of the process."""
    text = "key = 1".ljust(length, "#")
    found = weakref.ref(parse(text))
    gc.collect()
    assert (found() is not None) is kept
