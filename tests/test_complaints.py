"""What goes wrong fits a terminal: hanging lines, no place broken, and one line each where nobody looks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from solver.cli import cli
from solver.commands.complaints import hanging
from solver.report.cells import unbroken, width, wrapped

PLACE = "alliance.xlsx, sheet partners, cell E3"
SAID = ": found 'x': a number that is at least 0, or nothing at all where the planner does not know it"
WRONG = {
    "partners": [
        {"id": "p1", "name": "诊断科技", "revenue": "much", "cost": -1},
        {"id": "p1", "revenue": 1, "cost": 1, "a remark": 3},
    ],
    "limits": {"bugdet": 3},
}


def wrong(folder: Path, columns: int | None) -> list[str]:
    path = folder / "alliance.json"
    path.write_text(json.dumps(WRONG), encoding="utf-8")
    environment = {"COLUMNS": None if columns is None else str(columns)}
    return CliRunner().invoke(cli, ["check", str(path)], env=environment).stderr.splitlines()


@pytest.mark.parametrize("columns", [40, 60, 80, 140])
def test_lines_hang_and_no_place_is_broken(columns: int) -> None:
    lines = list(hanging("   7. ", PLACE, SAID, columns))
    assert " ".join("".join(f"{line}\n" for line in lines).split()) == f"7. {PLACE}{SAID}"
    assert lines[0].startswith(f"   7. {PLACE}:")
    assert all(line.startswith(" " * 6) for line in lines[1:])
    assert all(width(line) <= columns for line in lines[1:])


def test_only_a_place_longer_than_a_line_sticks_out() -> None:
    first, *others = hanging("   7. ", "a folder/" * 9, SAID, 60)
    assert first == f"   7. {'a folder/' * 9}:"
    assert all(width(line) <= 60 for line in others)


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_defects_fit_the_terminal_and_lose_no_word(tmp_path: Path, columns: int) -> None:
    lines, whole = wrong(tmp_path, columns), wrong(tmp_path, None)
    assert all(width(line) <= columns for line in lines)
    assert " ".join(lines).split() == " ".join(whole).split()


def test_where_nobody_looks_every_defect_is_one_line(tmp_path: Path) -> None:
    headline, *defects = wrong(tmp_path, None)
    assert headline == f"Error: the input has {len(defects)} defects"
    assert [line.split()[0] for line in defects] == [f"{n}." for n in range(1, len(defects) + 1)]


def test_what_is_held_together_is_broken_only_where_it_must_be() -> None:
    assert wrapped(f"see {unbroken('cell E3')} there", 11) == ["see cell E3", "there"]
    assert wrapped(f"see {unbroken('cell E3')} there", 9) == ["see", "cell E3", "there"]
    assert wrapped(f"see {unbroken('cell E3')}", 5) == ["see", "cell", "E3"]
