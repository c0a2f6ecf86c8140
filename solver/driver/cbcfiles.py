"""What CBC reads and writes: a program, a solution, and the log of a search under way."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from solver.driver.handover import Program
from solver.driver.rows import Rows
from solver.driver.session import Point

NUMBER = r"(-?[\d.]+(?:e[+-]?\d+)?)"
SOLUTION = re.compile(rf"Integer solution of {NUMBER} found")
BOUND = re.compile(rf"After \d+ nodes.* best possible {NUMBER} ")
LAST_BOUND = re.compile(rf"^(?:Lower|Upper) bound: +{NUMBER}")
# Stopped at its root, CBC claims its own solution as the bound: false in 22 of 158 searches of 0.15 to 0.4 s.
NO_NODES = re.compile(r"^Enumerated nodes: +0$")
UNKNOWN = 1e49
# The log has eight digits of a number.
DIGITS = 1e-7


def write_program(path: Path, program: Program, rows: Rows) -> None:
    """Write a program without its constant as free MPS, its objective negated: CBC minimises."""
    path.write_text("\n".join(_lines(program, rows)) + "\n", encoding="ascii")


def _lines(program: Program, rows: Rows) -> Iterator[str]:
    yield from ("NAME program FREE", "ROWS", " N cost")
    low, high = rows.lower, rows.upper
    kinds = np.where(low == high, "E", np.where(np.isinf(high), "G", "L"))
    yield from (
        f" {'N' if math.isinf(a) and math.isinf(b) else kind} r{row}"
        for row, (kind, a, b) in enumerate(zip(kinds, low, high, strict=True))
    )
    yield "COLUMNS"
    order = np.argsort(rows.indices, kind="stable")
    owner, entries = rows.owner[order], rows.data[order]
    ends = np.searchsorted(rows.indices[order], np.arange(len(program.cost) + 1))
    for column, whole in enumerate(program.integer):
        if whole:
            yield f" MARKER{column} 'MARKER' 'INTORG'"
        yield f" c{column} cost {-program.cost[column]:.17g}"
        for entry in range(ends[column], ends[column + 1]):
            yield f" c{column} r{owner[entry]} {entries[entry]:.17g}"
        if whole:
            yield f" MARKER{column}E 'MARKER' 'INTEND'"
    yield "RHS"
    sides = np.where(np.isinf(high), low, high)
    yield from (f" RHS r{row} {side:.17g}" for row, side in enumerate(sides) if side and np.isfinite(side))
    yield "RANGES"
    for row in np.flatnonzero(np.isfinite(low) & np.isfinite(high) & (low < high)):
        yield f" RNG r{row} {high[row] - low[row]:.17g}"
    yield "BOUNDS"
    for column, (least, most) in enumerate(zip(program.lower, program.upper, strict=True)):
        yield f" MI BND c{column}" if math.isinf(least) else f" LO BND c{column} {least:.17g}"
        yield f" PL BND c{column}" if math.isinf(most) else f" UP BND c{column} {most:.17g}"
    yield "ENDATA"


def read_solution(path: Path, columns: int) -> tuple[str, Point]:
    """The words with which CBC ended, and the point it wrote."""
    words, *lines = path.read_text(encoding="utf-8").splitlines()
    point = np.zeros(columns)
    for line in lines:
        _, name, value, *_ = line.replace("**", " ").split()
        if name.startswith("c"):
            point[int(name[1:])] = float(value)
    return words, point


class Log:
    """The best solution and the bounds in the log of a running CBC, as of the maximisation.

    "Best possible" is what the open parts of the search could reach; what was left behind could only reach
    the best solution. `last_bound` is that of the end.

    >>> log = Log()
    >>> log.hear("Cbc0010I After 9 nodes, 2 on tree, -7 best solution, best possible -9.5 (0.1 seconds)")
    >>> log.incumbent, log.bound
    (-inf, 9.50000095)
    """

    def __init__(self, begun: float = -math.inf) -> None:
        self.incumbent, self.bound, self.last_bound = begun, math.inf, math.inf
        self._read = 0

    def follow(self, path: Path) -> None:
        """Take in what has been written since the last time."""
        with path.open("rb") as log:
            log.seek(self._read)
            whole = log.read().rpartition(b"\n")[0]
        self._read += len(whole) + bool(whole)
        for line in whole.decode(errors="replace").splitlines():
            self.hear(line)

    def hear(self, line: str) -> None:
        """Take in a line."""
        if found := SOLUTION.search(line):
            self.incumbent = max(self.incumbent, -float(found[1]))
        if found := BOUND.search(line):
            self.bound = min(self.bound, self._bound(found[1]))
        if found := LAST_BOUND.search(line):
            self.last_bound = self._bound(found[1])
        if NO_NODES.search(line):
            self.last_bound = math.inf

    def _bound(self, number: str) -> float:
        bound = -float(number)
        return math.inf if abs(bound) >= UNKNOWN else max(bound + DIGITS * abs(bound), self.incumbent)
