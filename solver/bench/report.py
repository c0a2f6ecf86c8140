"""The scores of a comparison as a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from solver.bench.scores import Score, gap_to, scores
from solver.bench.standings import Contest
from solver.bench.store import Row
from solver.bench.tasks import FAILED, TERMINATIONS, Measurement
from solver.report import blocks
from solver.report.amounts import counted, listed
from solver.report.blocks import Facts, Report, Section, Table, section, table_of, text

REFUTED = 1e-6
HEADINGS = (
    "strategy",
    "rows",
    "found",
    "proven",
    "best",
    "wins",
    "mean gap",
    "worst gap",
    "seconds",
    "PAR10",
    "to 1 %",
    "build",
    "peak MB",
    "failed",
)
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "gap": "to the best value known; a row without a portfolio counts as 100 %",
        "best": "rows within 1e-6 of the best known",
        "wins": "nobody better, and nobody as good sooner within 1 %",
        "seconds, to 1 %": "geometric means shifted by 1 s; with ≥, some rows never came so near and "
        "count with their limit",
        "PAR10": "mean seconds; a row not within 0.01 % counts ten limits",
        "build": "the largest share of a row of more than 1 s that went into building",
    }
)
CELLS = "Gap to the best known, then ✓ where it is proven best, or ≤ the gap that is proven; mean seconds."


def report(rows: Sequence[Row], known: Mapping[str, float] | None = None) -> Report:
    """Scores, gaps by instance, wrong claims, what failed or was skipped, and the protocol."""
    contest = Contest.of(rows, known)
    if not contest.rows:
        return blocks.report("No row was run", *_incidents(rows))
    return blocks.report(
        f"{listed(contest.contestants)} on {counted(len(contest.instances), 'instance')}",
        *_scores(contest),
        section("What the columns mean", Facts(COLUMNS)),
        section("By instance", text(CELLS), _gaps(contest)),
        section("Wrong claims", text(*_refuted(contest))),
        *_incidents(rows),
        section("How it was run", Facts(_protocol(rows))),
        names=("gap", "bound", *contest.contestants, *contest.instances),
    )


def failures(rows: Iterable[Row]) -> int:
    """How many rows ended in a way in which none should."""
    return sum(row.measurement.termination in FAILED for row in rows)


def _scores(contest: Contest) -> Iterator[Section]:
    """Scores over what everyone was run on, and over everything where that is more."""
    common = contest.common
    if common.rows:
        yield _scored(f"On the {len(common.instances)} instances on which all were run", common)
    if len(common.rows) < len(contest.rows):
        yield _scored("On all that each was run on", contest)


def _scored(title: str, contest: Contest) -> Section:
    return section(title, table_of(HEADINGS, [_score_cells(score) for score in scores(contest)]))


def _score_cells(score: Score) -> list[str]:
    return [
        score.contestant,
        str(score.rows),
        str(score.found),
        str(score.proven),
        str(score.best),
        str(score.wins),
        _percent(score.mean_gap),
        _percent(score.worst_gap),
        _number(score.seconds),
        _number(score.par10),
        ("≥ " if score.cut else "") + _number(score.to_target),
        _percent(score.build_share),
        _number(score.megabytes),
        str(score.failed),
    ]


def _gaps(contest: Contest) -> Table:
    """A line per instance: the best value known, and each contestant's mean gap to it and mean seconds."""
    lines = []
    for instance in contest.instances:
        best = contest.best[instance]
        lines.append(
            [instance, f"{best:.10g}", *(_cell(contest, instance, best, one) for one in contest.contestants)]
        )
    return table_of(("instance", "best known", *contest.contestants), lines)


def _cell(contest: Contest, instance: str, best: float, contestant: str) -> str:
    entries = [entry for entry in contest.met_on[instance] if entry.contestant == contestant]
    if not entries:
        return "—"
    failed = [entry.measurement.termination for entry in entries if entry.measurement.termination in FAILED]
    if failed:
        return failed[0]
    gap = sum(gap_to(best, entry.measurement.objective) for entry in entries) / len(entries)
    seconds = sum(entry.seconds for entry in entries) / len(entries)
    return f"{_percent(gap)}{_proof([entry.measurement for entry in entries])}, {_number(seconds)} s"


def _proof(measurements: Sequence[Measurement]) -> str:
    """A tick where all is proven, else the largest gap that is, if each has one."""
    if all(one.termination in ("optimal", "gap_reached") for one in measurements):
        return " ✓"
    gaps = [one.gap for one in measurements if one.gap is not None]
    return f" ≤ {_percent(max(gaps))}" if len(gaps) == len(measurements) else ""


def _refuted(contest: Contest) -> Iterator[str]:
    """Bounds below a value that somebody reached: a claim that is wrong is named."""
    for entry in contest.entries:
        best, bound = contest.best[entry.instance], entry.measurement.bound
        if bound is not None and best - bound > REFUTED * max(1.0, abs(best)):
            yield f"{entry.contestant} on {entry.instance}: bound {bound:.10g}, but {best:.10g} is known"


def _incidents(rows: Sequence[Row]) -> tuple[Section, Section]:
    """Rows that failed, one by one, and those that were skipped, by reason."""
    failed = (
        f"{row.measurement.termination}: {row.key.strategy} on {row.key.instance}, {row.key.seconds:g} s: "
        f"{row.measurement.message}"
        for row in rows
        if row.measurement.termination in FAILED
    )
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if row.measurement.termination == "skipped":
            reasons.setdefault(row.measurement.message, []).append(row.key.strategy)
    skipped = (
        f"{len(strategies)} × {', '.join(dict.fromkeys(strategies))}: {reason}"
        for reason, strategies in reasons.items()
    )
    return section("Failed", text(*failed)), section("Skipped", text(*skipped))


def _protocol(rows: Sequence[Row]) -> dict[str, str]:
    """On what machine, on which days, with which versions; and what the words mean that occur."""
    days = sorted({row.date for row in rows})
    words = [word for word in TERMINATIONS if any(row.measurement.termination == word for row in rows)]
    return {
        "machine": "; ".join(sorted({row.machine for row in rows})),
        "days": days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}",
        "versions": "; ".join(sorted({row.key.versions for row in rows})),
        **{word: TERMINATIONS[word] for word in words},
    }


def _percent(share: float | None) -> str:
    if share is None:
        return "—"
    return "0 %" if share == 0 else f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.1f} %"


def _number(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
