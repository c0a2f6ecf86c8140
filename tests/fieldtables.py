"""Tables of columns and keys for the pages, generated from what also checks every cell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from solver.instance.fields import Row
from solver.instance.guide import default_of, meaning_of, purpose
from solver.instance.settings import SECTIONS, General
from solver.instance.tables import TABLES

TOP = "top"
MARKED = re.compile(r"^<!-- fields: (.+?) -->\n.*?^<!-- end of fields -->$", re.M | re.S)


def places() -> dict[str, type[Row]]:
    """Every table by its name, every section as `[section]`, and the keys that have no section."""
    return {TOP: General, **{f"[{name}]": model for name, model in SECTIONS.items()}, **TABLES}


def places_of(page: str) -> list[str]:
    """The tables and sections whose columns and keys a page lists."""
    return MARKED.findall(page)


def with_fresh_fields(page: str) -> str:
    """The page with its field tables as the format is today."""
    return MARKED.sub(lambda marked: _block(marked[1]), page)


def _block(place: str) -> str:
    model = places()[place]
    return "\n".join(
        [f"<!-- fields: {place} -->", *_intro(place, model), *_rows(place, model), "<!-- end of fields -->"]
    )


def _intro(place: str, model: type[Row]) -> list[str]:
    title = {TOP: "Keys before the first section"}.get(place, f"`{place}`")
    return [f"**{title}** – {purpose(model)}", ""]


def _rows(place: str, model: type[Row]) -> Iterator[str]:
    yield f"| {'column' if place in TABLES else 'key'} | means and holds | default |"
    yield "|---|---|---|"
    for name in model.model_fields:
        default = default_of(model, name).removeprefix("default ")
        yield f"| `{name}` | {_cell(meaning_of(model, name))} | {_cell(default)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")
