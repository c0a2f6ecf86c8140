"""The repairs of one table, whatever file it stands in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from solver.instance.cells import as_digits, as_truth
from solver.instance.columns import kind
from solver.instance.fields import Row
from solver.instance.headings import MOST_LINES_ABOVE, all_meant, is_note, likely_header
from solver.instance.invisible import cleaned
from solver.instance.reading import is_blank
from solver.instance.slips import sure_totals
from solver.instance.tables import TABLES
from solver.instance.tidy.changes import REMARK, TITLE, TOTAL, Edit
from solver.instance.tidy.values import Repair, repaired

HEADING = "the heading under its proper name"
NOTE_MARK = "# "
REMARK_MARKS = ("*", "//", "--")
REMARK_WORDS = """note notes remark remarks comment source sources nb anmerkung hinweis quelle remarque fuente
    nota 注 备注 来源"""
AsNumber = Callable[[Any], Any]


@dataclass(frozen=True)
class Grid:
    """A table as it stands in a file: numbered lines of cells, and which of them has the headings.

    `columns` are the columns that the headings name, empty for those that are left alone.
    """

    table: str
    lines: Sequence[tuple[int, Sequence[Any]]]
    header: int
    columns: Sequence[str]

    @classmethod
    def of(cls, table: str, lines: Sequence[tuple[int, Sequence[Any]]]) -> Grid | None:
        """The grid, None where it is in doubt which line has the headings."""
        if not lines:
            return None
        model = TABLES[table]
        texts = [(number, [_text(cell) for cell in cells]) for number, cells in lines[:MOST_LINES_ABOVE]]
        header = likely_header([(number, list(map(cleaned, cells))) for number, cells in texts], model)
        columns = _columns(texts[header][1], model)
        if not all(_is_title(cells, columns, model) for _, cells in lines[:header]):
            return None
        return cls(table, lines, header, columns)

    @property
    def rows(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """The lines below the header that have anything in them."""
        below = self.lines[self.header + 1 :]
        return (line for line in below if not all(map(is_blank, line[1])))

    def named_cells(self, cells: Sequence[Any]) -> Iterator[tuple[int, str, Any]]:
        """Position, column and value of the filled cells of one line that are no notes."""
        for position, (column, value) in enumerate(zip(self.columns, cells, strict=False)):
            if column and not is_note(column) and not is_blank(value):
                yield position, column, value


def doubtful_ids(grids: Iterable[Grid]) -> set[str]:
    """Ids of different rows that would be the same without what nobody sees."""
    doubtful = set()
    for grid in grids:
        given: dict[str, set[str]] = {}
        for _, cells in grid.rows:
            for _, column, value in grid.named_cells(cells):
                if column == "id" and isinstance(value, str):
                    given.setdefault(cleaned(value), set()).add(value)
        doubtful |= {plain for plain, forms in given.items() if len(forms) > 1}
    return doubtful


def mentions(grids: Iterable[Grid]) -> Counter[str]:
    """In how many cells a text stands."""
    texts = (
        str(value) for grid in grids for _, cells in grid.rows for _, _, value in grid.named_cells(cells)
    )
    return Counter(texts)


def edits_of(
    grid: Grid, doubtful: Collection[str], mentioned: Counter[str], as_number: AsNumber
) -> Iterator[Edit]:
    """Every repair of a table that leaves no doubt; `as_number` reads what counts as a number there."""
    for number, cells in grid.lines[: grid.header]:
        if not all(map(is_blank, cells)):
            yield _as_note(number, cells, TITLE)
    yield from _headings(grid)
    rows, edits = [], []
    for number, cells in grid.rows:
        row, found = _row(grid, number, cells, doubtful, as_number)
        rows.append((number, cells, row))
        edits.append(found)
    notes = dict.fromkeys(_remarks(grid, [row for _, _, row in rows]), REMARK)
    totals = sure_totals(grid.table, [row for _, _, row in rows])
    notes |= {place: TOTAL for place in totals if _is_alone(rows[place][2], mentioned)}
    for place, (number, cells, _) in enumerate(rows):
        if place in notes:
            yield _as_note(number, cells, notes[place])
        else:
            yield from edits[place]


def _text(cell: Any) -> str:
    return "" if cell is None else str(as_digits(cell))


def _columns(cells: Sequence[str], model: type[Row]) -> list[str]:
    plain = list(map(cleaned, cells))
    known = all_meant(plain, model.model_fields)
    columns = [known[cell] or cell for cell in plain]
    return [column if columns.count(column) == 1 else "" for column in columns]


def _is_title(cells: Sequence[Any], columns: Sequence[str], model: type[Row]) -> bool:
    """Whether a line above the header cannot be a row that strayed there: none of its numbers is one."""
    if sum(not is_blank(cell) for cell in cells) <= 1:
        return True
    numbers = [
        position
        for position, column in enumerate(columns)
        if column in model.model_fields
        and model.model_fields[column].is_required()
        and kind(model, column) == "number"
    ]
    given = [_text(cells[position]) for position in numbers if position < len(cells)]
    return bool(numbers) and not any(map(str.isdigit, "".join(given)))


def _headings(grid: Grid) -> Iterator[Edit]:
    number, cells = grid.lines[grid.header]
    for position, (cell, column) in enumerate(zip(cells, grid.columns, strict=False)):
        if isinstance(cell, str) and column and not is_note(column) and cell != column:
            yield Edit(number, position, cell, column, HEADING)


def _row(
    grid: Grid, number: int, cells: Sequence[Any], doubtful: Collection[str], as_number: AsNumber
) -> tuple[dict[str, Any], list[Edit]]:
    """A row with the values it means, and the edits that make them stand there."""
    model = TABLES[grid.table]
    row: dict[str, Any] = {}
    edits = []
    for position, column, value in grid.named_cells(cells):
        is_number = kind(model, column) == "number"
        meant = as_number(value) if is_number else None
        if kind(model, column) == "truth" and isinstance(value, str):
            meant = as_truth(value)
        repair = repaired(model, column, value) if meant is None else Repair(meant, "")
        if repair is None or (not is_number and repair.value in doubtful):
            row[column] = value
            continue
        row[column] = repair.value
        if meant is None:
            edits.append(Edit(number, position, value, repair.value, repair.why))
    return row, edits


def _remarks(grid: Grid, rows: Sequence[dict[str, Any]]) -> Iterator[int]:
    """Rows that have one text only, which says that it is a remark, where a row needs more than that."""
    fields = TABLES[grid.table].model_fields.values()
    if sum(field.is_required() for field in fields) < 2:
        return
    for place, row in enumerate(rows):
        text = next(iter(row.values())) if len(row) == 1 else None
        if isinstance(text, str) and _is_remark(cleaned(text)):
            yield place


def _is_remark(text: str) -> bool:
    word, colon, rest = text.replace("：", ":").partition(":")
    named = (
        bool(colon and rest.strip()) and word.strip(" .").replace(".", "").casefold() in REMARK_WORDS.split()
    )
    return named or (text.startswith(REMARK_MARKS) and " " in text)


def _is_alone(row: dict[str, Any], mentioned: Counter[str]) -> bool:
    """Whether nothing but the row itself speaks of its id."""
    return "id" not in row or mentioned[str(row["id"])] <= sum(
        row["id"] == row.get(key) for key in ("id", "name")
    )


def _as_note(number: int, cells: Sequence[Any], why: str) -> Edit:
    first = cells[0] if cells and not is_blank(cells[0]) else None
    note = NOTE_MARK.strip() if first is None else f"{NOTE_MARK}{cleaned(_text(first))}"
    return Edit(number, 0, first, note, why, is_note=True)
