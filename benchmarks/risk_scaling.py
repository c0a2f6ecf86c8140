"""A CVaR limit or price on a selection against the textbook: `python -m benchmarks.risk_scaling --out FILE`.

Partners succeed or fail and earn a lognormal multiple, both with a common and an industry factor; the mean
benefit is maximised under two budgets. Ours makes one cut per point; the peers solve the extensive form
(Rockafellar and Uryasev 2002), a row and a column per scenario. Every row of the table is a process of its
own with one thread; what FILE holds already is not run again. The table shows seconds of the clock, the
file holds those of the processor as well.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pulp
from numpy.typing import NDArray

from solver.driver import Row, SearchLimits, ValueOf, expression, run
from solver.risk.measures import CVaR

LEVEL = 0.95
GAP = 1e-3
PARTNERS = (50, 200, 500)
SCENARIOS = (1_000, 10_000, 100_000)
WAYS = ("ours", "HiGHS", "CBC")
MEMORY_LIMIT = 2e9
BYTES_PER_ENTRY = 550.0
INDUSTRIES = 8
FACTOR = math.sqrt(0.2)
PRICE = 0.5
BATCH = 5_000
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Task:
    """One row of the table: who solves which drawn case."""

    partners: int
    scenarios: int
    seed: int
    mode: str
    way: str
    cap: float


class Case:
    """One drawn selection: benefit (S, n) per scenario and partner, the use of two budgets, risk limited."""

    def __init__(self, partners: int, scenarios: int, seed: int) -> None:
        random = np.random.default_rng([seed, partners, scenarios])
        worth = random.uniform(20, 100, partners)
        spent = worth * random.uniform(0.3, 0.7, partners)
        success = random.uniform(0.6, 0.95, partners)
        spread = np.sqrt(np.log1p(random.uniform(0.2, 0.8, partners) ** 2))
        industry = random.integers(0, INDUSTRIES, partners)
        worst = _quantile(1 - success)
        self.benefit = np.empty((scenarios, partners))
        for first in range(0, scenarios, BATCH):
            rows = min(BATCH, scenarios - first)
            delivers, luck = _factors(random, rows, industry)
            multiple = np.exp(spread * luck - spread**2 / 2)
            self.benefit[first : first + rows] = worth * (delivers > worst) * multiple / success - spent
        self.mean = self.benefit.mean(axis=0)
        self.use = random.uniform(1, 10, (2, partners)) * np.sqrt(spent)
        self.room = 0.4 * self.use.sum(axis=1)
        self.measure = CVaR(LEVEL)
        self.probability = np.full(scenarios, 1 / scenarios)

    def risk(self, chosen: NDArray[np.float64]) -> float:
        """CVaR of the loss of a selection."""
        return self.measure.value(-(self.benefit @ chosen), self.probability)

    def cut(self, chosen: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """CVaR of the loss of a selection, and its slope in every partner."""
        losses = -(self.benefit @ chosen)
        weights = self.measure.weights(losses, self.probability)
        tail = np.flatnonzero(weights)
        return self.measure.value(losses, self.probability), -(weights[tail] @ self.benefit[tail])


class Selection:
    """The selection as a PuLP problem without scenarios, and the rule that cuts off understated risk."""

    def __init__(self, case: Case, worth: NDArray[np.float64], price: float, limit: float, kind: str) -> None:
        self.case, self.worth, self.price, self.limit = case, worth, price, limit
        self.problem, self.chosen = _budgets(case, kind)
        most = limit if math.isfinite(limit) else None
        self.risk = self.problem.add_variable("risk", -float(np.abs(case.mean).sum() * 100), most)
        objective = dict(zip(self.chosen, worth.tolist(), strict=True))
        self.problem.setObjective(expression({**objective, self.risk: -price}))

    def violated(self, value: ValueOf) -> Iterator[Row]:
        """The cut at a point that promises less risk than there is, or keeps the limit only by promise."""
        true, slope = self.case.cut(self._values(value))
        promised = value(self.risk) if self.price else self.limit
        if true > promised + TOLERANCE * max(1.0, abs(true)):
            coefficients = dict(zip(self.chosen, slope.tolist(), strict=True))
            yield Row({**coefficients, self.risk: -1.0}, "<=", 0.0, "risk at a point")

    def judge(self, value: ValueOf) -> float | None:
        """What a selection is worth; None when its risk is above the limit."""
        chosen = self._values(value)
        risk = self.case.risk(chosen)
        if risk > self.limit + TOLERANCE * max(1.0, abs(risk)):
            return None
        return float(self.worth @ chosen) - self.price * risk

    def solved(self, seconds: float | None, gap: float) -> NDArray[np.float64] | None:
        """The best selection that the driver finds."""
        limits = SearchLimits(seconds=seconds, gap=gap)
        outcome = run(self.problem, lazies=[self], judge=self.judge, limits=limits)
        return None if outcome.values is None else self._values(outcome.value)

    def _values(self, value: ValueOf) -> NDArray[np.float64]:
        return np.array([value(variable) for variable in self.chosen])


def main() -> None:
    """Run what the file does not hold yet, and print the table of all that it holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="JSON lines, one per row")
    parser.add_argument("--cap", type=float, default=900.0, help="seconds after which a peer is stopped")
    parser.add_argument("--partners", type=int, nargs="*", default=PARTNERS)
    parser.add_argument("--scenarios", type=int, nargs="*", default=SCENARIOS)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--modes", nargs="*", default=["limit", "price"])
    parser.add_argument("--ways", nargs="*", default=WAYS)
    parser.add_argument("--row", type=json.loads, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.row is not None:
        print(json.dumps(measured(Task(**wanted.row))))
        return
    for task in tasks(wanted):
        if task not in {Task(**entry["task"]) for entry in recorded(wanted.out)}:
            with wanted.out.open("a", encoding="utf-8") as file:
                file.write(f"{json.dumps(in_a_process(task, wanted.out))}\n")
            print(table(recorded(wanted.out)), flush=True)
    print(table(recorded(wanted.out)))


def tasks(wanted: argparse.Namespace) -> Iterator[Task]:
    """The rows that were asked for: ours first, then the peers."""
    for way in wanted.ways:
        for partners in wanted.partners:
            for scenarios in wanted.scenarios:
                for seed in range(wanted.seeds):
                    for mode in wanted.modes:
                        yield Task(partners, scenarios, seed, mode, way, wanted.cap)


def recorded(out: Path) -> list[dict[str, Any]]:
    """The rows that a file holds."""
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()] if out.exists() else []


