"""The pages of the manual: which there are, what each is about, and what it says."""

from __future__ import annotations

from importlib import resources

PAGES = (
    "commands",
    "input",
    "fields",
    "risk",
    "answers",
    "tradeoffs",
    "plans",
    "lifecycle",
    "splitting",
    "pictures",
    "comparing",
    "python",
    "terms",
    "changes",
)
"""In the order in which a planner meets them."""


def markdown(page: str) -> str:
    """A page as it is written."""
    return resources.files("solver.manual").joinpath(f"{page}.md").read_text(encoding="utf-8")


def subject(page: str) -> str:
    """What a page is about: its heading, after the colon."""
    return markdown(page).partition("\n")[0].partition(": ")[2]
