"""The portfolio: what is chosen, and nothing about how it was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from solver.shapes import Shaped


@dataclass(frozen=True, order=True)
class ChosenPartner:
    """A partner with its level of engagement and start period."""

    id: str
    level: str
    start: int


@dataclass(frozen=True, order=True)
class LaunchedApplication:
    """An application with its start period."""

    id: str
    start: int


@dataclass(frozen=True, order=True)
class Assignment:
    """A partner that provides a technology to an application."""

    application: str
    technology: str
    partner: str


@dataclass(frozen=True)
class Licence:
    """The paid licence of an `ip_conflict` row; `application` None stands for any."""

    first: str
    second: str
    application: str | None = None


@dataclass(frozen=True)
class Portfolio(Shaped):
    """Partners, applications, who provides what, and the licences paid.

    `assignments` or `licences` None means that the plan leaves them open.
    """

    partners: tuple[ChosenPartner, ...] = ()
    applications: tuple[LaunchedApplication, ...] = ()
    assignments: tuple[Assignment, ...] | None = ()
    licences: tuple[Licence, ...] | None = ()

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`; plans that people wrote are read by `portfolio.plan`."""
        return super().from_dict({"assignments": None, "licences": None, **document})
