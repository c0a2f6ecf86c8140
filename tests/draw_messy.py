"""Instances as people's files have them: shipped ones with slips of the keyboard, drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from solver.instance.carriers import read
from solver.instance.cells import as_text
from solver.instance.columns import kind
from solver.instance.document import dump
from solver.instance.folder import columns_of
from solver.instance.instance import Instance
from solver.instance.reading import SHARED, parted
from solver.instance.slips import MONEY
from solver.instance.tables import TABLES
from tests.messy import Messy, written

SHIPPED = Path(__file__).parent.parent / "instances"
NAMES = ("first", "healthcare", "finance", "transport")
UNSEEN = ("\u200b", "\u00a0", "\ufeff", "\u00ad", "\u2060", "\u202e")


Slip = Callable[[Messy], bool]


def drawn(seed: int, folder: Path) -> tuple[Instance, Path, Messy]:
    """A messy file drawn from a seed: the instance it was made from, where it is, and what was done."""
    rng = random.Random(seed)
    instance = read(SHIPPED / rng.choice(NAMES))
    document = dump(instance)
    sections, content = parted(document)
    tables = {}
    for table, model in TABLES.items():
        if rows := content.get(table):
            columns = columns_of(rows, model)
            tables[table] = [list(columns), *([row.get(column) for column in columns] for row in rows)]
    settings = {key: value for key, value in document.items() if key not in TABLES}
    settings |= {name: sections[name] for name in SHARED if sections[name]}
    messy = Messy(rng.random() < 0.5, rng, tables, settings)
    wanted = rng.choice((1, 1, 2, 3))
    while len(messy.slips) < wanted:
        slip = rng.choice(SLIPS)
        if slip(messy):
            messy.slips.append(slip.__name__)
    return instance, written(messy, folder), messy


def blank_at_an_end(messy: Messy) -> bool:
    return _with_text(
        messy, lambda text: messy.rng.choice((f"{text} ", f" {text}", f"{text}\t", f"{text}\u00a0"))
    )


def unseen_character(messy: Messy) -> bool:
    return _with_text(messy, lambda text: text[:1] + messy.rng.choice(UNSEEN) + text[1:])


def look_alike(messy: Messy) -> bool:
    def other(text: str) -> str:
        return text.swapcase() if messy.rng.random() < 0.5 else "".join(map(_wide, text))

    place = messy.cell("text")
    if place is None:
        return False
    table, _, position = place
    before = str(messy.at(place))
    cells = [str(cell) for lines in messy.tables.values() for row in lines for cell in row]
    after, is_read_anyway = other(before), messy.tables[table][0][position] in ("name", "kind", "status")
    if after == before or is_read_anyway or cells.count(before) < 2 or "look_alike" in messy.slips:
        return False
    messy.put(place, after)
    messy.said.append(after)
    return True


def total_row(messy: Messy) -> bool:
    table = messy.table(*[name for name in MONEY if name in messy.tables])
    head, *rows = messy.tables[table]
    if len(rows) < 3:
        return False
    sums = [
        sum(row[place] or 0 for row in rows) if kind(TABLES[table], column) == "number" else None
        for place, column in enumerate(head)
    ]
    label = messy.rng.choice(("TOTAL", "Total:", "Summe", "合计", "Grand total"))
    sums[head.index("id")] = label
    if "success" in head:
        sums[head.index("success")] = None
    messy.tables[table].append(sums)
    messy.said.append(label)
    return True


def same_name_twice(messy: Messy) -> bool:
    table = messy.table("partners")
    head, *rows = messy.tables[table]
    if "name" not in head or len(rows) < 2:
        return False
    first, second = messy.rng.sample(rows, 2)
    if not first[head.index("name")]:
        return False
    second[head.index("name")] = first[head.index("name")]
    messy.said.append(str(first[head.index("name")]))
    return True


def same_row_twice(messy: Messy) -> bool:
    table = messy.table()
    lines = messy.tables[table]
    lines.append(list(messy.rng.choice(lines[1:])))
    messy.said.append("stands in")
    return True


def blank_rows(messy: Messy) -> bool:
    lines = messy.tables[messy.table()]
    lines.insert(messy.rng.randint(1, len(lines)), [None] * messy.rng.choice((0, len(lines[0]))))
    return True


def row_as_note(messy: Messy) -> bool:
    lines = messy.tables[messy.table()]
    if len(lines) < 3 or len(lines[0]) < 2:
        return False
    line = messy.rng.choice(lines[1:])
    if not line or not isinstance(line[0], str) or line[0].startswith("# "):
        return False
    line[0] = f"# {line[0]}"
    messy.said.append("notes and left out")
    return True


def capitals_in_headings(messy: Messy) -> bool:
    lines = messy.tables[messy.table()]
    known = [place for place, column in enumerate(lines[0]) if isinstance(column, str) and column.isascii()]
    place = messy.rng.choice(known)
    written = lines[0][place].replace("_", messy.rng.choice((" ", "_", "  ")))
    lines[0][place] = messy.rng.choice((written.upper(), written.title(), f" {written}", f"{written} "))
    return True


def invisible_heading(messy: Messy) -> bool:
    lines = messy.tables[messy.table()]
    place = messy.rng.randrange(len(lines[0]))
    lines[0][place] = f"{lines[0][place]}{messy.rng.choice(UNSEEN)}"
    return True


def title_above(messy: Messy) -> bool:
    lines = messy.tables[messy.table()]
    titles = [["Alliance 2027"], ["Alliance", None, "in million"], [None, "money", "money"], [2027]]
    lines.insert(0, list(messy.rng.choice(titles)))
    if messy.rng.random() < 0.3:
        lines.insert(1, [])
    return True


def odd_number(messy: Messy) -> bool:
    return _with_number(messy, lambda number: _as_people_write(number, messy.rng))


def number_as_text(messy: Messy) -> bool:
    return messy.is_workbook and _with_number(messy, lambda number: f"{as_text(number)} ")


def date_as_number(messy: Messy) -> bool:
    return _with_number(messy, lambda number: datetime(2027, 1, 2) if messy.is_workbook else "2027-01-02")


def truth_as_number(messy: Messy) -> bool:
    return _with_number(messy, lambda number: True if messy.is_workbook else "true")


def formula(messy: Messy) -> bool:
    return messy.is_workbook and _with_number(messy, lambda number: f"={as_text(number)}+0")


def error_cell(messy: Messy) -> bool:
    place = messy.cell("text" if messy.rng.random() < 0.5 else "number")
    if place is None or not messy.is_workbook:
        return False
    messy.put(place, "#N/A")
    return True


def heading_repeated_below(messy: Messy) -> bool:
    lines = messy.tables[messy.table()]
    lines.insert(messy.rng.randint(2, len(lines)), list(lines[0]))
    return True


def column_twice(messy: Messy) -> bool:
    lines = messy.tables[messy.table()]
    place = messy.rng.randrange(len(lines[0]))
    for line in lines:
        line.append(line[place] if place < len(line) else None)
    if messy.rng.random() < 0.5:
        lines[0][-1] = str(lines[0][-1]).upper()
    return True


def cell_beside_the_table(messy: Messy) -> bool:
    lines = messy.tables[messy.table()]
    line = messy.rng.choice(lines[1:])
    line.extend([None] * (len(lines[0]) - len(line)) + [messy.rng.choice(("checked", 5, "?"))])
    return True


def remark_below(messy: Messy) -> bool:
    remarks = ("Source: our own estimates", "* to be checked", "eof")
    messy.tables[messy.table()].append([messy.rng.choice(remarks)])
    return True


def cells_shifted(messy: Messy) -> bool:
    lines = messy.tables[messy.table()]
    line = messy.rng.choice(lines[1:])
    line.insert(messy.rng.randint(0, len(line)), "")
    return True


def semicolons(messy: Messy) -> bool:
    if messy.is_workbook or messy.delimiter != ",":
        return False
    messy.delimiter = messy.rng.choice(";;\t")
    messy.hint = f"sep={messy.delimiter}\n" if messy.rng.random() < 0.3 else ""
    for lines in messy.tables.values():
        for line in lines[1:]:
            line[:] = [as_text(cell).replace(".", ",") if isinstance(cell, float) else cell for cell in line]
    return True


def encoding(messy: Messy) -> bool:
    messy.encoding = messy.rng.choice(("utf-16", "utf-8-sig", "cp1252", "utf-16-le"))
    messy.ending = messy.rng.choice(("\n", "\r\n", "\r"))
    return not messy.is_workbook


def capitals_of_names(messy: Messy) -> bool:
    table = messy.table()
    written = table.replace("_", messy.rng.choice("_ "))
    messy.file_names[table] = messy.rng.choice(
        (written.upper(), written.title(), f"{written} ", f"{written}\u200b")
    )
    return True


def hidden(messy: Messy) -> bool:
    table = messy.table()

    def hide(workbook: Workbook) -> None:
        workbook[messy.sheet(table)].sheet_state = "hidden"
        workbook[messy.sheet(table)].row_dimensions[2].hidden = True

    messy.styled.append(hide)
    return messy.is_workbook


def merged(messy: Messy) -> bool:
    table = messy.table()
    if not messy.is_workbook or len(messy.tables[table]) < 4:
        return False
    column = messy.rng.randrange(len(messy.tables[table][0])) + 1

    def merge(workbook: Workbook) -> None:
        workbook[messy.sheet(table)].merge_cells(
            start_row=3, end_row=4, start_column=column, end_column=column
        )

    messy.styled.append(merge)
    return True


def value_without_key(messy: Messy) -> bool:
    messy.appendix = messy.rng.choice(
        (
            (None, 500.0),
            ("# ", 500.0),
            ("limits.budgett", 500.0),
            ("Limits.Max partners", None),
            ("limits", 5.0),
            ("limits.budget", "1,5"),
        )
    )
    return messy.is_workbook


def settings_as_text(messy: Messy) -> bool:
    numbers = [
        (section, key)
        for section, values in messy.settings.items()
        if isinstance(values, dict)
        for key, value in values.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    if not numbers:
        return False
    section, key = messy.rng.choice(numbers)
    messy.settings[section][key] = _as_people_write(messy.settings[section][key], messy.rng)
    return True


def settings_with_capitals(messy: Messy) -> bool:
    sections = [name for name, values in messy.settings.items() if isinstance(values, dict)]
    if not sections:
        return False
    section = messy.rng.choice(sections)
    values = messy.settings[section]
    key = messy.rng.choice(list(values))
    written = messy.rng.choice((key.upper(), key.title()))
    messy.settings[section] = {written if name == key else name: value for name, value in values.items()}
    return True


SLIPS: tuple[Slip, ...] = (
    blank_at_an_end,
    unseen_character,
    look_alike,
    total_row,
    same_name_twice,
    same_row_twice,
    blank_rows,
    row_as_note,
    capitals_in_headings,
    invisible_heading,
    title_above,
    odd_number,
    number_as_text,
    date_as_number,
    truth_as_number,
    formula,
    error_cell,
    heading_repeated_below,
    column_twice,
    cell_beside_the_table,
    remark_below,
    cells_shifted,
    semicolons,
    encoding,
    capitals_of_names,
    hidden,
    merged,
    value_without_key,
    settings_as_text,
    settings_with_capitals,
)


def _with_text(messy: Messy, change: Callable[[str], str]) -> bool:
    return _changed(messy, "text", lambda value: change(str(value)))


def _with_number(messy: Messy, change: Callable[[Any], Any]) -> bool:
    return _changed(messy, "number", change)


def _changed(messy: Messy, wanted: str, change: Callable[[Any], Any]) -> bool:
    place = messy.cell(wanted)
    if place is not None:
        messy.put(place, change(messy.at(place)))
    return place is not None


def _as_people_write(number: float, rng: random.Random) -> str:
    """A number with a unit, a separator or brackets; or nothing that is one."""
    plain, whole = as_text(number), f"{abs(number):,.0f}"
    written = [f"{plain} ", f"{Decimal(plain) * 100:f}%", f"€ {plain}", plain.replace(".", ","), f"{plain} M"]
    written += [f"({plain[1:]})" if number < 0 else f"+{plain}", "n/a", "-", f"={plain}"]
    if number == int(number) and number >= 0:
        written += [whole, whole.replace(",", "."), whole.replace(",", " "), whole.replace(",", "'")]
    return rng.choice(written)


def _wide(character: str) -> str:
    return chr(ord(character) + 0xFEE0) if "!" <= character <= "~" and character.isalnum() else character