def in_a_process(task: Task, out: Path) -> dict[str, Any]:
    """One row, measured by a process of its own; or why it was not run."""
    entry = {"task": asdict(task)}
    needed = BYTES_PER_ENTRY * task.partners * task.scenarios
    if task.way != "ours" and needed > MEMORY_LIMIT:
        return {**entry, "skipped": f"about {needed / 1e9:.1f} GB"}
    command = [sys.executable, "-m", "benchmarks.risk_scaling", "--out", str(out)]
    ended = subprocess.run(
        [*command, "--row", json.dumps(asdict(task))],
        stdout=subprocess.PIPE,
        env=_single_threaded(),
        text=True,
    )
    if ended.returncode:
        return {**entry, "skipped": f"ended with code {ended.returncode}"}
    return {**entry, **json.loads(ended.stdout.splitlines()[-1])}


def measured(task: Task) -> dict[str, Any]:
    """Draw a case, solve it one way, and recompute what was found; seconds from the data to the solution."""
    case = Case(task.partners, task.scenarios, task.seed)
    limit, price = (math.inf, PRICE) if task.mode == "price" else (_limit(case), 0.0)
    began, worked = time.perf_counter(), _processor_seconds()
    if task.way == "ours":
        chosen = Selection(case, case.mean, price, limit, "Binary").solved(task.cap, GAP)
    else:
        chosen = {"HiGHS": by_highs, "CBC": by_cbc}[task.way](case, limit, price, task.cap)
    seconds, worked = time.perf_counter() - began, _processor_seconds() - worked
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    risk = None if chosen is None else case.risk(chosen)
    return {
        "seconds": seconds,
        "processor_seconds": worked,
        "stopped": seconds >= 0.95 * task.cap,
        "megabytes": peak / 1024,
        "objective": None if chosen is None or risk is None else float(case.mean @ chosen) - price * risk,
        "excess": None if risk is None else max(0.0, risk - limit),
    }


