"""Take the pictures of the README: `.venv/bin/python tools/screenshots.py`.

They show the demo's company (`reviewflow demo --build-only` makes it) from a copy of its database, so that
looking leaves no trace in it. Needs the test set-up (`make setup-test`): Playwright, a Chromium and pdftoppm.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Engine, select

from reviewflow.services.accounts import DEMO_PASSWORD
from reviewflow.store import db
from reviewflow.store.clock import moment
from reviewflow.store.cycles import Cycle
from reviewflow.store.letters import Letter
from reviewflow.store.people import Person
from reviewflow.store.reviews import Review
from reviewflow.store.sign_ins import demo_sign_ins
from reviewflow.store.subjects import Subject

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
LARGEST = 150_000
"""Bytes of a picture at most."""
COLOURS = (256, 128, 64, 48)
DESKTOP, LONG, PHONE = (1440, 1000), (1440, 1760), (390, 760)
READY_SECONDS = 60.0
POLL_SECONDS = 0.1
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
)


@dataclass(frozen=True)
class Picture:
    """A page of the demo: whose it is, its path, and the size of the window."""

    name: str
    login: str
    path: str
    language: str
    size: tuple[int, int]

    @property
    def file(self) -> str:
        return f"{self.name}.{'phone' if self.size == PHONE else self.language}.png"


def main() -> None:
    """Serve a copy of the demo, and photograph it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, default=ROOT / "var" / "demo", help="folder of the demo")
    parser.add_argument("--to", type=Path, default=PICTURES, help="folder of the pictures")
    chosen = parser.parse_args()
    source = chosen.home / "reviewflow.sqlite3"
    if not source.exists():
        parser.error(f"{source} is not there; `reviewflow demo --build-only` makes it")
    chosen.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="reviewflow-pictures-") as folder:
        copy = Path(folder) / source.name
        with closing(sqlite3.connect(source)) as there:
            there.execute("vacuum into ?", (str(copy),))
        _take_all(copy, chosen.to)


def _take_all(database: Path, to: Path) -> None:
    engine = db.engine(f"sqlite:///{database}")
    wanted, letter = _pictures(engine), _letter(engine)
    engine.dispose()
    with _served(database) as address, sync_playwright() as playwright:
        path = next(
            (
                found
                for name in ("chromium-headless-shell", "chromium", "google-chrome")
                if (found := shutil.which(name))
            ),
            None,
        )
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        for picture in wanted:
            _save(_photograph(browser, address, picture), to / picture.file)
        browser.close()
    _save(_first_page(letter), to / "letter.zh.png")


def _pictures(engine: Engine) -> list[Picture]:
    """What to show: the cycle that has reviews in every stage, and one review of it with both forms in."""
    with db.read(engine) as session:
        now = moment(session).business
        signs = demo_sign_ins(session, now.date())
        review, cycle = session.execute(
            select(Review.id, Cycle.id)
            .join(Subject, Subject.id == Review.id)
            .join(Cycle, Cycle.id == Review.cycle_id)
            .where(Subject.stage == "release")
            .order_by(Review.id)
            .limit(1)
        ).one()
    logins = {role: one.login for one in reversed(signs) for role in one.roles}
    rep = next(one.login for one in signs if set(one.roles) == {"employee"})
    hr, director = logins["hr"], logins["sales_director"]
    pages = (
        ("dashboard", hr, f"/cycles/{cycle}", DESKTOP),
        ("review", hr, f"/reviews/{review}", LONG),
        ("launch", hr, "/cycles/new", DESKTOP),
        ("approvals", director, "/approvals", DESKTOP),
    )
    desktop = [
        Picture(name, login, path, language, size)
        for name, login, path, size in pages
        for language in ("en", "zh")
    ]
    return [*desktop, Picture("inbox", rep, "/inbox", "en", PHONE)]


def _letter(engine: Engine) -> bytes:
    """The newest printed letter in Chinese."""
    with db.read(engine) as session:
        pdf = session.scalars(
            select(Letter.pdf)
            .join(Review, Review.id == Letter.review_id)
            .join(Person, Person.id == Review.person_id)
            .where(Letter.state == "printed", Person.language == "zh")
            .order_by(Letter.id.desc())
            .limit(1)
        ).one()
    assert pdf is not None
    return pdf


@contextmanager
def _served(database: Path) -> Iterator[str]:
    """The web alone over the copy: nothing is printed, computed or moved while it is photographed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    address = f"http://{bind}"
    environ = {
        "REVIEWFLOW_ENV": "demo",
        "REVIEWFLOW_HOME": str(database.parent),
        "REVIEWFLOW_BASE_URL": address,
        "REVIEWFLOW_COMPANY": "Yunfan",
        "REVIEWFLOW_ZONE": "Asia/Shanghai",
    }
    command = [sys.executable, "-m", "reviewflow", "serve", "--bind", bind, "--workers", "1"]
    with (database.parent / "web.log").open("wb") as log:
        web = subprocess.Popen(command, env={**os.environ, **environ}, stdout=log, stderr=log)
    try:
        _wait_for(f"{address}/sign-in", web)
        yield address
    finally:
        web.terminate()
        web.wait()


def _wait_for(url: str, web: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and web.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(POLL_SECONDS)
    raise SystemExit("The pages of the demo do not answer.")


def _photograph(browser: Browser, address: str, picture: Picture) -> Image.Image:
    width, height = picture.size
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        device_scale_factor=2 if picture.size == PHONE else 1,
        locale="zh-CN" if picture.language == "zh" else "en-GB",
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("#username").fill(picture.login)
    page.locator("#password").fill(DEMO_PASSWORD)
    page.locator("form:has(#username) button[type=submit]").click()
    page.wait_for_url(re.compile(r"/(?!sign-in)"))
    page.goto(picture.path)
    _speak(page, picture.language)
    page.wait_for_load_state("networkidle")
    taken = Image.open(io.BytesIO(page.screenshot()))
    context.close()
    return taken


def _speak(page: Page, language: str) -> None:
    """Press the language switch if the page is in the other language."""
    switch = page.locator(f".frame-bar button[name=language][value={language}]")
    if switch.count():
        with page.expect_navigation(wait_until="load"):
            switch.dispatch_event("click")


def _first_page(pdf: bytes) -> Image.Image:
    command = ["pdftoppm", "-png", "-f", "1", "-l", "1", "-r", "100", "-"]
    found = subprocess.run(command, input=pdf, stdout=subprocess.PIPE, check=True)
    return Image.open(io.BytesIO(found.stdout))


def _save(taken: Image.Image, path: Path) -> None:
    """As few colours as it takes to stay below the limit."""
    for colours in COLOURS:
        packed = io.BytesIO()
        reduced = taken.convert("RGB").quantize(colours, dither=Image.Dither.NONE)
        reduced.save(packed, "PNG", optimize=True)
        if packed.tell() <= LARGEST:
            break
    else:
        raise SystemExit(f"{path.name} has {packed.tell():,} bytes, more than {LARGEST:,}")
    path.write_bytes(packed.getvalue())
    print(f"{path.name:<20} {packed.tell():>8,} bytes, {colours} colours")


if __name__ == "__main__":
    main()
