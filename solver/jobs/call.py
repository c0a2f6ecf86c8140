"""A call to be made elsewhere, and how it ended there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class Call:
    """A function and its arguments, both of the kind that `pickle` takes along.

    `seconds` after it began the process is killed (None: never); it computes on `threads` threads.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    seconds: float | None = None
    threads: int = 1


class End(StrEnum):
    """How a call ended."""

    returned = "returned"
    crashed = "crashed"
    killed = "killed"


@dataclass(frozen=True)
class Ending:
    """How a call ended: the `value` it returned, or in words what happened instead."""

    end: End
    value: Any = field(default=None, compare=False)
    message: str = ""