def by_highs(case: Case, limit: float, price: float, cap: float) -> NDArray[np.float64] | None:
    """The extensive form as arrays: columns x, threshold t, excess z; rows b_ω x + t + z_ω ≥ 0."""
    import highspy

    scenarios, partners = case.benefit.shape
    columns = partners + 1 + scenarios
    share = 1 / (scenarios * (1 - LEVEL))
    risk = np.concatenate([np.zeros(partners), [1.0], np.full(scenarios, share)])
    floor = np.concatenate([np.zeros(partners), [-np.inf], np.zeros(scenarios)])
    ceiling = np.concatenate([np.ones(partners), np.full(1 + scenarios, np.inf)])
    highs = highspy.Highs()
    for option, value in {"output_flag": False, "threads": 1, "mip_rel_gap": GAP, "time_limit": cap}.items():
        highs.setOptionValue(option, value)
    nothing, none = np.zeros(0, np.int32), np.zeros(0)
    cost = np.concatenate([case.mean, np.zeros(1 + scenarios)]) - price * risk
    highs.addCols(columns, cost, floor, ceiling, 0, nothing, nothing, none)
    highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
    chosen = np.arange(partners, dtype=np.int32)
    highs.changeColsIntegrality(
        partners, chosen, np.full(partners, int(highspy.HighsVarType.kInteger), np.uint8)
    )
    for use, room in zip(case.use, case.room, strict=True):
        highs.addRow(-np.inf, room, partners, chosen, use)
    if math.isfinite(limit):
        highs.addRow(
            -np.inf, limit, 1 + scenarios, np.arange(partners, columns, dtype=np.int32), risk[partners:]
        )
    place = np.empty((scenarios, partners + 2), dtype=np.int32)
    place[:, :-1], place[:, -1] = np.arange(partners + 1), np.arange(partners + 1, columns)
    entries = np.hstack([case.benefit, np.ones((scenarios, 2))])
    starts = np.arange(scenarios, dtype=np.int32) * (partners + 2)
    zeros, infinite = np.zeros(scenarios), np.full(scenarios, np.inf)
    highs.addRows(scenarios, zeros, infinite, entries.size, starts, place.ravel(), entries.ravel())
    highs.run()
    if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    return np.round(np.array(highs.getSolution().col_value)[:partners])


def by_cbc(case: Case, limit: float, price: float, cap: float) -> NDArray[np.float64] | None:
    """The extensive form as a PuLP problem, solved by the CBC that PuLP brings along."""
    scenarios = len(case.benefit)
    problem, chosen = _budgets(case, "Binary")
    threshold = problem.add_variable("threshold")
    excess = [problem.add_variable(f"excess{scenario}", 0) for scenario in range(scenarios)]
    share = 1 / (scenarios * (1 - LEVEL))
    risk = {threshold: 1.0, **dict.fromkeys(excess, share)}
    gain = dict(zip(chosen, case.mean.tolist(), strict=True))
    loss = {variable: -price * factor for variable, factor in risk.items()} if price else {}
    problem.setObjective(expression({**gain, **loss}))
    if math.isfinite(limit):
        problem.addConstraint(expression(risk) <= limit)
    for scenario, beyond in enumerate(excess):
        earned = dict(zip(chosen, case.benefit[scenario].tolist(), strict=True))
        problem.addConstraint(expression({**earned, threshold: 1.0, beyond: 1.0}) >= 0.0)
    problem.solve(pulp.PULP_CBC_CMD(msg=False, gapRel=GAP, timeLimit=cap, threads=1))
    values = [variable.varValue for variable in chosen]
    return None if None in values else np.round(np.array(values, dtype=float))


