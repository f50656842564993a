"""`reviewflow demo`: a generated company to click through."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from reviewflow.store.sign_ins import DemoSignIn

_PARTS = {
    "company": "inventing a company of 60 people",
    "two years of sales data": "importing two years of sales data",
    "the closed cycle": "playing the cycle to look back on (letters are printed)",
    "the running cycle": "playing the running cycle, day by day",
    "accounts": "opening accounts",
}


@click.command("demo")
@click.option("--fresh", is_flag=True, help="Throw the present demo away and make it anew.")
@click.option("--build-only", is_flag=True, help="Make the database and stop.")
def command(fresh: bool, build_only: bool) -> None:
    """Make a generated company (once, about a minute) and serve it on this machine's network.

    Everything stands under var/demo: an SQLite database, a private Redis, letters. Plain HTTP, a known
    password: for looking, not for real people. Ctrl-C stops it; the next start goes on where it was.
    """
    from reviewflow.showcase.alone import alone
    from reviewflow.showcase.serving import free_port

    port, home = free_port(), _home()
    with alone(home.with_name(f"{home.name}.lock"), f"http://127.0.0.1:{port}"):
        _run(home, port, fresh, build_only)


def _run(home: Path, port: int, fresh: bool, build_only: bool) -> None:
    from reviewflow.config import load
    from reviewflow.demo.roster import COMPANY
    from reviewflow.showcase.serving import own_address, serve

    address = own_address() or "127.0.0.1"
    environ = {
        "REVIEWFLOW_ENV": "demo",
        "REVIEWFLOW_COMPANY": COMPANY,
        "REVIEWFLOW_ZONE": "Asia/Shanghai",
        "REVIEWFLOW_HOME": str(home),
        "REVIEWFLOW_BASE_URL": f"http://{address}:{port}",
    }
    settings = load(environ)
    database = settings.home / "reviewflow.sqlite3"
    if fresh and settings.home.exists():
        shutil.rmtree(settings.home)
        settings = load(environ)
    mark = settings.home / "built"
    if mark.exists() and mark.read_text("ascii") != _version():
        click.echo("The demo that is here was made by another version of reviewflow. It is made anew.")
        mark.unlink()
    if not mark.exists():
        _build(settings.home, environ)
    if build_only:
        click.echo(f"The demo's database is {database}.")
        return
    click.echo("Starting ...")
    serve(environ, port, settings.home / "logs", lambda: _welcome(environ, address, port))
    click.echo("Stopped.")


def _home() -> Path:
    from reviewflow.config import load

    return load({"REVIEWFLOW_ENV": "demo"}).home / "demo"


def _build(home: Path, environ: dict[str, str]) -> None:
    """A build that was interrupted is thrown away and begun again."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from reviewflow.config import load
    from reviewflow.showcase.building import Builder

    if home.exists():
        shutil.rmtree(home)
    home.mkdir(parents=True, mode=0o700)
    settings = load(environ)
    click.echo("Making the demo, once; this takes about a minute or two.")
    today = datetime.now(ZoneInfo(settings.zone)).date()
    Builder(settings, today, lambda part: click.echo(f"  {_PARTS[part]}")).build()
    (home / "built").write_text(_version(), "ascii")


def _version() -> str:
    """Names the tables and texts that a demo was made with: another version's cannot be gone on with."""
    from reviewflow.config import half
    from reviewflow.store.schema import metadata

    digest = hashlib.sha256()
    for table in metadata.sorted_tables:
        digest.update(repr([(table.name, one.name, str(one.type)) for one in table.columns]).encode())
    for path in sorted(half("workflows").rglob("*.toml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _welcome(environ: dict[str, str], address: str, port: int) -> None:
    from reviewflow.services.accounts import DEMO_PASSWORD

    click.echo(f"\nOpen  http://127.0.0.1:{port}", nl=False)
    click.echo(f"   (from another device: http://{address}:{port})" if address != "127.0.0.1" else "")
    click.echo(f"\nSign in as one of these; the password is  {DEMO_PASSWORD}")
    for one in _sign_ins(environ):
        click.echo(f"  {one.login:<18} {one.name}, {one.position or ', '.join(one.roles)}")
    click.echo("\nFirst sign in as HR and open Cycles: it shows where the reviews stand and what needs you.")
    click.echo("Ctrl-C stops the demo.")


def _sign_ins(environ: dict[str, str]) -> list[DemoSignIn]:
    from reviewflow.config import load
    from reviewflow.store.clock import moment
    from reviewflow.store.db import engine, read
    from reviewflow.store.sign_ins import demo_sign_ins

    bound = engine(load(environ).database_url)
    with read(bound) as session:
        found = demo_sign_ins(session, moment(session).business.date())
    bound.dispose()
    return found
