"""The `reviewflow` command. Each subcommand is one file of this folder and is loaded when it is called.

A file `<name>.py` offers `command`, a click command or group; a trailing underscore (`import_.py`) is
dropped from the name. Heavy imports belong inside the functions, so that `--help` stays quick.
"""

from __future__ import annotations

import os
import pkgutil
import sys
from collections.abc import Iterable
from importlib import import_module

import click

from reviewflow.core.reasons import Fault, Faulty, Reason, Refused

# The order in which people meet the commands; files that are not named here follow by name.
_ORDER = [
    "serve",
    "worker",
    "clock",
    "demo",
    "rehearse",
    "import",
    "account",
    "cycle",
    "workflow",
    "export",
    "audit",
    "doctor",
]


def _files() -> dict[str, str]:
    """Command name -> module name, for every file of this folder that does not begin with `_`."""
    found = (module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    return {name.rstrip("_").replace("_", "-"): f"{__name__}.{name}" for name in found}


class LazyGroup(click.Group):
    """A group that imports a subcommand's file only when that subcommand is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        place = {name: index for index, name in enumerate(_ORDER)}
        return sorted(_files(), key=lambda name: (place.get(name, len(place)), name))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _files().get(cmd_name)
        if module is None:
            return None
        command = import_module(module).command
        assert isinstance(command, click.Command), f"{module}.command is not a click command"
        return command


@click.group(cls=LazyGroup, name="reviewflow", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="reviewflow")
def group() -> None:
    """Sales performance reviews: goals, CRM data, evaluation, feedback letters and pay approvals.

    Settings come from the environment (REVIEWFLOW_..., DATABASE_URL, REDIS_URL). `reviewflow doctor`
    says what is missing or wrong, and `reviewflow COMMAND --help` explains each command.
    """


def language() -> str:
    """The language of the terminal: Chinese for a Chinese locale, else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def sentences(error: Refused | Faulty) -> list[str]:
    """Every reason of a refusal as a sentence of the terminal's language, one per line of output."""
    from reviewflow.wording import say

    if isinstance(error, Refused):
        return [say(reason, language()) for reason in error.reasons]
    return [_with_line(fault, say(fault, language())) for fault in error.faults]


def _with_line(fault: Fault, text: str) -> str:
    from reviewflow.wording import say

    return say(Reason("cli.line", {"line": fault.line, "text": text}), language()) if fault.line else text


def print_reasons(reasons: Iterable[Reason]) -> None:
    """Each reason as a sentence of the terminal's language, on a line of its own."""
    from reviewflow.wording import say

    for reason in reasons:
        click.echo(say(reason, language()))


def main() -> None:
    """Entry point of the console script. A refusal prints its reasons and exits with status 1."""
    try:
        group(prog_name="reviewflow")
    except (Refused, Faulty) as error:
        for line in sentences(error):
            click.echo(line, err=True)
        sys.exit(1)
