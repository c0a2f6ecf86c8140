"""Tables 1 to 3: Shapley value, nucleolus and per-capita nucleolus from a table, beside the peers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from benchmarks.splitting.contest import Contest
from benchmarks.splitting.games import KINDS
from benchmarks.splitting.peers import Peer, nucleolus_peers, per_capita_peers, shapley_peers
from benchmarks.splitting.report import Row, Table, number, text
from solver.games.game import Game
from solver.games.kohlberg import check_stages
from solver.games.nucleolus import Nucleolus, nucleolus, per_capita_nucleolus
from solver.games.shapley import from_table

MOST_CHECKED = 26


def shapley_table(sizes: Sequence[int], cap: float) -> Table:
    """The exact Shapley value; the memory is that of the float64 table alone."""
    contest = Contest(from_table, shapley_peers(), cap)
    rows = (contest.row(KINDS["superadditive"](size, 0), _memory) for size in sizes)
    return Table(1, "Exact Shapley value from a table", rows)


def nucleolus_table(sizes: Sequence[int], cap: float) -> Table:
    """The nucleolus of games of each kind."""
    return Table(2, "Nucleolus from a table", _of_each_kind(nucleolus, nucleolus_peers(), sizes, cap))


def per_capita_table(sizes: Sequence[int], cap: float) -> Table:
    """The per-capita nucleolus of games of each kind."""
    rows = _of_each_kind(per_capita_nucleolus, per_capita_peers(), sizes, cap)
    return Table(3, "Per-capita nucleolus from a table", rows)


def _of_each_kind(
    ours: Callable[[Game], Nucleolus | None], peers: Sequence[Peer], sizes: Sequence[int], cap: float
) -> Iterator[Row]:
    for kind, drawn in KINDS.items():
        contest = Contest(ours, peers, cap)
        for size in sizes:
            yield {"game": text(kind), **contest.row(drawn(size, 0), _criterion)}


def _memory(game: Game, answer: object) -> Row:
    return {"table, MB": number(game.v.nbytes / 1e6)}


def _criterion(game: Game, found: Nucleolus) -> Row:
    """Kohlberg's criterion on ours, which passes over the table once per stage and is not timed."""
    stages = {"stages": text(len(found.stages))}
    if game.n > MOST_CHECKED:
        return {**stages, "Kohlberg": text("not checked")}
    verdict = check_stages(game, found)
    return {**stages, "Kohlberg": text("passes" if verdict.passes else verdict.why_not)}
