"""The command `partnerfolio`: a table of sub-commands, each imported when it is asked for."""

from __future__ import annotations

import errno
import gc
import traceback
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from types import MappingProxyType
from typing import NoReturn

import click

from solver.commands.command import BAD_INPUT, NOBODY_READS, UNEXPECTED
from solver.commands.interrupts import leave, obey
from solver.commands.streams import abandon_everything, abandon_stdout, make_usable, say

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "solve": "Find the best portfolio and prove how good it is.",
        "explain": "Say why nothing is possible, and what the cheapest change is.",
        "why": "Say why partners are chosen or left out: worth, price, what is in the way.",
        "frontier": "Show what can be had of several criteria, and what one costs in another.",
        "classes": "Say who is in all, some or none of the portfolios nearly as good.",
        "resilience": "Show what is lost when somebody fails or leaves.",
        "alternatives": "Show the best portfolios in order, and good ones that are far apart.",
        "core-index": "Show who is in every portfolio that may be best by criteria known in part.",
        "sensitivity": "Show which numbers the best portfolio hangs on, and from where on.",
        "whatif": "Solve named variants and put them side by side.",
        "grade": "Judge a plan of your own, and say what would be better.",
        "compare": "Put the best portfolio beside plans, results and other instances.",
        "change": "Say what changed since last time, and which inputs did it.",
        "check": "Say what is in an instance, what is missing, what is wrong.",
        "tidy": "Write a copy of messy files with every repair that leaves no doubt.",
        "verify": "Judge a plan: its value and every rule.",
        "health": "Say how healthy partners and ecosystem are, and why.",
        "rebalance": "Say what to change in what runs, and what each move is worth.",
        "newcomers": "Say which candidates to bring in, and why.",
        "pilot": "Say what a pilot shows, or what pilots are worth.",
        "roll": "Say how ways to run an alliance do over many futures.",
        "advance": "Write an instance as it stands one period on.",
        "risk": "Show how much the best portfolio, or a plan, may lose, and why.",
        "allocate": "Split what the alliance is worth so that nobody has reason to leave.",
        "report": "Write a plan as a document to hand on: HTML or Markdown.",
        "plot": "Draw a picture of a portfolio or its split: SVG, PNG, HTML.",
        "stability": "Show from how many scenarios on the choice settles.",
        "convert": "Write an instance as a folder, a workbook or JSON.",
        "new": "Write a commented instance to fill in.",
        "generate": "Write a synthetic instance of any size.",
        "bench": "Compare strategies on instances of your own.",
        "schema": "Print the JSON Schema of an instance.",
        "manual": "Show a page of the manual.",
    }
)


class Commands(click.Group):
    """A group that lists its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which a planner meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"solver.commands.{cmd_name.replace('-', '_')}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a line; a name that is none gets the nearest one as a remedy."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from solver.instance.defects import nearest

            ctx.fail(f"No such command {args[0]!r}{nearest(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their sentences."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _show_versions(ctx: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from solver.versions import versions

        click.echo("\n".join(f"{package} {version}" for package, version in versions().items()))
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_versions,
    help="Show versions.",
)
def cli() -> None:
    """Choose the partners of an alliance, and the applications to launch with them.

    Give it what you know about the candidates: revenues, costs, capabilities,
    synergies, limits. It returns the portfolio that is worth most, says how far
    any other could be better, and re-checks every rule.

    \b
    Examples:
      partnerfolio new alliance.xlsx             a workbook to fill in
      partnerfolio check alliance.xlsx           is it complete and sound?
      partnerfolio tidy alliance.xlsx tidy.xlsx  a copy without slips
      partnerfolio solve alliance.xlsx           the best portfolio
      partnerfolio solve alliance.xlsx --set limits.budget=400 --json result.json
      partnerfolio verify alliance.xlsx result.json
      partnerfolio risk alliance.xlsx            how much it may lose, and why
      partnerfolio allocate alliance.xlsx        who gets what
      partnerfolio manual input                  a page of the manual
    """


def main() -> NoReturn:
    """Run the command; what nobody foresaw shows its traceback and ends with code 3."""
    obey()
    make_usable()
    # Tables of many rows are millions of objects without a cycle: with the default of 700 the collector
    # takes a third of the time of reading 100,000 rows.
    gc.set_threshold(10_000)
    code = 0
    try:
        cli(prog_name="partnerfolio")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BrokenPipeError:
        abandon_everything()
        code = NOBODY_READS
    except Exception as error:
        code = _told(error)
    leave(code)


def _told(error: Exception) -> int:
    """The exit code for an error that no command took in, after it was told."""
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        abandon_stdout()
        say(f"Error: there is no room for what this command writes ({error.strerror})")
        return BAD_INPUT
    with suppress(OSError):
        traceback.print_exception(error)
    return UNEXPECTED
