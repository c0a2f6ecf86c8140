"""`partnerfolio allocate`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from solver.commands.command import FOUND, NONE_FOUND, UNEXPECTED, Subcommand
from solver.commands.complaints import complain
from solver.commands.options import json_option, library_options, lock_options, override_option
from solver.commands.searching import (
    at_the_terminal,
    check_options,
    ended_in_error,
    evidence_option,
    exit_code,
    reading,
    search_options,
    searched,
    testifying,
)
from solver.commands.splitting import asked_for, split_options
from solver.errors import StoppedError
from solver.shapes import Shaped

if TYPE_CHECKING:
    from solver.games.allocate import Allocation
    from solver.games.game import Game
    from solver.instance.instance import Instance
    from solver.report.blocks import Report
    from solver.report.naming import Naming
    from solver.result import Result
    from solver.sharing.wishes import Wishes


CHOOSES_ITSELF = "--stable chooses the portfolio itself: give an instance only"
OF_AN_INSTANCE = {
    "--plan": "plan",
    "--in": "included",
    "--out": "excluded",
    "--set": "overrides",
    "--format": "format_",
    "--evidence": "evidence",
    "--base": "base",
    "--basis": "basis",
}


class AllocateCommand(Subcommand):
    """Without time there is no answer."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a question that took too long is no bad input."""
        try:
            return super().invoke(ctx)
        except ArithmeticError as error:
            complain(str(error))
            ctx.exit(NONE_FOUND)


@click.command(cls=AllocateCommand)
@click.argument("source", metavar="INSTANCE|RESULT", required=False)
@click.option("--plan", metavar="RESULT.json", help="Split this plan of INSTANCE instead of the best.")
@click.option("--game", metavar="GAME.json", help='Split any game: {"players": [...], "v": [...]}.')
@click.option("--stable", is_flag=True, help="Choose the best portfolio that has a contract.")
@split_options
@library_options
@override_option
@lock_options
@search_options
@evidence_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    source: str | None,
    plan: str | None,
    game: str | None,
    json_target: str | None,
    **options: Any,
) -> None:
    """Split what an alliance is worth so that nobody has reason to leave.

    Takes the best portfolio of INSTANCE, the portfolio of a RESULT that `solve`
    wrote, or any game: v lists what every coalition is worth by bit mask, bit i
    standing for player i, v[0] = 0; "base" may add stand-alone costs or benefits
    by player. Without --rule the section [split] decides.

    \b
    Examples:
      partnerfolio allocate instances/healthcare
      partnerfolio allocate instances/finance --all
      partnerfolio allocate alliance.xlsx --rule shapley --tier 0.05 --cap 0.5
      partnerfolio allocate alliance.xlsx --stable --tier 0.1 --cap 0.6
      partnerfolio allocate result.json --payoffs offer.json
      partnerfolio allocate --game game.json --rule nucleolus --json -

    \b
    Rules: equal, proportional, equal_profit, shapley, risk_corrected_shapley,
    nash, tau, least_core, nucleolus, per_capita_nucleolus, prenucleolus.

    \b
    Exit codes: 0 there is a split, 1 no portfolio was found, the plan breaks a
    rule or the split's rule has no answer, 2 bad input,
    3 claims contradict each other, and nothing is proven.
    """
    from solver.commands.outputs import tell

    check_options(json_target, [source, plan, game, options["payoffs"]], options)
    if (source is None) == (game is None):
        raise click.UsageError("give either an instance or a result, or --game")
    if options["stable"] and (game or plan):
        raise click.UsageError(CHOOSES_ITSELF)
    idle = [name for name, option in OF_AN_INSTANCE.items() if (options | {"plan": plan})[option]]
    if game and idle:
        raise click.UsageError(f"{', '.join(idle)}: a game knows no portfolio; give an instance")
    if not game and options["base_file"]:
        raise click.UsageError("--base-file is for a --game; an alliance goes by --base benefit or cost")
    answer = _of_game(game, options) if game else _of_instance(str(source), plan, options)
    tell(answer.document, json_target, *answer.reports)
    ctx.exit(answer.code)


