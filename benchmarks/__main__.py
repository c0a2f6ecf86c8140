"""The suites of the project: `python -m benchmarks run --suite smoke`, then `report` and `plots`.

Rows are kept in results/NAME.sqlite beside this file, so the same command goes on where it was stopped.
"""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.peers import PEERS
from solver.bench.entrants import catalogue
from solver.bench.matrix import Matrix, read_matrix
from solver.bench.plots import draw
from solver.bench.report import report
from solver.bench.run import Report, rows_of, run
from solver.bench.sources import data_folder
from solver.bench.store import Store, latest
from solver.commands.command import Subcommand

HERE = Path(__file__).parent
SUITES = sorted(path.stem for path in (HERE / "suites").glob("*.toml"))

suite_option = click.option("--suite", type=click.Choice(SUITES), required=True, help="Which suite.")
data_option = click.option("--data", metavar="FOLDER", help="Published files; else PARTNERFOLIO_DATA.")
results_option = click.option(
    "--results", type=click.Path(path_type=Path), default=HERE / "results", help="Where rows are kept."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def benchmarks() -> None:
    """Strategies and peers on shipped, drawn and published instances."""


@benchmarks.command("run", cls=Subcommand)
@suite_option
@data_option
@results_option
@click.option("--only", metavar="WORD", multiple=True, help="Only rows with this in their name. Repeatable.")
@click.option("--limit", type=click.FloatRange(0), metavar="S", help="Another limit for every row.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Rows at a time.")
@click.option("--afresh", is_flag=True, help="Run again what is recorded.")
def run_suite(
    suite: str,
    data: str | None,
    results: Path,
    only: tuple[str, ...],
    limit: float | None,
    jobs: int,
    afresh: bool,
) -> None:
    """Run the rows of a suite that are not recorded yet, and show the scores."""
    wanted = matrix(suite, data).only(only).limited(limit)
    kept = store(suite, results)
    run(wanted, kept, afresh=afresh, jobs=jobs, listener=_say)
    click.echo(report(rows_of(wanted, kept)))


@benchmarks.command("report", cls=Subcommand)
@suite_option
@results_option
def report_suite(suite: str, results: Path) -> None:
    """Show the scores of the rows that are recorded, in Markdown."""
    click.echo(report(latest(store(suite, results).rows())))


@benchmarks.command("plots", cls=Subcommand)
@suite_option
@results_option
@click.option("--out", type=click.Path(path_type=Path), help="Folder; RESULTS/SUITE if not given.")
def plot_suite(suite: str, results: Path, out: Path | None) -> None:
    """Draw the performance profile and the gaps over time of the rows that are recorded."""
    for path in draw(latest(store(suite, results).rows()), out or results / suite):
        click.echo(f"wrote {path}")


def matrix(suite: str, data: str | None) -> Matrix:
    """A suite's matrix, with the strategies of the catalogue and the peers."""
    return read_matrix(HERE / "suites" / f"{suite}.toml", {**catalogue(), **PEERS}, data_folder(data))


def store(suite: str, results: Path) -> Store:
    """The rows of a suite."""
    results.mkdir(parents=True, exist_ok=True)
    return Store(results / f"{suite}.sqlite")


def _say(told: Report) -> None:
    click.echo(str(told), err=True)


if __name__ == "__main__":
    benchmarks(prog_name="python -m benchmarks")
