"""The suites of the project: `python -m benchmarks run --suite smoke`, then `report` and `plots`.

Rows are kept in results/NAME.sqlite beside this file, so the same command goes on where it was stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from benchmarks.peers import PEERS
from benchmarks.published import publication
from solver.bench.entrants import catalogue
from solver.bench.matrix import Matrix, read_matrix
from solver.bench.plots import draw
from solver.bench.registry import Registry, record_of
from solver.bench.report import failures, report
from solver.bench.run import Report, rows_of, run
from solver.bench.sources import AbsentError, Published, data_folder
from solver.bench.store import Row, Store
from solver.commands.command import NONE_FOUND, Subcommand
from solver.report.markdown import markdown

HERE = Path(__file__).parent
SUITES = sorted(path.stem for path in (HERE / "suites").glob("*.toml"))
BEST_KNOWN = HERE / "best_known.json"


@dataclass(frozen=True)
class Suite:
    """A suite that was asked for: its rows, and where they are kept."""

    name: str
    matrix: Matrix
    results: Path

    @property
    def store(self) -> Store:
        """The rows that were run."""
        self.results.mkdir(parents=True, exist_ok=True)
        return Store(self.results / f"{self.name}.sqlite")

    @property
    def rows(self) -> list[Row]:
        """The rows that were run, of those that were asked for."""
        return rows_of(self.matrix, self.store)


def asks_for_a_suite(function: Callable[..., None]) -> Callable[..., None]:
    """--suite, --only, --limit, --data and --results become a Suite."""

    @click.option("--suite", type=click.Choice(SUITES), required=True, help="Which suite.")
    @click.option("--only", metavar="WORD", multiple=True, help="Only rows with this in their name.")
    @click.option("--limit", type=click.FloatRange(0), metavar="S", help="Another limit for every row.")
    @click.option("--data", metavar="FOLDER", help="Published files; else PARTNERFOLIO_DATA.")
    @click.option("--results", type=click.Path(path_type=Path), default=HERE / "results", metavar="FOLDER")
    @wraps(function)
    def wrapped(
        suite: str, only: tuple[str, ...], limit: float | None, data: str | None, results: Path, **others: Any
    ) -> None:
        entrants = {**catalogue(), **PEERS}
        matrix = read_matrix(HERE / "suites" / f"{suite}.toml", entrants, data_folder(data))
        function(Suite(suite, matrix.only(only).limited(limit), results), **others)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def benchmarks() -> None:
    """Strategies and peers on shipped, drawn and published instances."""


@benchmarks.command("run", cls=Subcommand)
@asks_for_a_suite
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Rows at a time.")
@click.option("--afresh", is_flag=True, help="Run again what is recorded.")
def run_suite(suite: Suite, jobs: int, afresh: bool) -> None:
    """Run the rows that are not recorded yet, and show the scores; exit code 1 says that a row failed."""
    run(suite.matrix, suite.store, afresh=afresh, jobs=jobs, listener=_say)
    _show(suite)
    if failures(suite.rows):
        click.get_current_context().exit(NONE_FOUND)


@benchmarks.command("report", cls=Subcommand)
@asks_for_a_suite
def report_suite(suite: Suite) -> None:
    """Show the scores of the rows that are recorded, in Markdown."""
    _show(suite)


@benchmarks.command("plots", cls=Subcommand)
@asks_for_a_suite
@click.option("--out", type=click.Path(path_type=Path), help="Folder; RESULTS/SUITE if not given.")
def plot_suite(suite: Suite, out: Path | None) -> None:
    """Draw the performance profile and the gaps over time of the rows that are recorded."""
    known = Registry.read(BEST_KNOWN).values(suite.rows)
    for path in draw(suite.rows, out or suite.results / suite.name, known):
        click.echo(f"wrote {path}")


@benchmarks.command("learn", cls=Subcommand)
@asks_for_a_suite
def learn_from(suite: Suite) -> None:
    """Take better values and bounds into best_known.json: what was published, and what was recorded."""
    registry = Registry.read(BEST_KNOWN)
    learnt = 0
    for source in dict.fromkeys(task.source for task in suite.matrix.tasks):
        try:
            published = publication(source) if isinstance(source, Published) else None
            if published is not None:
                learnt += registry.learn(source.name, source.read().fingerprint, published.record)
        except AbsentError:
            continue
    for row in suite.rows:
        record = record_of(row)
        if record is not None:
            learnt += registry.learn(row.key.instance, row.key.fingerprint, record)
    registry.write(BEST_KNOWN)
    click.echo(f"learnt {learnt} values")


def _show(suite: Suite) -> None:
    known = Registry.read(BEST_KNOWN).values(suite.rows)
    click.echo(markdown(report(suite.rows, known)))


def _say(told: Report) -> None:
    click.echo(str(told), err=True)


if __name__ == "__main__":
    benchmarks(prog_name="python -m benchmarks")
