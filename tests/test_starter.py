"""A starter is a valid instance in every carrier and explains every key and column."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from solver.instance.carriers import read
from solver.instance.document import parse
from solver.instance.settings import dotted_keys
from solver.instance.starter import EXAMPLE, write_starter
from solver.instance.tables import TABLES
from solver.instance.validation import warnings_of
from tests.carried import defects, only


@pytest.mark.parametrize("name", ["folder", "a.xlsx", "a.json"])
def test_a_starter_reads_as_the_example(tmp_path: Path, name: str) -> None:
    write_starter(tmp_path / name)
    assert read(tmp_path / name) == parse(EXAMPLE)
    assert warnings_of(read(tmp_path / name)) == ()
    assert "overwrite" in only(defects(lambda: write_starter(tmp_path / name))).remedy


def test_the_folder_explains_everything(tmp_path: Path) -> None:
    write_starter(tmp_path / "f")
    readme = (tmp_path / "f" / "README.txt").read_text(encoding="utf-8")
    settings = (tmp_path / "f" / "instance.toml").read_text(encoding="utf-8")
    for key in dotted_keys():
        assert f"\n  {key}: " in readme
        assert f"\n{key.split('.')[-1]} = " in f"\n{settings}".replace("\n# ", "\n")
    for table, model in TABLES.items():
        lines = (tmp_path / "f" / f"{table}.csv").read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# ")
        assert lines[1] == ",".join(model.model_fields)
        assert f"\n{table}.csv: " in readme


def test_the_workbook_has_every_table_and_key(tmp_path: Path) -> None:
    write_starter(tmp_path / "a.xlsx")
    workbook = load_workbook(tmp_path / "a.xlsx")
    assert workbook.sheetnames == ["instance", *TABLES, "README"]
    assert [cell.value for cell in workbook["instance"]["A"]] == ["key", *dotted_keys()]
    for table, model in TABLES.items():
        assert [cell.value for cell in workbook[table][1]] == list(model.model_fields)
