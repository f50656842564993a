"""`reviewflow rehearse`: a whole cycle with simulated people, before launching for real."""

from __future__ import annotations

from pathlib import Path

import click

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("rehearse")
@click.argument("config", type=_FILE)
@click.option("--data", required=True, type=_FOLDER, help="Folder with the files that the mappings name.")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the results."
)
def command(config: Path, data: Path, out: Path) -> None:
    """Play the cycle of CONFIG (TOML) on the files of --data and write the results to --out.

    Everything runs in a scratch database with a business clock that jumps from deadline to deadline, through
    the same services, the real queue and real PDFs; people are simulated from the seed. Nothing is sent and
    your own database is not touched. Leaves letters/*.pdf, scores.csv, payroll.csv and report.json.

    Ends with status 1 if some review did not come to its end.
    """
    from reviewflow.rehearsal.config import load
    from reviewflow.rehearsal.run import rehearse

    report = rehearse(load(config), data, out, lambda day: click.echo(day, err=True))
    for name in ("reviews", "by_stage", "letters", "awards", "payroll_total", "currency", "seconds", "seed"):
        click.echo(f"{name}: {report[name]}")
    for problem in report["problems"]:
        click.echo(f"problem: {problem}", err=True)
    raise SystemExit(0 if set(report["by_stage"]) <= {"closed"} else 1)
