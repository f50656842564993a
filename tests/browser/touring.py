"""The pages that the story does not need are looked at too, and what is not somebody's is not there."""

from __future__ import annotations

from tests.browser.desk import Desk


def tour(desk: Desk, *others: str) -> None:
    """Open every entry of somebody's bar, and some other paths."""
    links = desk.page.locator("nav.entries a")
    paths = [links.nth(at).get_attribute("href") or "" for at in range(links.count())]
    for path in (*paths, *others):
        desk.open(path)


def is_locked_out(stranger: Desk, *paths: str) -> None:
    """For somebody who has nothing to do with a review, it does not exist."""
    for path in paths:
        with stranger.inspection.expecting(404):
            stranger.open(path)
