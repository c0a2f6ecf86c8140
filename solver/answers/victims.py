"""Who may be gone from a plan: partners, pairs of them, industries and regions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from solver.assessment.options import levels_of
from solver.instance.tables import Application, Partner
from solver.portfolio.selection import Selection

Kind = Literal["partner", "pair", "industry", "region"]
KINDS: tuple[Kind, ...] = ("partner", "pair", "industry", "region")


@dataclass(frozen=True)
class Victim:
    """Chosen elements that are `gone` together, and the `barred` options of others that then are too."""

    kind: Kind
    subject: str
    gone: tuple[int, ...]
    barred: tuple[int, ...] = ()


def victims(selection: Selection, kinds: Sequence[Kind]) -> Iterator[Victim]:
    """Everybody who may be gone from a plan, in the order of KINDS and of the tables."""
    ids = selection.assessment.elements
    for kind in dict.fromkeys(kind for kind in KINDS if kind in kinds):
        match kind:
            case "partner" | "pair":
                for gone in combinations(selection.partners, 1 if kind == "partner" else 2):
                    yield Victim(kind, " + ".join(ids[e] for e in gone), gone)
            case _:
                yield from _groups(selection, kind)


def _groups(selection: Selection, kind: Literal["industry", "region"]) -> Iterator[Victim]:
    engaged, options = engagements(selection), selection.assessment.options
    names = [row.group(kind) for row in engaged]
    for name in dict.fromkeys(names[option] for option in selection.options):
        if name is not None:
            within = [option for option, own in enumerate(names) if own == name]
            gone = {int(options.element[o]) for o in within if o in selection.options}
            barred = [o for o in within if int(options.element[o]) not in gone]
            yield Victim(kind, name, tuple(sorted(gone)), tuple(barred))


def engagements(selection: Selection) -> list[Partner | Application]:
    """The row behind every option: a partner as it is at a level, or an application."""
    assessment = selection.assessment
    levels, first = levels_of(assessment.instance), assessment.partner_count
    return [
        levels[assessment.elements[element]][level]
        if element < first
        else assessment.instance.applications[element - first]
        for element, level in zip(assessment.options.element.tolist(), assessment.options.level, strict=True)
    ]
