"""What people call partners and applications: by id, or by a name that only one of them has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from solver.errors import InputError
from solver.instance.defects import Defect, nearest

if TYPE_CHECKING:
    from solver.instance.instance import Instance


def called(name: str, labels: Mapping[str, str], what: str = "an id") -> str:
    """The id that an id or a name stands for, given names by id; an id goes before a name.

    Raises ValueError, with what would be right, for a name that several have and for one that nobody has.

    >>> called("Aurora", {"p1": "Aurora", "p2": "Birch"})
    'p1'
    """
    if name in labels:
        return name
    same = [id_ for id_, label in labels.items() if label == name]
    if len(same) == 1:
        return same[0]
    if same:
        raise ValueError(f"{what}: {', '.join(same)} have this name")
    raise ValueError(f"{what}, or a name that only one has{nearest(str(name), [*labels, *labels.values()])}")


def locks(
    instance: Instance, include: Iterable[str], exclude: Iterable[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids of what is to be locked in and out; raises InputError for names that are none."""
    labels = {id_: label for id_, label in instance.labels.items() if id_ != instance.hub.id}
    defects: list[Defect] = []

    def id_of(name: str) -> str:
        try:
            return called(name, labels)
        except ValueError as error:
            defects.append(Defect("locks", f"name a partner or an application: {error}", value=name))
            return name

    found = tuple(map(id_of, include)), tuple(map(id_of, exclude))
    if defects:
        raise InputError(defects)
    return found


def by_id(amounts: Mapping[str, float], labels: Mapping[str, str]) -> dict[str, float]:
    """Amounts by id, whoever was called by name; what nobody is called stays as it is.

    Raises ValueError for a name that several have, and for who is there under both.
    """
    found: dict[str, float] = {}
    for name, amount in amounts.items():
        unknown = name not in labels and name not in labels.values()
        id_ = name if unknown else called(name, labels)
        if id_ in found:
            raise ValueError(f"{id_} stands there twice, as {name} too")
        found[id_] = amount
    return found
