"""The folder carrier: `instance.toml` for the sections and one CSV file per table."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from solver.instance.atomic import new_folder
from solver.instance.cells import as_text
from solver.instance.csvfile import read_table, table_text
from solver.instance.defects import Defect, nearest
from solver.instance.fields import Row
from solver.instance.files import text_of
from solver.instance.headings import is_note, meant
from solver.instance.places import SettingPlaces
from solver.instance.reading import Document, Reading, parted
from solver.instance.settings import SECTIONS
from solver.instance.tables import TABLES
from solver.instance.tomlfile import lines_of_keys, toml_values
from solver.instance.whatifs import rows_of_toml

SETTINGS, WHATIFS = "instance.toml", "whatifs.toml"


def is_instance_folder(path: Path) -> bool:
    """Whether a folder looks like one of ours."""
    return (path / SETTINGS).is_file() or (path / "partners.csv").is_file()


def read_folder(path: Path) -> Reading:
    """The document in a folder, with whatever is wrong with its files."""
    reading = Reading()
    _read_settings(path / SETTINGS, reading)
    _read_table_files(path, reading)
    _read_whatifs(path / WHATIFS, reading)
    return reading


def write_folder(document: Document, path: Path) -> None:
    """Write a document as a folder; other files in an existing folder (a README, say) are kept."""
    with new_folder(path) as draft:
        if path.is_dir():
            for other in path.iterdir():
                if other.name not in (SETTINGS, WHATIFS, *(f"{table}.csv" for table in TABLES)):
                    copy_beside(other, draft / other.name)
        for name, text in folder_files(document):
            (draft / name).write_text(text, encoding="utf-8", newline="\n")


def folder_files(document: Document) -> Iterator[tuple[str, str]]:
    """Name and text of every file of a document's folder."""
    values, tables = parted(document)
    yield SETTINGS, settings_text({key: value for key, value in values.items() if value is not None})
    for table, model in TABLES.items():
        rows = tables.get(table)
        if rows:
            yield f"{table}.csv", table_text(rows, columns_of(rows, model))


def settings_text(document: Document) -> str:
    """The keys and sections of a document as TOML text."""
    top = [f"{key} = {toml_value(value)}" for key, value in document.items() if _is_top_level(key)]
    blocks = ["\n".join(top)]
    for section in SECTIONS:
        if section in document:
            lines = [f"{key} = {toml_value(value)}" for key, value in document[section].items()]
            blocks.append("\n".join([f"[{section}]", *lines]))
    return "\n\n".join(blocks) + "\n"


def toml_value(value: Any) -> str:
    """A plain value as TOML spells it."""
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else as_text(value)


def columns_of(rows: list[dict[str, Any]], model: type[Row]) -> list[str]:
    """The columns in use: those of the table in their order, then the planner's own as first met."""
    used = dict.fromkeys(column for row in rows for column in row)
    known = [column for column in model.model_fields if column in used]
    return known + [column for column in used if column not in model.model_fields]


def _read_settings(path: Path, reading: Reading) -> None:
    if not path.is_file():
        reading.findings.add(Defect(SETTINGS, "this file in the folder, with at least the line: format = 1"))
        return
    text = text_of(path, reading.findings)
    if text is None:
        reading.unreadable.update(SECTIONS)
        return
    values = toml_values(text, SETTINGS, reading.findings)
    if values is None:
        reading.unreadable.update(SECTIONS)
        return
    lines = {key: f"line {line}, {key}" for key, line in lines_of_keys(text).items()}
    reading.findings.places["instance"] = SettingPlaces(SETTINGS, "", lines)
    for key, value in values.items():
        name = meant(key, (*SECTIONS, *TABLES)) or key
        if name in TABLES and name not in SECTIONS:
            remedy = f"the rows of this table in the file {name}.csv"
            reading.findings.add(Defect("instance", remedy, column=key, value=value))
        elif name in SECTIONS and name not in reading.document:
            reading.put_section(name, value, SettingPlaces(SETTINGS, name, lines))
        else:
            reading.document[key] = value


def _read_whatifs(path: Path, reading: Reading) -> None:
    """What-ifs in a file of their own, if there is one."""
    if path.is_file() and (text := text_of(path, reading.findings)) is not None:
        if reading.document.get("whatifs"):
            reading.findings.add(Defect(path.name, "one file for the what-ifs; whatifs.csv is another"))
        else:
            reading.put_table("whatifs", *rows_of_toml(text, path.name, reading.findings))


def _read_table_files(path: Path, reading: Reading) -> None:
    files, strange = table_files(path)
    reading.findings.extend(strange)
    for table, file in files.items():
        if file.stem != table:
            reading.findings.remark(f"{file.name} is read as the table {table}.")
        found = read_table(file, table, reading.findings)
        if found is None:
            reading.unreadable.add(table)
        else:
            reading.put_table(table, *found)


def table_files(path: Path) -> tuple[dict[str, Path], list[Defect]]:
    """The file of every table in a folder, and what is wrong with other CSV files there."""
    files: dict[str, Path] = {}
    strange = []
    for file in sorted(file for file in path.iterdir() if _is_table(file)):
        table = meant(file.stem, TABLES)
        if table is None:
            text = f"remove or rename this file{nearest(file.stem, TABLES)}"
            strange.append(Defect(file.name, text))
        elif table in files:
            text = f"one file for the table {table}; {files[table].name} is another"
            strange.append(Defect(file.name, text))
        else:
            files[table] = file
    return files, strange


def _is_table(path: Path) -> bool:
    hidden = path.name.startswith((".", "~")) or is_note(path.name)
    return path.suffix.lower() == ".csv" and not hidden and not path.name.upper().startswith("README")


def _is_top_level(key: str) -> bool:
    return key not in SECTIONS and key not in TABLES


def copy_beside(source: Path, target: Path) -> None:
    """Copy a file or folder that is no part of an instance; links stay links."""
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target, follow_symlinks=False)
