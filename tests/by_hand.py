"""Documents and plans written by hand: two partners, one application, and who provides what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Document = dict[str, Any]


def pair_of(
    both: Mapping[str, Any] | None = None, /, b: Mapping[str, Any] | None = None, **rest: Any
) -> Document:
    """Partners a and b, each worth 10 - 4 + 0.25 * 4 = 7 per period, and what else there is."""
    alike = {"revenue": 10, "cost": 4, **(both or {})}
    return {"partners": [{"id": "a", **alike}, {"id": "b", **alike, **(b or {})}], **rest}


def launch(
    both: Mapping[str, Any] | None = None,
    /,
    able: str = "ab",
    technologies: str = "t",
    needs: Mapping[str, Any] | None = None,
    **rest: Any,
) -> Document:
    """The same with application x, worth 20, that needs technologies which partners `able` master."""
    return pair_of(
        both,
        technologies=[{"id": technology} for technology in technologies],
        capabilities=[{"holder": p, "technology": t, "level": 0.8} for p in able for t in technologies],
        applications=[{"id": "x", "revenue": 20, "cost": 0}],
        requirements=[
            {"application": "x", "technology": t, "level": 0.5, **(needs or {})} for t in technologies
        ],
        **rest,
    )


def plan(*partners: str | Mapping[str, Any], x: Sequence[str] | None = None, **rest: Any) -> Document:
    """A closed plan; `x` launches the application, with providers written `technology:partner`."""
    providers = [text.split(":") for text in x or ()]
    return {
        "partners": list(partners),
        "applications": [] if x is None else ["x"],
        "assignments": [{"application": "x", "technology": t, "partner": p} for t, p in providers],
        **rest,
    }


def at(id_: str, start: int) -> Document:
    return {"id": id_, "start": start}