class Answer(NamedTuple):
    """What is told, as JSON and as reports, and the exit code."""

    document: Shaped
    reports: tuple[Report, ...]
    code: int


def _of_game(path: str, options: dict[str, Any]) -> Answer:
    from solver.commands.inputs import read_game
    from solver.report.naming import Naming
    from solver.sharing.wishes import Wishes

    game = read_game(path, options["base_file"])
    allocation = _allocated(game, None, asked_for(Wishes(), options), options)
    return _told(allocation, Naming(Path(path).stem, allocation.players))


def _of_instance(path: str, plan: str | None, options: dict[str, Any]) -> Answer:
    from solver.commands.inputs import instance_and_plan
    from solver.report.naming import Naming
    from solver.report.result import summary
    from solver.sharing.wishes import Wishes

    with reading(options["quiet"]):
        instance, known = instance_and_plan(path, plan, options)
    wishes = asked_for(Wishes.of(instance), options)
    if options["stable"] and known is not None:
        raise click.UsageError(CHOOSES_ITSELF)
    if options["stable"]:
        return _stably(instance, wishes, options)
    result = searched(instance, options) if known is None else None
    if result is not None and (code := exit_code([result], instance, options)) != FOUND:
        return Answer(result, (summary(result, instance),), code)
    try:
        with testifying(instance, options):
            allocation = _allocated(instance, result or known, wishes, options, result)
    except (ArithmeticError, StoppedError) as error:
        if result is None:
            raise
        return _unsplit(result, instance, error)
    return _told(allocation, Naming.of(instance, allocation.players))


def _unsplit(result: Result, instance: Instance, error: Exception) -> Answer:
    """The portfolio that was found, and why its split is missing."""
    from solver.report.result import summary

    missing = f"The value was not split: {error}."
    unsplit = replace(result, warnings=(*result.warnings, missing))
    return Answer(unsplit, (summary(result, instance, missing),), NONE_FOUND)


def _stably(instance: Instance, wishes: Wishes, options: dict[str, Any]) -> Answer:
    """The best portfolio that has a contract, and its split."""
    from solver.answers.stable_selection import select_stably
    from solver.report.naming import Naming
    from solver.report.stable import stable_summary

    with testifying(instance, options), at_the_terminal(options) as terms:
        selection = select_stably(instance, wishes.clauses, **terms)
    report = stable_summary(selection, instance)
    wrong = ended_in_error([selection.best, selection.result], instance, options)
    if wrong or not selection.result.has_portfolio:
        code = UNEXPECTED if wrong else NONE_FOUND
        return Answer(selection, (report,), code)
    with testifying(instance, options):
        allocation = _allocated(instance, selection.result, wishes, options, selection.result)
    split = _told(allocation, Naming.of(instance, allocation.players))
    return Answer(
        replace(selection, allocation=allocation),
        (report, *split.reports),
        FOUND,
    )


def _told(allocation: Allocation, naming: Naming) -> Answer:
    from solver.report.allocation import allocation_summary

    code = NONE_FOUND if allocation.wanted is None else FOUND
    return Answer(allocation, (allocation_summary(allocation, naming),), code)


def _allocated(
    subject: Instance | Game,
    plan: Result | dict[str, Any] | None,
    wishes: Wishes,
    options: dict[str, Any],
    search: Result | None = None,
) -> Allocation:
    """The answer within what the search has left of the time; at once where it was cancelled."""
    from solver.answers.allocation import allocate
    from solver.run import Termination

    with at_the_terminal(options) as terms:
        if search is not None and search.termination is Termination.cancelled:
            terms["limits"] = replace(terms["limits"], seconds=0.0)
        return allocate(subject, plan, wishes, **terms)
