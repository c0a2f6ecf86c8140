"""The outcomes of a pilot in a CSV file: 0 and 1, or what was true and what was predicted."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from solver.errors import InputError
from solver.instance.defects import Defect, Findings, nearest
from solver.instance.files import text_of

OUTCOME, TRUTH, PREDICTION = "outcome", "truth", "prediction"
SEPARATORS = ",;\t"


@dataclass(frozen=True)
class Outcomes:
    """How many trials a pilot had, and how many of them succeeded."""

    trials: int
    successes: int

    def __post_init__(self) -> None:
        if not 0 <= self.successes <= self.trials or self.trials < 1:
            remedy = f"from 0 to trials, which is {self.trials}; and at least one trial"
            raise InputError([Defect("pilot", remedy, column="successes", value=self.successes)])


def read_outcomes(path: str) -> Outcomes:
    """Count the outcomes in a CSV with a column `outcome` of 0 and 1, or `truth` and `prediction`.

    A prediction succeeds that is the truth. Raises InputError with every line that is neither.
    """
    findings = Findings()
    source = Path(path)
    if not source.is_file():
        raise InputError([Defect(path, "a CSV file with a column outcome, or truth and prediction")])
    text = text_of(source, findings)
    findings.raise_if_any()
    lines = (text or "").splitlines()
    mark = max(SEPARATORS, key=(lines[0] if lines else "").count)
    head, *rows = list(csv.reader(lines, delimiter=mark)) or [[]]
    columns = [name.strip().casefold() for name in head]
    filled = [(number, row) for number, row in enumerate(rows, 2) if any(map(str.strip, row))]
    numbered = [(number, [cell.strip() for cell in row]) for number, row in filled]
    if OUTCOME in columns:
        successes = _plain(source.name, columns.index(OUTCOME), numbered, findings)
    elif {TRUTH, PREDICTION} <= set(columns):
        successes = _predicted(source.name, columns, numbered, findings)
    else:
        strange = [name for name in columns if name not in (TRUTH, PREDICTION)]
        hints = (nearest(name, (OUTCOME, TRUTH, PREDICTION)) for name in strange)
        hint = next(filter(None, hints), "")
        remedy = f"a column outcome of 0 and 1, or columns truth and prediction{hint}"
        findings.add(Defect(f"{source.name}, line 1", remedy, value=", ".join(head)))
        successes = []
    if not numbered:
        findings.add(Defect(source.name, "at least one outcome below the heading"))
    findings.raise_if_any()
    return Outcomes(len(successes), sum(successes))


def _plain(file: str, place: int, rows: Sequence[tuple[int, list[str]]], findings: Findings) -> list[bool]:
    found = []
    for number, row in rows:
        cell = row[place] if place < len(row) else ""
        if cell not in ("0", "1"):
            findings.add(Defect(f"{file}, line {number}", "0 or 1", column=OUTCOME, value=cell))
        found.append(cell == "1")
    return found


def _predicted(
    file: str, columns: list[str], rows: Sequence[tuple[int, list[str]]], findings: Findings
) -> list[bool]:
    places = {name: columns.index(name) for name in (TRUTH, PREDICTION)}
    labels = {row[places[TRUTH]] for _, row in rows if places[TRUTH] < len(row)} - {""}
    found = []
    for number, row in rows:
        cells = {name: row[place] if place < len(row) else "" for name, place in places.items()}
        if not cells[TRUTH]:
            findings.add(Defect(f"{file}, line {number}", "what was true", column=TRUTH))
        elif cells[PREDICTION] not in labels:
            remedy = f"a label that some row has as truth{nearest(cells[PREDICTION], labels)}"
            place = f"{file}, line {number}"
            findings.add(Defect(place, remedy, column=PREDICTION, value=cells[PREDICTION]))
        found.append(cells[TRUTH] == cells[PREDICTION])
    return found
