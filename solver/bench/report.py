"""The scores of a comparison as Markdown that also reads well as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from solver.bench.scores import Score, gap_to, scores
from solver.bench.standings import Contest
from solver.bench.store import Row
from solver.bench.tasks import FAILED, TERMINATIONS, Measurement

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
NOTES = """\
gap: to the best value known; a row without a portfolio counts as 100 %. best: rows within 1e-6 of the best
known. wins: nobody better, and nobody as good sooner within 1 %. seconds, to 1 %: geometric means shifted by
1 s; with ≥, some rows never came so near and count with their limit. PAR10: mean seconds; a row not within
0.01 % counts ten limits. build: the largest share of a row of more than 1 s that went into building. By
instance: gap to the best value known, then ✓ where it is proven best, or ≤ the gap that is proven."""


def report(rows: Sequence[Row], known: Mapping[str, float] | None = None) -> str:
    """Scores, gaps by instance, wrong claims, what failed or was skipped, and the protocol."""
    contest = Contest.of(rows, known)
    if not contest.rows:
        return "\n\n".join(["No row was run.", *_incidents(rows)])
    parts = [*_scores(contest), NOTES, _gaps(contest), *_refuted(contest), *_incidents(rows), _protocol(rows)]
    return "\n\n".join(parts)


def failures(rows: Iterable[Row]) -> int:
    """How many rows ended in a way in which none should."""
    return sum(row.measurement.termination in FAILED for row in rows)


def _scores(contest: Contest) -> list[str]:
    """Scores over what everyone was run on, and over everything where that is more."""
    common = contest.common
    tables = (
        [(f"On the {len(common.instances)} instances on which all were run", common)] if common.rows else []
    )
    if len(common.rows) < len(contest.rows):
        tables.append(("On all that each was run on", contest))
    return [
        f"{title}:\n\n" + table(HEADINGS, [_score_cells(score) for score in scores(some)])
        for title, some in tables
    ]


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


def _gaps(contest: Contest) -> str:
    """A line per instance: the best value known, and each contestant's mean gap to it and mean seconds."""
    lines = []
    for instance in contest.instances:
        best = contest.best[instance]
        lines.append(
            [instance, f"{best:.10g}", *(_cell(contest, instance, best, one) for one in contest.contestants)]
        )
    return table(("instance", "best known", *contest.contestants), lines)


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


def _refuted(contest: Contest) -> list[str]:
    """Bounds below a value that somebody reached: a claim that is wrong is named."""
    lines = [
        f"- {entry.contestant} on {entry.instance}: bound {entry.measurement.bound:.10g}, "
        f"but {contest.best[entry.instance]:.10g} is known"
        for entry in contest.entries
        if entry.measurement.bound is not None
        and contest.best[entry.instance] - entry.measurement.bound
        > REFUTED * max(1.0, abs(contest.best[entry.instance]))
    ]
    return ["Wrong claims:\n\n" + "\n".join(lines)] if lines else []


def _incidents(rows: Sequence[Row]) -> list[str]:
    """Rows that failed, one by one, and those that were skipped, by reason."""
    failed = [
        f"- {row.measurement.termination}: {row.key.strategy} on {row.key.instance}, {row.key.seconds:g} s: "
        f"{row.measurement.message}"
        for row in rows
        if row.measurement.termination in FAILED
    ]
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if row.measurement.termination == "skipped":
            reasons.setdefault(row.measurement.message, []).append(row.key.strategy)
    skipped = [
        f"- {len(strategies)} × {', '.join(dict.fromkeys(strategies))}: {reason}"
        for reason, strategies in reasons.items()
    ]
    return [
        f"{title}:\n\n" + "\n".join(lines)
        for title, lines in (("Failed", failed), ("Skipped", skipped))
        if lines
    ]


def _protocol(rows: Sequence[Row]) -> str:
    """On what machine, on which days, with which versions; and what the words mean that occur."""
    machines = sorted({row.machine for row in rows})
    days = sorted({row.date for row in rows})
    versions = sorted({row.key.versions for row in rows})
    words = [word for word in TERMINATIONS if any(row.measurement.termination == word for row in rows)]
    return "\n".join(
        [
            f"Machine: {'; '.join(machines)}. Days: {days[0]}{'' if len(days) == 1 else f' to {days[-1]}'}.",
            *(f"Versions: {line}." for line in versions),
            f"Ends: {'; '.join(f'{word}: {TERMINATIONS[word]}' for word in words)}.",
        ]
    )


def table(headings: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table whose columns stand under each other."""
    rows = [list(headings), *(list(line) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(headings))]
    shown = [
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |"
        for row in rows
    ]
    ruler = f"|{'|'.join('-' * (width + 2) for width in widths)}|"
    return "\n".join([shown[0], ruler, *shown[1:]])


def _percent(share: float | None) -> str:
    if share is None:
        return "—"
    return "0 %" if share == 0 else f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.1f} %"


def _number(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
