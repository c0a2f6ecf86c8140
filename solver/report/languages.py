"""Reports in other languages: what they say is looked up, sentence by sentence, in a gettext catalogue.

Reports are written in English everywhere else. A msgid is a sentence without its full stop, or a part of one;
what stands in its holes, {0} and so on, is looked up by itself. Names are the planner's own and stay.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.resources import files
from typing import Any, NamedTuple

from solver.report.blocks import Block, Column, Facts, Figure, Report, Section, Table, Text
from solver.report.words import explained

LANGUAGES = ("en", "zh")
ENTRY = re.compile(r"^msgid (\".*\")\nmsgstr (\".*\")$", re.M)
HOLE = re.compile(r"\{(\d)\}")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9*\ue000])")
WORD = re.compile(r"[^\W\d_]+")
ANY = re.compile(r"\w.*\w", re.S)
LETTERS = re.compile(r"[A-Za-z]{2}")
BRACKETED = re.compile(r" ?\(([^()]+)\)")
MASKED = re.compile("\ue000(\\d+)\ue001")
WORD_BY_WORD = 5
"""So many unknown words it counts more to have no sentence at all."""
LISTED = re.compile("\ue001, (?=\ue000)")
TWO_CLAUSES = re.compile("(.+) and (\ue000\\d+\ue001 [a-z].*)", re.S)
ENDING = re.compile("(.*[^\ue001 ,;:])(\ue000\\d+\ue001)", re.S)
JOINTS = (("; ", "；"), (": ", "："), (" · ", " · "), (", ", "，"), (" and ", "和"))
"""What parts of a sentence are joined by, the widest first."""
QUOTED = re.compile(r"'([^']*)'")
SPOKEN = ("title", "domain", "equal", "oneOf", "sort")
"""Where in a view words stand that people read, or that are compared with words in the data."""
NAMED = re.compile(r"(^|_)(id|partner|application|player|name|first|second|key)$")
"""Columns of a figure's data that hold names."""


class Template(NamedTuple):
    """A msgid with holes: what it looks like, its longest part that is no hole, and what is said instead."""

    pattern: re.Pattern[str]
    literal: str
    said: str
    joints: frozenset[str]


