"""A report as Markdown: for files that people keep, and for whatever renders them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from solver.report.blocks import Block, Facts, Figure, Report, Table, Text
from solver.report.words import explained

MARKS = re.compile(r"([\\`*~\[\]<>|&]|^[#+=-]|(?<!\w)_|_(?!\w))")
NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")
RULERS = {"left": ":--", "right": "--:"}


def markdown(report: Report) -> str:
    """The whole report, every technical word in it explained once."""
    return "\n\n".join(_parts(explained(report))) + "\n"


def _parts(report: Report) -> Iterator[str]:
    yield f"# {_escaped(report.title)}"
    for section in report.sections:
        if section.title:
            yield f"## {_escaped(section.title)}"
        yield from map(_shown, section.blocks)


def _shown(block: Block) -> str:
    match block:
        case Text(sentences):
            return "\n\n".join(map(_escaped, sentences))
        case Facts(facts):
            return "\n".join(f"- {_escaped(name)}: {_escaped(fact)}" for name, fact in facts.items())
        case Figure(title=title):
            return _escaped(title)
        case Table(columns):
            rulers = (RULERS[column.alignment] for column in columns)
            header = (_escaped(column.header) for column in columns)
            rows = (map(_escaped, row) for row in block.rows)
            return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rulers, *rows))


def _escaped(text: str) -> str:
    """A text as it stands, whatever of it Markdown takes for a mark."""
    return NUMBERED.sub(r"\1\\\2", MARKS.sub(r"\\\1", " ".join(text.split())))
