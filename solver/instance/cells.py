"""Values as the text of a cell, and back."""

from __future__ import annotations

import re
from typing import Any

# The one group is there for whole numbers.
NUMBER = re.compile(r"[+-]?(?:\d{1,300}()|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)
EXACT_WHOLE = 2.0**53


def as_truth(text: str) -> bool | None:
    """What a text says that is `true` or `false`, however it is capitalised; None for any other."""
    return {"true": True, "false": False}.get(text.strip().casefold())


def as_number(text: str) -> int | float | None:
    """The number that a text spells with a decimal point, e.g. `-1.5e3`; None when it spells none.

    >>> as_number("12345678901234567"), as_number("-1.5e3"), as_number("12,5")
    (12345678901234567, -1500.0, None)
    """
    text = text.strip()
    found = NUMBER.fullmatch(text)
    if found is None:
        return None
    return float(text) if found[1] is None else int(text)


def as_text(value: Any) -> str:
    """The text of a plain value: numbers such that reading them gives the same number again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def plain(value: Any) -> Any:
    """A value as JSON has it: lists for tuples, an int for a whole float."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < EXACT_WHOLE else value
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def as_digits(value: Any) -> Any:
    """The digits of a whole number, for text such as ids; anything else as it is."""
    whole = plain(value)
    return str(whole) if isinstance(whole, int) and not isinstance(whole, bool) else value