@dataclass(frozen=True)
class Catalogue:
    """The words of a language: whole texts, and templates, the most telling first."""

    texts: Mapping[str, str]
    templates: tuple[Template, ...]

    @property
    def words(self) -> frozenset[str]:
        """Every word that a msgid has, which is no name."""
        return frozenset(word for text in self.texts for word in WORD.findall(text))


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language that ships with the package."""
    text = files("solver.report").joinpath(f"{language}.po").read_text(encoding="utf-8")
    texts = {json.loads(said): json.loads(meant) for said, meant in ENTRY.findall(text) if said != '""'}
    found = [_template(said, meant) for said, meant in texts.items() if HOLE.search(said)]
    found.sort(key=lambda one: -len(one[0]))
    return Catalogue(texts, tuple(one for _, one in found))


def _template(said: str, meant: str) -> tuple[str, Template]:
    literals = HOLE.split(said)[::2]
    parts = (re.escape(part) if k % 2 == 0 else "(.+?)" for k, part in enumerate(HOLE.split(said)))
    pattern = re.compile("".join(parts), re.S)
    return "".join(literals), Template(pattern, max(literals, key=len), meant, joints_in(said))


def joints_in(text: str) -> frozenset[str]:
    """What divides a text so that no hole of a template reaches beyond it."""
    return frozenset(joint for joint in ("; ", ": ", ", ") if joint in text)


def _mask(masks: list[str], said: Callable[[re.Match[str]], str], found: re.Match[str]) -> str:
    """A sign that stands for what is said already."""
    masks.append(said(found))
    return f"\ue000{len(masks) - 1}\ue001"


def word(text: str, language: str) -> str:
    """A word of a page itself."""
    return text if language == "en" else catalogue(language).texts[text]


def in_language(report: Report, language: str, names: Iterable[str] = ()) -> Report:
    """The report in a language, technical words explained; `names` are left as they are."""
    if language == "en":
        return report
    told = explained(report)
    speaker = Speaker(catalogue(language), {*names, *report.names})
    sections = tuple(map(speaker.section, told.sections))
    return Report(speaker.said(told.title), sections, told.names, language)


def figure_in_language(figure: Figure, language: str, names: Iterable[str] = ()) -> Figure:
    """The same for a figure by itself."""
    return figure if language == "en" else Speaker(catalogue(language), names).figure(figure)


class Speaker:
    """Says texts in the language of a catalogue."""

    def __init__(self, words: Catalogue, names: Iterable[str]) -> None:
        self._words = words
        self._known: dict[str, str] = {}
        self._clauses: dict[str, tuple[str, int]] = {}
        said = words.words
        own = sorted({name for name in names if ANY.search(name) and name not in said | UNITS}, key=len)
        self._names = [*reversed(own)]
        whole = "|".join(map(re.escape, self._names))
        self._named = re.compile(rf"(?<![\w-])(?:{whole})(?![\w-])") if own else None

    def section(self, part: Section) -> Section:
        """A section with everything in it."""
        return Section(self.said(part.title), tuple(map(self.block, part.blocks)))

    def block(self, block: Block) -> Block:
        """A block of any kind."""
        match block:
            case Text(sentences):
                return Text(tuple(map(self.said, sentences)))
            case Facts(facts):
                return Facts({self.said(name): self.said(fact) for name, fact in facts.items()})
            case Table(columns):
                return replace(block, columns=tuple(map(self._column, columns)))
            case Figure():
                return self.figure(block)

    def figure(self, figure: Figure) -> Figure:
        """A figure: words in its view and its data alike, so that they go on to match."""
        data = {
            name: [{key: self._value(key, value) for key, value in row.items()} for row in rows]
            for name, rows in figure.data.items()
        }
        keys = {key: self.said(shown) for key, shown in figure.headings.items()}
        return replace(
            figure,
            title=self.said(figure.title),
            words=self.said(figure.words),
            data=data,
            view=self._view(figure.view),
            headings=keys,
        )

    def said(self, text: str) -> str:
        """A text, sentence by sentence."""
        if text not in self._known:
            masks: list[str] = []
            masked = text
            if text not in self._words.texts:
                masked = (
                    text if self._named is None else self._named.sub(partial(_mask, masks, self._name), text)
                )
                masked = BRACKETED.sub(partial(_mask, masks, self._bracketed), masked)
            masked = LISTED.sub("\ue001、", masked)
            said = "".join(map(self._sentence, SENTENCE.split(masked)))
            while MASKED.search(said):
                said = MASKED.sub(lambda one: masks[int(one[1])], said)
            self._known[text] = said
        return self._known[text]

    def _name(self, found: re.Match[str]) -> str:
        """A name as it is, but for words such as million in a unit of money."""
        words = self._words.texts
        return " ".join(words[part] if part in UNITS else part for part in found[0].split(" "))

    def _bracketed(self, found: re.Match[str]) -> str:
        return f"（{self._clause(found[1])[0]}）"

    def _sentence(self, text: str) -> str:
        if text in self._words.texts or not text.endswith("."):
            return self._clause(text)[0]
        return f"{self._clause(text[:-1])[0]}。"

    def _clause(self, text: str) -> tuple[str, int]:
        """A text without full stop, and how many words of it are not known."""
        if text not in self._clauses:
            self._clauses[text] = self._best(text)
        return self._clauses[text]

    def _best(self, text: str) -> tuple[str, int]:
        """What is said with the fewest words that are not known, of what is most telling."""
        words = self._words.texts
        if text in words:
            return words[text], 0
        if not LETTERS.search(MASKED.sub("", text)):
            return text.replace(", ", "、"), 0
        if (ending := ENDING.fullmatch(text)) is not None:
            said, unknown = self._clause(ending[1])
            return f"{said}{ending[2]}", unknown
        before, joint, after = text.partition(": ")
        if joint and before in words and after in words:
            return f"{words[before]}：{words[after]}", 0
        if (clauses := TWO_CLAUSES.fullmatch(text)) is not None and ": " not in clauses[2]:
            both = [self._clause(part) for part in clauses.groups()]
            if LETTERS.search(MASKED.sub("", clauses[1])) and not any(unknown for _, unknown in both):
                return "，".join(said for said, _ in both), 0
        found: list[tuple[str, int]] = []
        for one in self._words.templates:
            if (
                one.literal in text
                and one.joints >= joints_in(text)
                and (match := one.pattern.fullmatch(text))
            ):
                found.append(self._filled(one, match.groups()))
                if found[-1][1] == 0:
                    return found[-1]
        for joint, said in JOINTS:
            if joint in text:
                parts = [self._clause(part) for part in text.split(joint)]
                found.append((said.join(part for part, _ in parts), sum(unknown for _, unknown in parts)))
                break
        single = text.split(" ")
        unknown = sum(part not in words and bool(LETTERS.search(part)) for part in single)
        found.append((" ".join(words.get(part, part) for part in single), unknown + WORD_BY_WORD))
        return min(found, key=lambda one: one[1])

    def _filled(self, one: Template, holes: Sequence[str]) -> tuple[str, int]:
        parts = [self._clause(hole.strip()) for hole in holes]
        said = HOLE.sub(lambda hole: parts[int(hole[1])][0], one.said)
        return said, sum(unknown for _, unknown in parts)

    def _column(self, column: Column) -> Column:
        cells = tuple(map(self.said, column.cells))
        return replace(column, header=self.said(column.header), cells=cells)

    def _value(self, key: str, value: Any) -> Any:
        return self.said(value) if isinstance(value, str) and not NAMED.search(key) else value

    def _view(self, part: Any, key: str = "") -> Any:
        if isinstance(part, str):
            if key in SPOKEN:
                return self.said(part)
            return QUOTED.sub(lambda one: f"'{self.said(one[1])}'", part) if "datum." in part else part
        if isinstance(part, Mapping):
            return {name: self._view(value, str(name)) for name, value in part.items()}
        return [self._view(one, key) for one in part] if isinstance(part, list | tuple) else part


UNITS = frozenset({"thousand", "million", "billion"})


def spoken(texts: Iterable[str]) -> Iterator[str]:
    """The msgids of texts with holes: their sentences and brackets without full stops, where words are."""
    for text in texts:
        within = BRACKETED.findall(text)
        for one in (*SENTENCE.split(BRACKETED.sub("", text).strip()), *within):
            said = one.strip().removesuffix(".")
            if LETTERS.search(HOLE.sub("", said)):
                yield said
