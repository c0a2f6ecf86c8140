"""The portfolio: what is chosen, and nothing about how it was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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
class Portfolio:
    """Partners, applications, who provides what, and the licences paid.

    `assignments` or `licences` None means that the plan leaves them open.
    """

    partners: tuple[ChosenPartner, ...] = ()
    applications: tuple[LaunchedApplication, ...] = ()
    assignments: tuple[Assignment, ...] | None = ()
    licences: tuple[Licence, ...] | None = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as in the result's JSON."""
        document: dict[str, Any] = {
            "partners": [vars(row) for row in self.partners],
            "applications": [vars(row) for row in self.applications],
        }
        if self.assignments is not None:
            document["assignments"] = [vars(row) for row in self.assignments]
        if self.licences is not None:
            document["licences"] = [vars(row) for row in self.licences]
        return document

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Portfolio:
        """The inverse of `to_dict`; plans that people wrote are read by `portfolio.plan`."""
        assignments, licences = document.get("assignments"), document.get("licences")
        return cls(
            partners=tuple(ChosenPartner(**row) for row in document["partners"]),
            applications=tuple(LaunchedApplication(**row) for row in document["applications"]),
            assignments=None if assignments is None else tuple(Assignment(**row) for row in assignments),
            licences=None if licences is None else tuple(Licence(**row) for row in licences),
        )
