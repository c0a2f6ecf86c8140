"""Numbers as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import floor, isfinite, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.answers.answer import Amount
    from solver.instance.instance import Instance

NOTHING = 1e-9
SMALL = 1e-6
LARGE = 1e15
SIGNIFICANT = 4
"""Digits that an amount below 1 keeps."""


def number(value: float) -> str:
    """A number with thousands separated and no more decimals than it needs.

    At most two from 1 on, four digits that count below.

    >>> number(62.5), number(1234567.0), number(0.125), number(-0.0), number(0.000012345)
    ('62.5', '1,234,567', '0.125', '0', '0.00001234')
    """
    if NOTHING < abs(value) < SMALL or abs(value) > LARGE or not isfinite(value):
        return f"{value:.3g}"
    return _fixed(value, _decimals(value))


def shown_difference(larger: float, smaller: float) -> float:
    """What two numbers differ by as they are shown; what they really differ by where they look the same."""
    shown = [Decimal(number(value).replace(",", "")) for value in (larger, smaller)]
    return float(shown[0] - shown[1]) or abs(larger - smaller)


def column(values: Iterable[float]) -> list[str]:
    """Numbers that stand below one another, with their decimal points aligned; the largest sets how many.

    >>> column([62.5, 100.0, -3.25])
    ['62.50', '100.00', '-3.25']
    """
    values = list(values)
    largest = max(map(abs, values), default=0.0)
    most = max(map(_decimals, values), default=0)
    if largest > NOTHING:
        most = min(most, 2 if largest >= 1 else SIGNIFICANT - 1 - floor(log10(largest)))
    return [_fixed(value, most) if abs(value) <= LARGE else number(value) for value in values]


def _decimals(value: float) -> int:
    size = abs(value)
    if size <= NOTHING:
        return 0
    most = 2 if size >= 1 else SIGNIFICANT - 1 - floor(log10(size))
    return len(f"{value:.{most}f}".rstrip("0").partition(".")[2])


def _fixed(value: float, decimals: int) -> str:
    return f"{round(value, decimals) + 0.0:,.{decimals}f}"


def percent(share: float) -> str:
    """A share as a percentage, e.g. a relative gap.

    >>> percent(0.0), percent(0.0625), percent(1e-9), percent(0.001)
    ('0 %', '6.25 %', 'below 0.0001 %', '0.1 %')
    """
    if 0 < share < 1e-6:
        return "below 0.0001 %"
    return f"{number(100 * share)} %"


def money(value: float, instance: Instance) -> str:
    """An amount with the instance's unit and currency, e.g. `62.5 million USD`."""
    return f"{number(value)} {unit(instance)}".rstrip()


def known(amount: Amount, unit: str = "") -> str:
    """An amount with its proof in words, e.g. `62.5 million USD`, `at most 3.2`, `between 1 and 3`."""
    least, most = amount.least, amount.most
    if amount.proven and amount.value is not None:
        said = number(amount.value)
    elif least is not None and most is not None:
        said = f"between {number(least)} and {number(most)}"
    elif most is not None:
        said = f"at most {number(most)}"
    else:
        said = "" if least is None else f"at least {number(least)}"
    return f"{said} {unit}".rstrip() if said else "not known"


def unit(instance: Instance) -> str:
    """The instance's unit of money in words, e.g. `million USD`."""
    return " ".join(word for word in (instance.unit.strip(), instance.currency.strip()) if word)


def titled(title: str, instance: Instance) -> str:
    """A title followed by the unit in which its numbers are given."""
    return f"{title} ({unit(instance)})" if unit(instance) else title


def listed(words: Sequence[str]) -> str:
    """Words as a list in a sentence: `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def counted(count: int, noun: str) -> str:
    """A count with its noun: `1 partner`, `2 partners`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
