"""Proves optima of real projects, and their frontier of value against risk: `python -m benchmarks.projects`.

The 20 projects are those of Dixit & Tiwari (Annals of Operations Research 285, 2020), in `project_cvar` of
the folder that `--data` or PARTNERFOLIO_DATA names. Every solve is a line of the output, found again by a
later call; remove a line to solve it anew. One draw holds for all years of a project; projects are
independent.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import solver as pf
from solver.portfolio.risks import LossMeasure
from solver.report.amounts import number, percent
from solver.risk.measures.tail import CVaR

OPTIMA: Mapping[float, float] = {2.0: 175.8818, 1.7: 181.3867}
STATED_FLOOR = 2.0
LEVEL = 0.95
LIMITS_PER_UNIT = 10_000


@dataclass(frozen=True)
class Notebook:
    """The file that holds what was solved, a line of JSON for each, and the means to solve more."""

    path: Path
    limits: pf.SearchLimits

    def solved(
        self, instance: pf.Instance, formulation: pf.Formulation, start: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The record of a formulation, looked up or solved now. Raises SystemExit without a portfolio."""
        question = {"fingerprint": instance.fingerprint, "maximise": str(formulation.maximise)}
        for line in self._lines():
            if question.items() <= line.items():
                return line
        answer = question | record(pf.solve(instance, formulation, start=start, limits=self.limits))
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(answer, ensure_ascii=False) + "\n")
        return answer

    def _lines(self) -> Iterator[dict[str, Any]]:
        if self.path.exists():
            yield from map(json.loads, self.path.read_text(encoding="utf-8").splitlines())


def main() -> None:
    """Print the table of optima and the frontier."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", default=os.environ.get("PARTNERFOLIO_DATA"), metavar="FOLDER")
    parser.add_argument("--output", type=Path, default=Path("projects.jsonl"), metavar="FILE")
    parser.add_argument("--points", type=int, default=8, help="of the frontier, at least 2; 0 for none")
    parser.add_argument("--scenarios", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7, help="of the scenarios")
    parser.add_argument("--seconds", type=float, metavar="S", help="for each solve; no limit if left out")
    parser.add_argument("--threads", type=int, default=1, help="threads of the back end")
    wanted = parser.parse_args()
    if not wanted.data:
        parser.error("--data or PARTNERFOLIO_DATA has to name the folder that holds project_cvar")
    if wanted.points < 0 or wanted.points == 1:
        parser.error("--points has to be 0 or at least 2")
    notebook = Notebook(wanted.output, pf.SearchLimits(seconds=wanted.seconds, threads=wanted.threads))
    case = pf.read_library(Path(wanted.data, "project_cvar", "Table_5.csv"), "projects")
    print(table(["strategic floor", "expected TNPV", "bound", "gap", "seconds"], optima(case, notebook)))
    if wanted.points:
        risk = {"measure": "cvar", "level": LEVEL, "copula": "independent"}
        risk |= {"scenarios": wanted.scenarios, "seed": wanted.seed}
        header = ["CVaR limit", "expected TNPV", "bound", "gap", "CVaR", "CVaR out of sample", "seconds"]
        risky = changed(case, STATED_FLOOR, risk)
        print(f"\n{table(header, frontier(risky, wanted.points, notebook))}")
        least = safest(risky, notebook)
        print(f"\nSmallest CVaR: {least['cvar']:.4f}, proven to be at least {-least['bound']:.4f}")


def changed(case: pf.Instance, floor: float, risk: Mapping[str, Any] | None = None) -> pf.Instance:
    """The case with another floor of the strategic score, and with a section [risk] when given."""
    document = case.to_document()
    document |= {"limits": document["limits"] | {"min_innovation": floor}}
    return pf.Instance.from_document(document if risk is None else document | {"risk": risk})


def optima(case: pf.Instance, notebook: Notebook) -> Iterator[list[str]]:
    """A row for each floor. Raises SystemExit where there is no proof or the optimum is not the known one."""
    for floor, known in OPTIMA.items():
        instance = changed(case, floor)
        found = notebook.solved(instance, pf.Formulation.of(instance))
        if found["termination"] != "optimal" or round(found["objective"], 4) != known:
            raise SystemExit(f"floor {floor}: {found['termination']}, {found['objective']}, not {known}")
        yield [
            number(floor),
            f"{found['objective']:.4f}",
            f"{found['bound']:.4f}",
            percent(found["gap"]),
            number(found["seconds"]),
        ]


def frontier(case: pf.Instance, points: int, notebook: Notebook) -> Iterator[list[str]]:
    """A row for each limit on the CVaR of the loss, from the smallest attainable to that of the best value.

    What was found for a limit is where the search for the next, looser one starts.
    """
    least = safest(case, notebook)
    best = notebook.solved(case, pf.Formulation.of(case))
    start = least["portfolio"]
    for point in range(points):
        share = point / (points - 1)
        limit = _rounded_up((1 - share) * least["cvar"] + share * best["cvar"])
        limited = _with_limit(case, limit)
        found = notebook.solved(limited, pf.Formulation.of(limited), start)
        start = found["portfolio"]
        yield [
            f"{limit:.4f}",
            f"{found['objective']:.4f}",
            f"{found['bound']:.4f}",
            percent(found["gap"]),
            f"{found['cvar']:.4f}",
            f"{found['fresh']:.4f} ({found['fresh_from']:.4f} to {found['fresh_to']:.4f})",
            number(found["seconds"]),
        ]


def safest(case: pf.Instance, notebook: Notebook) -> dict[str, Any]:
    """The record of the portfolio with the smallest CVaR of the loss, whatever it is worth."""
    rules = pf.Formulation.of(case).subject_to
    return notebook.solved(case, pf.Formulation(-LossMeasure(CVaR(LEVEL)), rules))


def _with_limit(case: pf.Instance, limit: float) -> pf.Instance:
    document = case.to_document()
    return pf.Instance.from_document(document | {"risk": document["risk"] | {"limit": limit}})


def _rounded_up(limit: float) -> float:
    """Few enough decimals to print, and still attained by the portfolio it comes from."""
    return ceil(limit * LIMITS_PER_UNIT) / LIMITS_PER_UNIT


def record(result: pf.Result) -> dict[str, Any]:
    """What is kept of a result. Raises SystemExit where no portfolio was found."""
    if result.portfolio is None:
        raise SystemExit(f"{result.instance['name']}: {result.termination} {result.message}")
    kept = {
        "termination": str(result.termination),
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "seconds": round(result.seconds, 2),
        "portfolio": result.portfolio.to_dict(),
    }
    if result.risk is not None and result.risk.out_of_sample is not None:
        fresh = result.risk.out_of_sample
        kept |= {"expected": result.risk.expected, "cvar": result.risk.value, "fresh": fresh.value}
        kept |= {"fresh_from": fresh.value_interval[0], "fresh_to": fresh.value_interval[1]}
    return kept


def table(header: list[str], rows: Iterator[list[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    main()
