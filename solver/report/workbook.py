"""A report as an Excel workbook: a sheet per part, live totals, names that are never formulas, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from solver.report.blocks import Block, Column, Facts, Figure, Report, Section, Table, Text
from solver.report.cells import width
from solver.report.figures.lettering import legible
from solver.report.languages import word
from solver.report.words import explained

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

NUMBER = re.compile(r"-?[\d,]+(?:\.(\d+))?( %)?")
STEERS = ("=", "+", "-", "@")
"""A text that begins so would become a formula where somebody edits its cell, had it no apostrophe."""
NO_NAME_OF_A_SHEET = re.compile(r"[\[\]:*?/\\']")
LONGEST_NAME = 31
MOST_CHARACTERS = 32_000
FIRST, WIDEST, USUAL, PAGE = 34, 44, 9, 110
"""Widths in characters: of a first column, at most, where nothing is said, and of a printed page."""
MOST_COLUMNS, MOST_LINES = 14, 20
LINE, PIXELS_OF_A_ROW = 15, 20
TOTAL, FONT = "total", "Calibri"
HEAD = "E4ECF4"
FORMULA = re.compile(rb'(<c r="([A-Z]+\d+)"[^>]*><f>[^<]*</f>)<v ?/?>(?:</v>)?')


def workbook(report: Report, pictures: Sequence[bytes] = (), scale: float = 1.0) -> bytes:
    """The content of an .xlsx file: a sheet for what has no title, then one for each section.

    `pictures` are the PNG of `figures_in(report)`, so many pixels each to one of the page; without them
    figures are their numbers.
    """
    from openpyxl import Workbook

    book, told = Workbook(), explained(report)
    untitled = tuple(block for part in told.sections if not part.title for block in part.blocks)
    parts = [Section(report.title, untitled), *(part for part in told.sections if part.title)]
    book.remove(book.active)  # type: ignore[arg-type]
    drawn = iter(pictures)
    known: dict[str, dict[str, float]] = {}
    for part in _joined(parts):
        name = _free_name(word("Summary", told.language) if part is parts[0] else part.title, book.sheetnames)
        sheet = _Sheet(book.create_sheet(name), part, drawn, scale, word(TOTAL, told.language))
        known[f"xl/worksheets/sheet{len(book.sheetnames)}.xml"] = sheet.totals
    book.properties.creator, book.properties.title = "partnerfolio", legible(report.title)[:250]
    packed = BytesIO()
    book.save(packed)
    return _with_totals(packed, known)


def _joined(parts: Sequence[Section]) -> Iterator[Section]:
    """The same parts, those of one title one after the other as one."""
    waiting: Section | None = None
    for part in parts:
        if waiting is not None and waiting.title == part.title:
            waiting = Section(part.title, waiting.blocks + part.blocks)
            continue
        if waiting is not None:
            yield waiting
        waiting = part
    if waiting is not None:
        yield waiting


def _free_name(title: str, taken: Sequence[str]) -> str:
    """A name that a sheet may have and no other has; units in brackets stand on the sheet."""
    plain = " ".join(NO_NAME_OF_A_SHEET.sub(" ", legible(title.partition(" (")[0])).split()) or "part"
    used, name, number = {one.casefold() for one in (*taken, "history")}, plain[:LONGEST_NAME].strip(), 1
    while name.casefold() in used:
        number += 1
        ending = f" {number}"
        name = f"{plain[: LONGEST_NAME - len(ending)]}{ending}"
    return name


class _Sheet:
    """Writes one part to a sheet, from above; `totals` are what its formulas come to, by cell."""

    def __init__(
        self, sheet: Worksheet, part: Section, drawn: Iterator[bytes], scale: float, total: str
    ) -> None:
        self._sheet, self._drawn, self._scale, self._total = sheet, drawn, scale, total
        self._row = 0
        self.totals: dict[str, float] = {}
        self._widths = self._laid_out(part)
        self._text(part.title, bold=True, size=14)
        self._row += 1
        for block in part.blocks:
            self._block(block)
            self._row += 1
        from openpyxl.worksheet.properties import PageSetupProperties

        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)

    def _laid_out(self, part: Section) -> list[int]:
        """Columns as wide as the tables of a part need, and two at least."""
        from openpyxl.utils import get_column_letter

        widths = [FIRST, PAGE - FIRST] if not any(isinstance(one, Table) for one in part.blocks) else [FIRST]
        for table in part.blocks:
            for place, column in enumerate(table.columns if isinstance(table, Table) else ()):
                wish = min(WIDEST, max(10, *map(width, (column.header, *column.cells))) + 3)
                widths[place:] = [max(wish, *widths[place : place + 1], 0), *widths[place + 1 :]]
        for place, cells in enumerate(widths, start=1):
            self._sheet.column_dimensions[get_column_letter(place)].width = cells
        return widths

    def _block(self, block: Block) -> None:
        match block:
            case Text(sentences):
                for sentence in sentences:
                    self._text(sentence)
            case Facts(facts):
                self._facts(facts)
            case Table():
                self._table(block)
            case Figure():
                self._figure(block)

    def _text(self, sentence: str, *, bold: bool = False, size: int = 11) -> None:
        """A sentence across the page, on as many lines as it needs."""
        self._row += 1
        self._across(1, sentence, bold=bold, size=size)

    def _facts(self, facts: Mapping[str, str]) -> None:
        from openpyxl.styles import Alignment

        for name, fact in facts.items():
            self._row += 1
            self._across(2, fact)
            self._put(self._row, 1, name).alignment = Alignment(wrap_text=True, vertical="top")

    def _across(self, first: int, text: str, *, bold: bool = False, size: int = 11) -> None:
        """A text from a column on to the edge of the page, in a row that is high enough."""
        from openpyxl.styles import Alignment, Font

        cell = self._put(self._row, first, text)
        cell.font = Font(name=FONT, bold=bold, size=size)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        last, room = first, self._width(first)
        while room < PAGE - (FIRST if first > 1 else 0) and last < MOST_COLUMNS:
            last += 1
            room += self._width(last)
        self._sheet.merge_cells(start_row=self._row, end_row=self._row, start_column=first, end_column=last)
        lines = min(MOST_LINES, ceil(1.1 * width(str(cell.value)) * size / 11 / room))
        self._sheet.row_dimensions[self._row].height = lines * LINE * size / 11

    def _width(self, place: int) -> int:
        return self._widths[place - 1] if place <= len(self._widths) else USUAL

    def _table(self, table: Table) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        self._row += 1
        head = self._row
        for place, column in enumerate(table.columns, start=1):
            cell = self._put(head, place, column.header)
            cell.font, cell.fill = (
                Font(name=FONT, bold=True),
                PatternFill("solid", start_color=HEAD, end_color=HEAD),
            )
            cell.alignment = Alignment(horizontal=column.alignment, wrap_text=True, vertical="top")
            for down, shown in enumerate(column.cells):
                self._cell(head + 1 + down, place, column, down, shown)
        for row in table.rows:
            self._row += 1
            lines = max(ceil(width(cell) / self._width(place)) for place, cell in enumerate(row, start=1))
            if lines > 1:
                self._sheet.row_dimensions[self._row].height = min(MOST_LINES, lines) * LINE
        if self._sheet.freeze_panes is None:
            self._sheet.freeze_panes = f"B{head + 1}"
            self._sheet.print_title_rows = f"1:{head}"
        if table.adds_up != "no" and self._row > head + 1:
            self._add_up(table, head)
            for place in range(1, len(table.columns) + 1):
                cell = self._sheet.cell(self._row, place)
                cell.font, cell.border = Font(name=FONT, bold=True), Border(top=Side("thin"))

    def _cell(self, row: int, place: int, column: Column, down: int, shown: str) -> None:
        """A cell of a table: a number wherever it is one, with as many decimals as are shown."""
        from openpyxl.styles import Alignment

        value = column.values[down] if column.values else None
        number = NUMBER.fullmatch(shown.strip()) if column.alignment == "right" else None
        if number is None:
            self._put(row, place, shown).alignment = Alignment(
                horizontal=column.alignment, wrap_text=True, vertical="top"
            )
            return
        if value is None:
            value = float(shown.strip().removesuffix("%").replace(",", ""))
            value = value / 100 if number[2] else value
        cell = self._sheet.cell(row, place, value)
        decimals = f".{'0' * len(number[1])}" if number[1] else ""
        cell.number_format = f"0{decimals}%" if number[2] else f"#,##0{decimals}"

    def _add_up(self, table: Table, head: int) -> None:
        """The last row as formulas: the sums of those above."""
        from openpyxl.utils import get_column_letter

        last = self._row - 1 if table.adds_up == "total" else self._row
        if table.adds_up == "means":
            self._row += 1
            self._put(self._row, 1, self._total)
        for place, column in enumerate(table.columns, start=1):
            above = column.values[: last - head]
            if all(value is None for value in above) or (
                table.adds_up == "total" and column.values[-1] is None
            ):
                continue
            letter = get_column_letter(place)
            cell = self._sheet.cell(self._row, place, f"=SUM({letter}{head + 1}:{letter}{last})")
            cell.number_format = self._sheet.cell(head + 1, place).number_format
            self.totals[cell.coordinate] = float(sum(value or 0.0 for value in above))

    def _figure(self, figure: Figure) -> None:
        picture = next(self._drawn, None)
        self._text(figure.title, bold=True)
        if picture is None:
            self._text(figure.words)
            for rows in figure.data.values():
                self._rows(rows)
                self._row += 1
            return
        image = _placed(picture, self._scale)
        self._sheet.add_image(image, f"A{self._row + 1}")
        self._row += ceil(image.height / PIXELS_OF_A_ROW) + 1

    def _rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._row += 1
        for place, key in enumerate(rows[0] if rows else (), start=1):
            self._put(self._row, place, key)
        for row in rows:
            self._row += 1
            for place, value in enumerate(row.values(), start=1):
                self._put(self._row, place, value)

    def _put(self, row: int, place: int, value: Any) -> Any:
        """A cell with a value; a text is a text, however it begins."""
        cell = self._sheet.cell(row, place)
        cell.value = legible(value)[:MOST_CHARACTERS] if isinstance(value, str) else value
        if isinstance(value, str):
            cell.data_type = "s"
            if cell.value.startswith(STEERS):
                cell.quotePrefix = True
        return cell


def _placed(content: bytes, scale: float) -> Any:
    """A PNG as openpyxl places it, which by itself wants a library for images only to measure them."""
    from openpyxl.drawing.image import Image

    class Picture(Image):
        format = "png"

        def __init__(self) -> None:
            across, down = (int.from_bytes(content[place : place + 4], "big") for place in (16, 20))
            self.width, self.height = round(across / scale), round(down / scale)

        def _data(self) -> bytes:
            return content

    return Picture()


def _with_totals(packed: BytesIO, known: Mapping[str, Mapping[str, float]]) -> bytes:
    """The same with what every formula comes to beside it, for readers that do not calculate."""
    done = BytesIO()
    with ZipFile(packed) as given, ZipFile(done, "w", ZIP_DEFLATED) as copy:
        for part in given.infolist():
            totals = known.get(part.filename, {})
            content = FORMULA.sub(partial(_with_total, totals), given.read(part))
            copy.writestr(part, content)
    return done.getvalue()


def _with_total(totals: Mapping[str, float], found: re.Match[bytes]) -> bytes:
    return b"%s<v>%r</v>" % (found[1], totals[found[2].decode()])
