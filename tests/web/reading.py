"""What stands in a review's page."""

from __future__ import annotations

import re

from tests.web.browser import Browser

NAMES = {"Lin", "Yue", "Wang", "Fang", "Min", "Deng", "Rui", "Zhao", "Lei", "Jie", "CSV", "CNY", "PDF"}
"""Latin words that a Chinese page of the cast has all the same."""


def main_of(page: Browser) -> str:
    return page.text[page.text.index("<main") : page.text.index("</main>")]


def words_of(page: Browser) -> set[str]:
    """Latin words of the page's own text."""
    text = re.sub(r"<(?:code|blockquote)[^>]*>.*?</(?:code|blockquote)>", " ", main_of(page), flags=re.S)
    return set(re.findall(r"[A-Za-z]{3,}", re.sub(r"<[^>]+>|&\w+;", " ", text)))
