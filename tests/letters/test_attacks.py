"""Hostile templates and values: nothing leaks, nothing hangs, the mould lives."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reviewflow.printer import Limits, Mould, PrintFailed, press
from reviewflow.printer.sandbox import TemplateFailed
from tests.letters.printing import TEMPLATE, everything, example, objects, pages, sample, says

CANARY = "canary-7f3a91"

# Expressions that must not run: methods, attributes, arithmetic, globals, loaders, unbounded work.
ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ org.__init__.__globals__ }}",
    "{{ org['__class__'] }}",
    "{{ person.pop('name') }}",
    "{{ person.update({'name': 'x'}) }}",
    "{{ person.keys() }}",
    "{{ groups.append(1) }}",
    "{{ groups.clear() }}",
    "{{ org.format(org) }}",
    "{{ '{0.__class__}'.format(org) }}",
    "{{ org.upper() }}",
    "{{ 'a'.ljust(1000000000) }}",
    "{{ org | attr('__class__') }}",
    "{{ org | safe }}",
    "{{ groups | map(attribute='__class__') | list }}",
    "{{ org | format(org) }}",
    "{{ {'a': 1} | xmlattr }}",
    "{{ groups | tojson }}",
    "{{ org | pprint }}",
    "{{ '%*d' % (1000000000, 1) }}",
    "{{ 'a' * 1000000000 }}",
    "{{ [0] * 1000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ 1 + 1 }}",
    "{{ 'a' + org }}",
    "{{ 7 // 0 }}",
    "{{ lipsum(2000) }}",
    "{{ range(100000) }}",
    "{{ cycler('a').next() }}",
    "{{ joiner() }}",
    "{{ namespace(a=1) }}",
    "{{ dict(a=1) }}",
    "{{ self.__init__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ loop }}",
    "{{ _.__globals__ }}",
    "{{ gettext.__globals__ }}",
    "{{ undefined_field }}",
    "{{ person.salary }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% extends 'base.html' %}",
    "{% from 'a' import b %}",
    "{% do person.clear() %}",
    "{% for x in groups recursive %}{{ loop(groups) }}{% endfor %}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% set x = org.__class__ %}{{ x }}",
    "{% for a in org %}{{ loop.__class__ }}{% endfor %}",
    "{% call(x) org.upper() %}{% endcall %}",
    "{% filter upper %}a{% endfilter %}",
    "{% trans %}{{ org.upper() }}{% endtrans %}",
    "{{ org",
]  # fmt: skip

# Ways to make a page fetch something. {url} is a canary file or a canary server.
FETCHES = [
    "<link rel=attachment href='{url}'>",
    "<a rel=attachment href='{url}'>x</a>",
    "<link rel=stylesheet href='{url}'>",
    "<link rel=stylesheet href='{url}' media=print>",
    "<style>@import '{url}';</style>",
    "<style>@import url({url});</style>",
    "<style>@font-face {{ font-family: x; src: url('{url}') }} p {{ font-family: x }}</style><p>x</p>",
    "<style>@font-face {{ font-family: y; src: local('y'), url('{url}') }} p {{ font: 9pt y }}</style><p>x",
    "<style>body {{ background: url('{url}') }}</style>",
    "<p style=\"content: url('{url}')\">x</p>",
    "<p style=\"list-style-image: url('{url}'); display: list-item\">x</p>",
    "<p style=\"border-image-source: url('{url}')\">x</p>",
    "<p style=\"background-image: image-set('{url}' 1x)\">x</p>",
    "<style>p::before {{ content: url('{url}') }}</style><p>x</p>",
    "<style>@page {{ background: url('{url}') }}</style>",
    "<style>@page {{ @top-left {{ content: url('{url}') }} }}</style>",
    "<style>@color-profile --x {{ src: url('{url}') }} p {{ color: color(--x 1 0 0) }}</style><p>x</p>",
    "<base href='{url}'><img src='x'>",
    "<img src='{url}'>",
    "<img srcset='{url} 1x' src='{url}'>",
    "<picture><source srcset='{url}'><img src='{url}'></picture>",
    "<object data='{url}'></object>",
    "<embed src='{url}'>",
    "<iframe src='{url}'></iframe>",
    "<input type=image src='{url}'>",
    "<video poster='{url}'></video>",
    "<svg><image href='{url}' width=9 height=9 /></svg>",
    "<svg xmlns:xlink='http://www.w3.org/1999/xlink'><image xlink:href='{url}' width=9 height=9 /></svg>",
    "<svg><use href='{url}#a' /></svg>",
    "<svg><style>@import '{url}';</style><rect width=9 height=9 /></svg>",
    "<svg><rect width=9 height=9 fill=\"url('{url}#a')\" /></svg>",
    "<svg><rect width=9 height=9 filter=\"url('{url}#a')\" clip-path=\"url('{url}#b')\" /></svg>",
    "<svg><rect width=9 height=9 mask=\"url('{url}#c')\" /></svg>",
    "<svg><foreignObject><img src='{url}'></foreignObject></svg>",
    "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='{url}'/></svg>\">",
    "<link rel=stylesheet href=\"data:text/css,@import '{url}';\">",
    "<meta http-equiv=refresh content='0;url={url}'>",
    "<link rel=icon href='{url}'>",
    "<script src='{url}'></script>",
    "<html manifest='{url}'>",
    "<table background='{url}'><tr><td>x</table>",
]  # fmt: skip


@pytest.fixture(scope="module")
def canary_server() -> Iterator[tuple[str, list[str]]]:
    """Address of a server and the list of what was asked for; `/hop` redirects to the canary file."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(302 if self.path == "/hop" else 200)
            self.send_header("Location", "file:///etc/passwd")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def canary_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("canary") / "canary.txt"
    path.write_text(CANARY, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Any:
    press.use_bundled_fonts(tmp_path_factory.mktemp("fonts"))
    return press.open_fonts()


@pytest.mark.parametrize("fetch", FETCHES)
def test_a_page_fetches_nothing(
    canary_server: tuple[str, list[str]], canary_file: Path, fonts: Any, fetch: str
) -> None:
    """In this process, without the walls: the fetcher alone refuses files, addresses and redirects."""
    from weasyprint.urls import (
        URLFetchingError,
    )  # not above: it looks for the system's fonts, which may not exist

    address, asked = canary_server
    urls = [canary_file.as_uri(), f"{address}/direct", f"{address}/hop", str(canary_file), address.upper()]
    page = "".join(fetch.format(url=url) for url in urls)
    try:
        made = press.pdf(f"<!DOCTYPE html><title>x</title>{page}", "@import 'file:///etc/passwd';", fonts)
    except URLFetchingError:
        made = b""  # no letter at all is safe too
    assert asked == []
    if not made:
        return
    content = everything(made)
    assert CANARY.encode() not in content
    assert b"root:" not in content
    assert not any(
        isinstance(thing, dict) and thing.get("/Type") == "/EmbeddedFile" for thing in objects(made)
    )


@pytest.mark.parametrize("escape", ESCAPES)
def test_templates_can_only_format(escape: str) -> None:
    """Without the walls too: the sandbox alone refuses."""
    with pytest.raises(TemplateFailed):
        press.html(replace(TEMPLATE, page=escape), sample("en"))


def test_a_bad_template_is_a_failure_with_its_reason(mould: Mould) -> None:
    with pytest.raises(PrintFailed) as failed:
        mould.print(replace(TEMPLATE, page="{{ person.salary }}").text, sample("en"))
    assert failed.value.final
    assert failed.value.reason.key == "letter.template"
    assert "salary" in str(failed.value.reason.params["error"])


def test_values_are_text_and_nothing_else(mould: Mould, canary_file: Path) -> None:
    """Markup, template code, style and addresses in values are printed as they are written."""
    hostile = [
        f"<link rel=attachment href='{canary_file.as_uri()}'>",
        f"<style>@import url({canary_file.as_uri()})</style>",
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}{% include '/etc/passwd' %}",
        "</p></div><h1 style='display:none'>",
        "'\"><img src=x onerror=y>&amp;&#0;",
        f"url({canary_file.as_uri()})",
    ]
    values = sample("en")
    values["person"]["name"] = hostile[2]
    values["org"] = hostile[5]
    values["suggestions"] = hostile
    values["actions"][0]["action"] = hostile[0]
    values["groups"][0]["name"] = hostile[1]
    values["history"][1]["gap_reason"] = hostile[4]
    made = mould.print(TEMPLATE.text, values)
    text = "".join(pages(made))
    assert says(text, *hostile)
    assert CANARY.encode() not in everything(made)


