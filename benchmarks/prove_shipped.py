"""Proves the optima of the shipped instances and records how: `python -m benchmarks.prove_shipped [NAME…]`.

Writes instances/best_known.json and the table of optima in instances/README.md; instances that are not
named keep what is recorded of them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import solver as pf
from solver.driver.backends import available
from solver.report.amounts import money, number

INSTANCES = Path(__file__).parent.parent / "instances"
BEST_KNOWN = INSTANCES / "best_known.json"
TABLE = INSTANCES / "README.md"
BEGIN, END = "<!-- optima: begin -->", "<!-- optima: end -->"
CROSS_CHECK = "CBC"
CROSS_CHECK_SECONDS = 30.0


def main() -> None:
    """Prove what the arguments name, all of it by default."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="folders in instances/; all if none")
    parser.add_argument("--threads", type=int, default=1, help="threads of the back end")
    parser.add_argument("--cross-check-seconds", type=float, default=CROSS_CHECK_SECONDS, metavar="S")
    wanted = parser.parse_args()
    for name in wanted.names or shipped():
        record(name, proof(name, wanted.threads, wanted.cross_check_seconds))
        print(row(name, recorded()[name]), flush=True)


def shipped() -> list[str]:
    """The folders in instances/, the one solved by hand first and the hard one last."""
    names = sorted(path.parent.name for path in INSTANCES.glob("*/instance.toml"))
    return ["first", *(name for name in names if name not in ("first", "ecosystem")), "ecosystem"]


def recorded() -> dict[str, Any]:
    """What is known so far, by name."""
    return json.loads(BEST_KNOWN.read_text(encoding="utf-8"))["instances"] if BEST_KNOWN.exists() else {}


def proof(name: str, threads: int, seconds: float) -> dict[str, Any]:
    """Solve without a time limit, and once more with another back end in limited time.

    Raises SystemExit when there is no proof, or when the two disagree.
    """
    instance = pf.read(INSTANCES / name)
    result = pf.solve(instance, limits=pf.SearchLimits(threads=threads))
    if result.termination != "optimal" or result.portfolio is None:
        raise SystemExit(f"{name}: {result.termination} {result.message}")
    second = cross_check(instance, seconds)
    if second is not None and second["termination"] == "optimal":
        difference = abs(second["objective"] - result.objective)
        if difference > 2e-6 * max(1.0, abs(result.objective)):
            raise SystemExit(f"{name}: {result.objective} here and {second['objective']} with {CROSS_CHECK}")
    return {
        "fingerprint": instance.fingerprint,
        "objective": result.objective,
        "bound": result.bound,
        "money": money(result.objective, instance),
        "proof": {
            "date": date.today().isoformat(),
            "backend": f"{result.backend} {result.versions['highspy']}",
            "threads": threads,
            "seconds": round(result.seconds, 2),
        },
        "cross_check": second,
        "portfolio": result.portfolio.to_dict(),
    }


def cross_check(instance: pf.Instance, seconds: float) -> dict[str, Any] | None:
    """What another back end finds and proves in so many seconds; None where it is not installed."""
    if CROSS_CHECK not in available():
        return None
    result = pf.solve(instance, limits=pf.SearchLimits(backend=CROSS_CHECK, seconds=seconds))
    return {
        "backend": f"{CROSS_CHECK} through PuLP {result.versions['pulp']}",
        "termination": str(result.termination),
        "objective": result.objective,
        "bound": result.bound,
        "seconds": round(result.seconds, 2),
    }


def record(name: str, entry: Mapping[str, Any]) -> None:
    """Put one entry into the file and write the table anew."""
    known = {**recorded(), name: entry}
    ordered = {name: known[name] for name in shipped() if name in known}
    text = json.dumps({"format": 1, "instances": ordered}, indent=2, ensure_ascii=False)
    BEST_KNOWN.write_text(f"{text}\n", encoding="utf-8")
    before, _, rest = TABLE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    TABLE.write_text(f"{before}{BEGIN}\n{table(ordered)}\n{END}{after}", encoding="utf-8")


def table(entries: Mapping[str, Any]) -> str:
    """The table of optima in Markdown."""
    header = [
        "| instance | optimum | bound | proven by | seconds | cross-check |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join([*header, *(row(name, entry) for name, entry in entries.items())])


def row(name: str, entry: Mapping[str, Any]) -> str:
    """One instance as a line of the table."""
    proof, second = entry["proof"], entry["cross_check"]
    cells = [
        f"`{name}`",
        entry["money"],
        number(entry["bound"]),
        f"{proof['backend']}, {proof['date']}",
        number(proof["seconds"]),
        "none" if second is None else _agreement(second),
    ]
    return f"| {' | '.join(cells)} |"


def _agreement(second: Mapping[str, Any]) -> str:
    if second["termination"] == "optimal":
        return f"{second['backend']}: the same, {number(second['seconds'])} s"
    bound = "no bound" if second["bound"] is None else f"bound {number(second['bound'])}"
    return f"{second['backend']}: {second['termination']}, {bound}"


if __name__ == "__main__":
    main()