def table(entries: Sequence[dict[str, Any]]) -> str:
    """All rows in Markdown, the peers with the ratios of time and memory to ours."""
    found = {
        tuple(entry["task"][key] for key in ("partners", "scenarios", "mode", "seed", "way")): entry
        for entry in entries
    }
    lines = [
        "| partners × scenarios | mode | draw | ours | HiGHS, extensive | × time | × memory "
        "| PuLP + CBC | × time | × memory |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for case in dict.fromkeys(key[:-1] for key in sorted(found)):
        ours = found.get((*case, "ours"))
        peers = [cell for way in WAYS[1:] for cell in _against(found.get((*case, way)), ours)]
        partners, scenarios, mode, seed = case
        cells = [f"{partners} × {scenarios:,}", mode, str(seed), _figures(ours), *peers]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _figures(entry: dict[str, Any] | None) -> str:
    if entry is None:
        return "—"
    if "skipped" in entry:
        return f"not run: {entry['skipped']}"
    mark = "≥ " if entry["stopped"] else ""
    return f"{mark}{entry['seconds']:.2f} s, {entry['megabytes']:,.0f} MB"


def _against(peer: dict[str, Any] | None, ours: dict[str, Any] | None) -> tuple[str, str, str]:
    if peer is None or ours is None or "seconds" not in peer or "seconds" not in ours:
        return _figures(peer), "—", "—"
    mark = "≥ " if peer["stopped"] else ""
    time_ratio, memory_ratio = (peer[key] / ours[key] for key in ("seconds", "megabytes"))
    return _figures(peer), f"{mark}{time_ratio:.1f}", f"{memory_ratio:.1f}"


def _limit(case: Case) -> float:
    """Half-way between the risk of the best relaxed selection and the least there can be."""
    nothing = 0.0 * case.mean
    boldest = Selection(case, case.mean, 0.0, math.inf, "Continuous").solved(None, 1e-4)
    safest = Selection(case, nothing, 1.0, math.inf, "Continuous").solved(None, 1e-4)
    if boldest is None or safest is None:
        raise SystemExit("the relaxed selection has no solution")
    return 0.5 * (case.risk(boldest) + case.risk(safest))


def _budgets(case: Case, kind: str) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    problem = pulp.LpProblem("selection", pulp.LpMaximize)
    chosen = [problem.add_variable(f"x{partner:04}", 0, 1, kind) for partner in range(len(case.mean))]
    for use, room in zip(case.use, case.room, strict=True):
        problem.addConstraint(expression(dict(zip(chosen, use.tolist(), strict=True))) <= float(room))
    return problem, chosen


def _factors(
    random: np.random.Generator, rows: int, industry: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Standard normal readiness and luck of every partner, shape (rows, n), with common factors."""
    market = random.standard_normal((rows, 1))
    common = FACTOR * (market + random.standard_normal((rows, INDUSTRIES))[:, industry])
    own = math.sqrt(1 - 2 * FACTOR**2)
    readiness, luck = random.standard_normal((2, rows, len(industry)))
    return common + own * readiness, common + own * luck


def _quantile(grade: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import ndtri

    quantiles: NDArray[np.float64] = ndtri(grade)
    return quantiles


def _processor_seconds() -> float:
    """What this process and its ended children have worked; a busy machine does not change it."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _single_threaded() -> dict[str, str]:
    return {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


if __name__ == "__main__":
    main()
