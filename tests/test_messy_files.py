"""Messy files drawn from shipped instances: read right or refused with a place, never another instance."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from solver.errors import InputError
from solver.instance.carriers import read_with_remarks
from solver.instance.defects import Defect
from solver.instance.document import parse
from solver.instance.instance import Instance
from solver.instance.oddities import warnings_of
from solver.instance.slips import MONEY
from solver.instance.tidy.changes import TOTAL
from solver.instance.tidy.tidy import tidy
from tests.draw_messy import drawn
from tests.messy import Messy

QUICK = 6


def reading_of(path: Path) -> tuple[Instance | None, set[str], tuple[Defect, ...]]:
    """The instance in a file, if any, what is said about it, and what is wrong with it."""
    try:
        instance, remarks = read_with_remarks(path)
    except InputError as error:
        return None, set(), error.defects
    return instance, {*remarks, *warnings_of(instance)}, ()


def verdict(path: Path, meant: Instance, messy: Messy, mended: Collection[Any] = ()) -> str:
    """What becomes of a messy file; an AssertionError where it is another instance and nobody says so.

    Nothing need be said of slips that were `mended` in it.
    """
    told = f"{', '.join(messy.slips)} in {path}"
    found, said, wrong = reading_of(path)
    if found is None:
        files = ("sheet ", "instance", *(f"{name}." for name in (*messy.tables, *messy.file_names.values())))
        for defect in wrong:
            assert defect.where.startswith(files) or "nobody to choose from" in defect.remedy, (told, defect)
        return "refused"
    if found == meant:
        return "read"
    expected = messy.said or ["nothing but its id"] * ("remark_below" in messy.slips)
    assert expected, told
    for word in (word for word in expected if word not in mended):
        assert any(word in sentence for sentence in said - set(warnings_of(meant))), (told, word, said)
    return "said"


def check_tidy_copy(path: Path, meant: Instance, messy: Messy) -> None:
    """A tidy copy is what the original is, or what was meant."""
    copy = path.with_name(f"tidy{path.suffix}")
    tidied = tidy(path, copy)
    told = f"{', '.join(messy.slips)} in {path}: {'; '.join(map(str, tidied.changes))}"
    found, said, _ = reading_of(path)
    after, _, wrong = reading_of(copy)
    assert (tidied.defects == ()) == (after is not None)
    assert tidied.defects == wrong
    totals = {change.old for change in tidied.changes if change.why == TOTAL}
    if found is not None:
        assert after is not None, (told, wrong)
        assert after == (_without_totals(found, after) if totals else found), (told, said)
    elif after is not None:
        assert tidied.changes, told
        assert verdict(copy, meant, messy, totals) in ("read", "said")
    again = tidy(copy, path.with_name(f"again{path.suffix}"))
    assert not again.changes, (told, again.changes)


def _without_totals(instance: Instance, copy: Instance) -> Instance:
    """The instance without the rows that its tidy copy has as notes."""
    rows = instance.to_document()
    for table in MONEY:
        kept = {row.id for row in getattr(copy, table)}
        if table in rows:
            rows[table] = [row for row in rows[table] if row["id"] in kept]
    return parse(rows)


@pytest.mark.parametrize(
    "seed", [*range(QUICK), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(QUICK, 60))]
)
def test_no_slip_is_silent_and_no_tidy_copy_another_instance(seed: int, tmp_path: Path) -> None:
    instance, path, messy = drawn(seed, tmp_path)
    verdict(path, instance, messy)
    check_tidy_copy(path, instance, messy)


def test_the_draws_are_of_all_kinds(tmp_path: Path) -> None:
    found = set()
    for seed in (0, 1, 44):
        (tmp_path / str(seed)).mkdir()
        instance, path, messy = drawn(seed, tmp_path / str(seed))
        found.add(verdict(path, instance, messy))
    assert found == {"read", "refused", "said"}
