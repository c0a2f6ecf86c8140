"""The portfolio: what is chosen, and nothing about how it was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self

from solver.shapes import Shaped


@dataclass(frozen=True, order=True)
class ChosenPartner:
    """A partner with its level of engagement and start period."""

    id: Annotated[str, "Its id."]
    level: Annotated[str, "The level of engagement."]
    start: Annotated[int, "The first period."]


@dataclass(frozen=True, order=True)
class LaunchedApplication:
    """An application with its start period."""

    id: Annotated[str, "Its id."]
    start: Annotated[int, "The first period."]


@dataclass(frozen=True, order=True)
class Assignment:
    """A partner that provides a technology to an application."""

    application: Annotated[str, "The id of the application."]
    technology: Annotated[str, "The id of the technology."]
    partner: Annotated[str, "The id of the partner."]


@dataclass(frozen=True)
class Licence:
    """The paid licence of an `ip_conflict` row; `application` None stands for any."""

    first: Annotated[str, "The id of one party."]
    second: Annotated[str, "The id of the other."]
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
