"""A report as data: sections of sentences, facts and tables, for whatever shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from solver.report.amounts import column
from solver.report.cells import Alignment
from solver.shown import Shown

Sum = Literal["no", "means", "total"]


@dataclass(frozen=True)
class Text:
    """Sentences, each a paragraph of its own."""

    sentences: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.sentences)

    def texts(self) -> Iterator[str]:
        """Everything that is read in it."""
        yield from self.sentences


@dataclass(frozen=True)
class Facts:
    """What is so, by the name of what it is about."""

    facts: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.facts)

    def texts(self) -> Iterator[str]:
        """Everything that is read in it."""
        for pair in self.facts.items():
            yield from pair


@dataclass(frozen=True)
class Column:
    """One column of a table: what stands above it, its cells from above, and to which side they are set.

    `values` are the numbers that the cells show, with all their digits; none where the cells are words.
    """

    header: str
    cells: tuple[str, ...]
    alignment: Alignment = "left"
    values: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Table:
    """Columns side by side, all of one length; at least one cell of each says something.

    Of the values of its columns, the last is the `total` of the others, or their sum `means` something and is
    not shown.
    """

    columns: tuple[Column, ...]
    adds_up: Sum = "no"

    def __bool__(self) -> bool:
        return bool(self.columns)

    @property
    def rows(self) -> Iterator[tuple[str, ...]]:
        """The cells row by row."""
        return zip(*(column.cells for column in self.columns), strict=True)

    def texts(self) -> Iterator[str]:
        """Everything that is read in it, row by row."""
        yield from (column.header for column in self.columns)
        for row in self.rows:
            yield from row


@dataclass(frozen=True)
class Figure(Shown):
    """A picture: the finding as its title, how it is read in `words`, and a Vega-Lite view of rows.

    `data` are rows by the names under which `view` draws them; colours in the view are names that begin with
    `@`, and become those of a theme. `headings` say what the data, their tables and columns are called.
    """

    kind: str
    title: str
    words: str
    data: Mapping[str, Sequence[Mapping[str, Any]]]
    view: Mapping[str, Any]
    headings: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        keys = dict.fromkeys(key for rows in self.data.values() for row in rows[:1] for key in row)
        words = {"": "The numbers"} | {key: key.replace("_", " ") for key in (*self.data, *keys)}
        object.__setattr__(self, "headings", words | dict(self.headings))

    def __bool__(self) -> bool:
        return any(self.data.values())

    def texts(self) -> Iterator[str]:
        """What is read of it where there are no pictures."""
        yield self.title


Block: TypeAlias = Text | Facts | Table | Figure


@dataclass(frozen=True)
class Section:
    """Blocks under a title, which may be empty."""

    title: str
    blocks: tuple[Block, ...]

    def __bool__(self) -> bool:
        return bool(self.blocks)

    def texts(self) -> Iterator[str]:
        """Everything that is read in it."""
        yield self.title
        for block in self.blocks:
            yield from block.texts()


@dataclass(frozen=True)
class Report:
    """A sentence that says it all, and sections that explain it.

    `names` are the planner's own: what is technical in them is no technical word. In another language than
    English all words are explained already.
    """

    title: str
    sections: tuple[Section, ...]
    names: frozenset[str] = frozenset()
    language: str = "en"


def report(title: str, *parts: Section | Block, names: Iterable[str] = ()) -> Report:
    """A report of the parts in which there is something to read."""
    sections = (part if isinstance(part, Section) else section("", part) for part in parts)
    return Report(title, tuple(filter(None, sections)), frozenset(names))


def section(title: str, *blocks: Block) -> Section:
    """The blocks in which there is something to read, under a title."""
    return Section(title, tuple(filter(None, blocks)))


def text(*sentences: str) -> Text:
    """Sentences below one another; what is empty is none."""
    return Text(tuple(filter(None, sentences)))


def table(*columns: Column, adds_up: Sum = "no") -> Table:
    """The columns in which any cell says something."""
    return Table(tuple(column for column in columns if any(column.cells)), adds_up)


def table_of(
    header: Sequence[str], rows: Iterable[Sequence[str]], alignments: Sequence[Alignment] | None = None
) -> Table:
    """The same, row by row; columns of words, and after the first of numbers, if nothing else is said."""
    cells = list(zip(*rows, strict=True)) or [()] * len(header)
    sides = alignments or numeric(len(header) - 1)
    return table(*(Column(*parts) for parts in zip(header, cells, sides, strict=True)))


def numeric(columns: int) -> list[Alignment]:
    """The alignments of a column of words and then columns of numbers."""
    numbers: Alignment = "right"
    return ["left", *[numbers] * columns]


def words(header: str, cells: Iterable[str]) -> Column:
    """A column of words."""
    return Column(header, tuple(cells))


def figures(header: str, cells: Iterable[str]) -> Column:
    """A column of texts that are numbers with something to them."""
    return Column(header, tuple(cells), "right")


def amounts(header: str, values: Iterable[float | None]) -> Column:
    """A column of numbers whose decimal points stand below one another; nothing where there is none."""
    values = tuple(values)
    shown = iter(column(value for value in values if value is not None))
    return Column(header, tuple("" if value is None else next(shown) for value in values), "right", values)
