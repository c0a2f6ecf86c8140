"""Plain values, as JSON holds them, compared: amounts within rounding, everything else to the letter."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

RELATIVE = 1e-9
"""What rounding, on another machine too, may make of a figure."""


@dataclass(frozen=True)
class Comparison:
    """Amounts are the same where they differ by no more than `rounding`, or a billionth of themselves."""

    rounding: float = 0.0

    def same(self, claimed: Any, true: Any) -> bool:
        """Whether two values are the same."""
        if is_number(claimed) and is_number(true):
            return abs(claimed - true) <= RELATIVE * max(abs(claimed), abs(true)) + self.rounding
        return bool(claimed == true) and isinstance(claimed, bool) == isinstance(true, bool)

    def differences(self, place: str, claimed: Any, true: Any) -> Iterator[str]:
        """A sentence for every part of a value that is not so; keys of one alone are no claim."""
        if isinstance(claimed, Mapping) and isinstance(true, Mapping):
            for key in claimed:
                if key in true:
                    yield from self.differences(f"{place}.{key}", claimed[key], true[key])
        elif is_list(claimed) and is_list(true) and len(claimed) == len(true):
            for number, (one, other) in enumerate(zip(claimed, true, strict=True), 1):
                yield from self.differences(f"{place}, entry {number}", one, other)
        elif not self.same(claimed, true):
            yield f"{place}: the file says {shown(claimed)}, true is {shown(true)}"

    def rows(self, place: str, key: Sequence[str], claimed: Any, true: Iterable[Any]) -> Iterator[str]:
        """The same for rows in any order, told apart by some columns; rows not known are no claim."""
        known: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
        for row in true:
            known.setdefault(_key(row, key), []).append(row)
        for row in claimed if is_list(claimed) else ():
            alike = known.get(_key(row, key), []) if isinstance(row, Mapping) else []
            if any(not list(self.differences("", row, other)) for other in alike):
                continue
            for other in alike[:1]:
                yield from self.differences(f"{place}, {_key(row, key)[-1]}", row, other)


def is_number(value: Any) -> TypeGuard[float]:
    """Whether it is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_list(value: Any) -> TypeGuard[Sequence[Any]]:
    """Whether it is a list, as JSON or a result has it."""
    return isinstance(value, list | tuple)


def shown(value: Any) -> str:
    """A value in a sentence; amounts to twelve digits, which is what is compared and more."""
    if is_number(value):
        return f"{value:.12g}"
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _key(row: Mapping[str, Any], names: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row.get(name)) for name in names)