@pytest.mark.parametrize(
    "inside",
    [
        "<image href='{url}' width='9' height='9'/>",
        "<style>@import '{url}';</style>",
        "<foreignObject><img src='{url}'/></foreignObject>",
        "<use href='{url}#a'/>",
        "<script>1</script>",
    ],
)
def test_a_logo_fetches_nothing(mould: Mould, canary_file: Path, inside: str) -> None:
    values = sample("zh")
    drawing = inside.format(url=canary_file.as_uri())
    values["logo"] = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{drawing}</svg>'
    assert CANARY.encode() not in everything(mould.print(TEMPLATE.text, values))


def bombs() -> dict[str, str]:
    nested = "<div style='display:flex'>" * 12
    return {
        "flex": f"{nested}x",
        "floats": "<div style='float:left;width:1px'>x</div>" * 10_000,
        "tiny page": "<style>@page { size: 2mm }</style>" + "x " * 15_000,
        "deep": "<div>" * 5_000,
        "table": "<table>" + "<tr><td>x<td>y" * 100_000,
        "endless loop": "{% for a in org %}" * 12 + "x" + "{% endfor %}" * 12,
    }


@pytest.fixture(scope="module")
def impatient() -> Iterator[Mould]:
    with Mould(Limits(cpu_seconds=2, wall_seconds=30)) as warm:
        yield warm


