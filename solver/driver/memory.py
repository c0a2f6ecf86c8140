"""What searches of one problem leave to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from solver.driver.handover import Columns, suited, told
from solver.driver.rows import Lazy, Rows, WideRule
from solver.driver.separation import Origin, Separator, row_key
from solver.driver.session import Point

MOST_ROWS = 300
"""Of one problem, those that were used last: what binds nowhere costs every relaxation a little."""


class Memory:
    """The rows that rules asked for, each by its rule, and the best solution of the last search.

    A rule's row holds wherever the rule does, whatever else is asked: so rows are handed out again to the
    very rule that made them, and those that somebody else asked for are not taken in. Variables are known by
    name: columns, and their units, may differ from search to search.
    """

    def __init__(self, left: Mapping[str, float] | None = None) -> None:
        self.searched = left is not None
        self._place: dict[str, int] = {}
        self._rows: dict[bytes, tuple[Rows, Origin]] = {}
        self._solution: Mapping[str, float] = left or {}

    @property
    def left(self) -> Mapping[str, float] | None:
        """What they leave to those of another problem: the last solution by the names of variables.

        It is empty where none had one, None where none was begun.
        """
        return self._solution if self.searched else None

    @property
    def has_solution(self) -> bool:
        """Whether some search had a solution."""
        return bool(self._solution)

    def take_in(self, separator: Separator, rules: Sequence[Lazy | WideRule], columns: Columns) -> None:
        """Keep the rows that some rules asked for."""
        places = np.array([self._place.setdefault(name, len(self._place)) for name in columns.names])
        for row, origin in zip(told(separator.rows, columns).single(), separator.origins, strict=True):
            if any(origin.source is rule for rule in rules):
                kept = replace(row, indices=places[row.indices].astype(np.int32))
                self._rows.pop(row_key(kept), None)
                self._rows[row_key(kept)] = kept, origin
        for key in list(self._rows)[:-MOST_ROWS]:
            del self._rows[key]

    def note(self, columns: Columns, solution: Point | None) -> None:
        """Take note that a search has ended, and with what."""
        self.searched = True
        if solution is not None:
            values = (solution * columns.sizes).tolist()
            self._solution = dict(zip(columns.names, values, strict=True))

    def rows(self, columns: Columns) -> Iterator[tuple[Rows, Origin]]:
        """The rows over columns; those with variables that are no longer there are left out."""
        columns_by_place = np.full(len(self._place), -1)
        for column, name in enumerate(columns.names):
            if name in self._place:
                columns_by_place[self._place[name]] = column
        for row, origin in self._rows.values():
            own: NDArray[np.int64] = columns_by_place[row.indices]
            if (own >= 0).all():
                yield suited(replace(row, indices=own.astype(np.int32)), columns), origin

    def solution(self, columns: Columns) -> Point | None:
        """The best solution of the last search that had one, NaN for new columns; None where none had one."""
        if not self.has_solution:
            return None
        values = [self._solution.get(name, np.nan) for name in columns.names]
        return np.asarray(np.array(values) / columns.sizes)
