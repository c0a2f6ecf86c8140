"""Values that others published for the instances of the suites, taken into best_known.json."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from solver.bench.registry import Record
from solver.bench.sources import Published

CHU_BEASLEY = {"mknapcb1": "OR5x100", "mknapcb2": "OR5x250", "mknapcb4": "OR10x100", "mknapcb7": "OR30x100"}
# Hochbaum & Baumann (2024), by budget in the order of the file; given to a tenth, so the value is at least
# half a tenth less.
TEAMS = (245.9, 399.2, 641.0, 1176.0, 1768.2, 2142.0)
HALF_A_TENTH = 0.05
# Xuan et al. (2012): optima by ratio of the budget.
RELEASES = {
    "nrp1": {0.3: 1204.0, 0.5: 1840.0, 0.7: 2507.0},
    "nrp2": {0.3: 4970.0, 0.5: 8065.0, 0.7: 11316.0},
    "nrp3": {0.3: 7488.0, 0.5: 11159.0, 0.7: 14196.0},
}


@dataclass(frozen=True)
class Publication:
    """A value that somebody published, and whether it is said to be the optimum."""

    value: float
    proven: bool
    by: str
    date: str

    @property
    def record(self) -> Record:
        """The same as a record; an optimum is its own bound."""
        return Record(self.value, self.value if self.proven else None, self.proven, self.date, self.by)


def publication(source: Published) -> Publication | None:
    """What was published on an instance; None where nothing was.

    Raises AbsentError without its file.
    """
    stem = Path(source.file).stem
    if stem in CHU_BEASLEY:
        return _chu_beasley(source, CHU_BEASLEY[stem])
    if source.format == "qkp":
        return _quadratic(source)
    if source.format == "nrp" and source.ratio in RELEASES.get(stem, {}):
        return Publication(RELEASES[stem][source.ratio], True, "Xuan et al., IEEE TSE 38", "2012")
    if stem == "dblp":
        least = TEAMS[(source.index or 1) - 1] - HALF_A_TENTH
        return Publication(least, False, "at least, by Hochbaum & Baumann's rounded optimum", "2024")
    stated = source.optimum()
    return None if stated is None else Publication(stated, True, "OR-Library, Beasley", "1990")


def _chu_beasley(source: Published, group: str) -> Publication | None:
    table = source.location.with_name("chubeas_best_known.txt")
    lines = table.read_text(encoding="utf-8").splitlines()
    of_group = [line.split() for line in lines if line.startswith(f"{group}-")]
    _, value, status, by = of_group[(source.index or 1) - 1]
    credit = "Chu & Beasley's instances" if by == "*" else by
    return Publication(float(value), status == "Optimal", credit, "")


def _quadratic(source: Published) -> Publication | None:
    table = source.location.with_name("best_known.csv")
    for row in _rows(table):
        if row["file"] == source.location.name:
            return Publication(float(row["best_ofv"]), False, "Billionnet & Soutif's instances", "2004")
    return None


def _rows(table: Path) -> Iterator[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