@pytest.mark.parametrize("bomb", bombs())
def test_bombs_end_in_time_and_the_mould_lives(impatient: Mould, bomb: str) -> None:
    process = impatient.process_id
    begun = time.monotonic()
    with pytest.raises(PrintFailed) as failed:
        impatient.print(replace(TEMPLATE, page=bombs()[bomb]).text, sample("en"))
    assert time.monotonic() - begun < 30
    assert failed.value.final
    assert failed.value.reason.key in ("letter.too_slow", "letter.layout", "letter.too_much_memory")
    assert impatient.print(TEMPLATE.text, example("feedback_smallest.en")).startswith(b"%PDF")
    assert impatient.process_id == process


def test_the_largest_values_end_in_time(impatient: Mould) -> None:
    """Every list full and every text at its longest: stopped, never for ever."""
    values = sample("zh")
    point = {"claim": "长" * 200, "text": "长" * 3000, "evidence": "长" * 3000}
    values |= {"strengths": [point] * 20, "improvements": [point] * 20, "suggestions": ["长" * 3000] * 20}
    values["groups"] = [values["groups"][0] | {"indicators": values["groups"][0]["indicators"] * 10}] * 8
    begun = time.monotonic()
    with pytest.raises(PrintFailed) as failed:
        impatient.print(TEMPLATE.text, values)
    assert failed.value.final
    assert failed.value.reason.key == "letter.too_slow"
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("name", ["Lin 😀", "Lin \u202eniL", "مريم", "Lin\u0007", "\ud83d", "𪜀𰻝"])
def test_what_no_font_has_is_named(mould: Mould, name: str) -> None:
    values = sample("en")
    values["person"]["name"] = name
    with pytest.raises(PrintFailed) as failed:
        mould.print(TEMPLATE.text, values)
    assert failed.value.final
    assert failed.value.reason.key == "letter.missing_glyph"
    assert failed.value.reason.params["field"] == "person.name"
    assert "U+" in str(failed.value.reason.params["characters"])
