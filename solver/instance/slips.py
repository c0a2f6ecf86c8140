"""Slips of the keyboard that are legal as typed: look-alike names, rows of totals, names given twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import fsum, isclose, isfinite
from typing import TYPE_CHECKING, Any

from solver.instance.defects import some
from solver.instance.invisible import look

if TYPE_CHECKING:
    from solver.instance.instance import Instance

MONEY = {
    "partners": ("revenue", "cost", "setup_cost", "minimum_payoff", "exit_cost", "coordination_cost"),
    "applications": ("revenue", "cost", "setup_cost", "exit_cost"),
    "segments": ("demand",),
}
NAMED = ("partners", "applications", "technologies", "segments")
FEWEST_SUMMED = 2
TOTAL_WORDS = """total totals subtotal subtotals sum sums gesamt gesamtsumme summe zwischensumme
    insgesamt somme totale totaal totalt suma sumas subtotale summa итого всего сумма razem celkem ukupno
    toplam yhteensä összesen jumlah tổng cộng รวม مجموع المجموع 合计 总计 小计 总和 总额 共计 合計 総計 總計
    小計 総額 합계 총계 소계"""
BESIDE = "grand sub of the all partners applications overall eur usd der aller"
TOTALS = frozenset((*TOTAL_WORDS.split(), "σ", "ς"))
BESIDE_TOTALS = frozenset(BESIDE.split())
WORD = re.compile(r"[^\W\d_]+")


def look_alikes(instance: Instance) -> Iterator[str]:
    """Ids and groups that differ only in what nobody sees at a glance."""
    for noun, names in _spaces(instance):
        for alike in _same_look(names):
            shown = some([f"“{name}”" for name in alike])
            yield f"The {noun} {shown} look alike and are taken for different ones."


def total_rows(instance: Instance) -> Iterator[str]:
    """Rows that seem to add up the others."""
    for table in NAMED:
        rows = getattr(instance, table)
        columns = MONEY.get(table, ())
        by_name = {row.id for row in rows if any(map(_is_total, (row.id, row.name or "")))}
        amounts = [[getattr(row, column) for column in columns] for row in rows]
        by_sums = {rows[place].id for place in _adding_up(amounts)}
        for row in rows:
            reasons = ["its name says so"] * (row.id in by_name)
            reasons += ["its money is that of other rows together"] * (row.id in by_sums)
            if reasons:
                why = " and ".join(reasons)
                told = f"Row {row.id} of {table} looks like a total ({why})"
                yield f"{told}; it is taken as typed: delete it if it is one."


def bare_rows(instance: Instance) -> Iterator[str]:
    """Rows that have nothing but their id where all others have more: remarks, perhaps."""
    for table in ("technologies", "resources"):
        rows = getattr(instance, table)
        bare = [row.id for row in rows if row.model_fields_set == {"id"}]
        if len(bare) == 1 < len(rows):
            told = f"Row {bare[0]} of {table} has nothing but its id, unlike all others"
            yield f"{told}; it is taken as typed: delete it if it is a remark."


def same_names(instance: Instance) -> Iterator[str]:
    """Names that more than one row has."""
    for table in NAMED:
        ids: dict[str, list[str]] = {}
        for row in getattr(instance, table):
            ids.setdefault(look(row.name or row.id), []).append(row.id)
        names = {row.id: row.name or row.id for row in getattr(instance, table)}
        for same in ids.values():
            if len(same) > 1 and any(look(id_) != look(names[id_]) for id_ in same):
                yield f"{len(same)} rows of {table} are named {names[same[0]]}: {some(same)}."


def _spaces(instance: Instance) -> Iterator[tuple[str, Iterable[str]]]:
    """Everything that is told apart by its name, with the noun for it."""
    engaged = (*instance.partners, *instance.applications)
    yield "ids", [instance.hub.id, *(row.id for row in engaged)]
    yield "technologies", _used(instance, "technologies.id capabilities.technology requirements.technology")
    yield "resources", _used(instance, "resources.id")
    yield "segments", _used(instance, "segments.id")
    yield "scenarios", _used(instance, "scenarios.scenario")
    yield "indicators", _used(instance, "health.indicator")
    levels: dict[str, list[str]] = {}
    for row in instance.levels:
        levels.setdefault(row.partner, []).append(row.level)
    yield from ((f"levels of {partner}", names) for partner, names in levels.items())
    dimensions = dict.fromkeys(("industry", "region", *(row.dimension for row in instance.groups)))
    yield "dimensions", dimensions
    for dimension in dimensions:
        named = [row.group for row in instance.groups if row.dimension == dimension]
        at_level = [vars(row) | row.own_columns() for row in instance.levels]
        given = [*(row.group(dimension) for row in engaged), *(cells.get(dimension) for cells in at_level)]
        yield f"groups of {dimension}", [*named, *(name for name in given if name)]


def _used(instance: Instance, columns: str) -> list[str]:
    pairs = [column.split(".") for column in columns.split()]
    return [getattr(row, column) for table, column in pairs for row in getattr(instance, table)]


def _same_look(names: Iterable[str]) -> Iterator[list[str]]:
    looks: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        looks.setdefault(look(name), []).append(name)
    return (alike for alike in looks.values() if len(alike) > 1)


def sure_totals(table: str, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """The places of rows that both add up others and are called total, whatever else stands there."""
    columns = MONEY.get(table, ())
    amounts = [[_amount(row.get(column)) for column in columns] for row in rows]
    names = [[str(row[column]) for column in ("id", "name") if column in row] for row in rows]
    return [place for place in _adding_up(amounts) if any(map(_is_total, names[place]))]


def _amount(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and isfinite(value) else 0.0


def _is_total(name: str) -> bool:
    words = set(WORD.findall(look(name)))
    return bool(words & TOTALS) and words <= TOTALS | BESIDE_TOTALS


def _adding_up(rows: Sequence[Sequence[float]]) -> Iterator[int]:
    """The rows whose amounts are the sums of all others, of those above, or of those since the last sum."""
    if len(rows) <= FEWEST_SUMMED or not rows[0]:
        return
    # What is the sum of all others is half of the whole.
    halves = [fsum(column) / 2 for column in zip(*rows, strict=True)]
    nothing = above = since = [0.0] * len(halves)
    first = 0
    for place, amounts in enumerate(rows):
        sums = [halves, above] if place >= FEWEST_SUMMED else [halves]
        sums += [since] if first and place - first >= FEWEST_SUMMED else []
        if any(_are_sums(amounts, those) for those in sums):
            yield place
            since, first = nothing, place + 1
        else:
            above, since = _added(above, amounts), _added(since, amounts) if first else nothing


def _added(sums: Sequence[float], amounts: Sequence[float]) -> list[float]:
    return [so_far + amount for so_far, amount in zip(sums, amounts, strict=True)]


def _are_sums(amounts: Sequence[float], sums: Sequence[float]) -> bool:
    """Whether every amount that is given is the sum of its column."""
    is_given = False
    for amount, total in zip(amounts, sums, strict=True):
        if amount:
            is_given = True
            if not isclose(amount, total, rel_tol=1e-9):
                return False
    return is_given


SLIPS: tuple[Callable[[Any], Iterator[str]], ...] = (total_rows, bare_rows, same_names, look_alikes)
