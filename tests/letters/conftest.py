"""One warm mould for all tests of letters, and each example printed once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from reviewflow.printer import Mould
from tests.letters.printing import LANGUAGES, TEMPLATE, example, names, pages, sample

Printed = Callable[[str], bytes]


@pytest.fixture(scope="session")
def mould() -> Iterator[Mould]:
    with Mould() as warm:
        yield warm


@pytest.fixture(scope="session")
def printed(mould: Mould) -> Printed:
    """PDF by name: a language for its sample, or the name of an example."""

    @cache
    def _print(name: str) -> bytes:
        values = sample(name) if name in LANGUAGES else example(name)
        return mould.print(TEMPLATE.text, values)

    return _print


@pytest.fixture(scope="session")
def read(printed: Printed) -> Callable[[str], list[str]]:
    """Pages of text by name."""
    return cache(lambda name: pages(printed(name)))


@pytest.fixture(params=[*LANGUAGES, *names()])
def name(request: pytest.FixtureRequest) -> str:
    """Each sample and example in turn."""
    return str(request.param)
