"""What every sub-command does when something goes wrong: say it, and end with the right code."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from solver.commands.complaints import complain
from solver.commands.options import PAGE, XLSX
from solver.commands.outputs import json_text
from solver.commands.pages import check_page
from solver.commands.streams import abandon_stdout
from solver.commands.targets import check_new_workbook, check_target
from solver.errors import BrokenPlanError, ContradictionError, InputError, PartnerfolioError, StoppedError
from solver.instance.defects import Defect
from solver.report.cells import PIPED, printed_on

if TYPE_CHECKING:
    from solver.report.evidence import Refusal

FOUND = 0
NONE_FOUND = 1
BAD_INPUT = 2
UNEXPECTED = 3
INTERRUPTED = 130
NOBODY_READS = 141
BEGAN = f"{__name__}.began"


class Subcommand(click.Command):
    """A command that tells errors of the input apart from everything else.

    All defects go to stderr; with `--json -` they are also a JSON object on stdout.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command and turn deliberate exceptions into messages and exit codes."""
        ctx.meta[BEGAN] = time.monotonic()
        try:
            _check_files(ctx)
            with printed_on(shutil.get_terminal_size((PIPED, 0)).columns):
                return super().invoke(ctx)
        except BrokenPlanError as error:
            _report(ctx, _broken(error.defects), error.defects)
            ctx.exit(NONE_FOUND)
        except InputError as error:
            _report(ctx, _headline(error.defects), error.defects)
        except StoppedError as error:
            _report(ctx, str(error))
            ctx.exit(NONE_FOUND)
        except ContradictionError as error:
            _report(ctx, str(error))
            ctx.exit(UNEXPECTED)
        except PartnerfolioError as error:
            _report(ctx, str(error))
        except BrokenPipeError:
            abandon_stdout()
            ctx.exit(NOBODY_READS)
        except KeyboardInterrupt:
            _report(ctx, "stopped before there was an answer")
            ctx.exit(INTERRUPTED)
        ctx.exit(BAD_INPUT)


def _check_files(ctx: click.Context) -> None:
    """Raise InputError where a workbook or a page that is asked for may not be written."""
    given = [value for value in ctx.params.values() if isinstance(value, str)]
    if workbook := ctx.meta.get(XLSX):
        check_new_workbook(workbook, given, overwrite=ctx.params["overwrite"])
    if page := ctx.meta.get(PAGE):
        check_target(page, given, overwrite=ctx.params["overwrite"])
        check_page(page)


def time_left(seconds: float | None) -> float | None:
    """What is left of a time limit, which began with the command and not only once its files were read."""
    if seconds is None:
        return None
    now = time.monotonic()
    began: float = click.get_current_context().meta.get(BEGAN, now)
    return max(0.0, seconds - (now - began))


def _headline(defects: Sequence[Defect]) -> str:
    return f"the input has {len(defects):,} defect{'s' if len(defects) != 1 else ''}"


def _broken(defects: Sequence[Defect]) -> str:
    return f"the plan is broken, {len(defects):,} rule{'s' if len(defects) != 1 else ''} not kept"


def _report(ctx: click.Context, message: str, defects: Sequence[Defect] = ()) -> None:
    complain(message, defects)
    if ctx.params.get("json_target") == "-":
        document: Refusal = {"error": message, "defects": list(defects)}
        click.echo(json_text(document).encode("utf-8"))
