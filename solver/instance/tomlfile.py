"""The settings of a folder as a TOML text: its values, and the line in which each key stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from solver.instance.defects import Defect, Findings
from solver.instance.headings import all_meant
from solver.instance.settings import SECTIONS, dotted, dotted_keys

PART = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
PATH = rf"{PART}(?:[ \t]*\.[ \t]*{PART})*"
SECTION_OR_KEY = re.compile(rf"[ \t]*(?:\[\[?[ \t]*(?P<section>{PATH})[ \t]*\]|(?P<key>{PATH})[ \t]*=)")
LITERAL = re.compile(
    r'''"""(?:\\.|[^\\])*?"""|\'{3}.*?\'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*''', re.DOTALL
)
PLACE = re.compile(r"\(at line (\d+), column \d+\)")


def toml_values(text: str, name: str, findings: Findings) -> dict[str, Any] | None:
    """The values in a TOML text; None after adding to the findings, with the line."""
    try:
        return tomllib.loads(text + "\n")
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        place = PLACE.search(str(error))
        line = int(place[1]) if place else len(text.rstrip("\n").split("\n"))
        where = name if isinstance(error, RecursionError) else f"{name}, line {line}"
        findings.add(Defect(name, f"TOML that can be read; {error}", where=where))
        return None


def lines_of_keys(text: str) -> dict[str, int]:
    """Every key of a TOML text with its section, as it is known here, and the line it stands in."""
    written = dict[str, int]()
    for number, key in _keys(text):
        written.setdefault(key, number)
    known = all_meant(written, (*dotted_keys(), *SECTIONS))
    return {known[key] or key: number for key, number in reversed(written.items())}


def _keys(text: str) -> Iterator[tuple[int, str]]:
    section, depth = "", 0
    values_left_out = LITERAL.sub(_same_lines, text)
    for number, (line, bare) in enumerate(
        zip(text.split("\n"), values_left_out.split("\n"), strict=True), start=1
    ):
        # A line that is bare of its literals shows whether it begins within a longer one.
        found = SECTION_OR_KEY.match(line) if depth == 0 and bare.strip() else None
        if found is not None:
            path = ".".join(
                part.strip(" \t\"'") for part in re.findall(PART, found["section"] or found["key"])
            )
            if found["section"]:
                section = path
            yield number, path if found["section"] else dotted(section, path)
        if found is None or found["key"]:
            depth = max(0, depth + sum(map(bare.count, "[{")) - sum(map(bare.count, "]}")))


def _same_lines(literal: re.Match[str]) -> str:
    """A literal without its text: as many lines, and nothing of a comment."""
    return "\n" * literal[0].count("\n")
