"""Technical words, each explained in one clause where a report first uses it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from solver.report.blocks import Report, Text

if TYPE_CHECKING:
    from solver.instance.instance import Instance

NAMED = ("partners", "levels", "applications", "technologies", "groups", "resources", "segments")

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "bound": "no portfolio can be worth more, which is proven",
        "gap": "what lies between value and bound, as a share of the larger",
        "credited return": "what roi_rate counts as earned on each unit of cost (0.25 if it is not set)",
        "CVaR": "the mean loss of the worst cases; at 95 %, of the worst 5 %",
        "VaR": "the loss that is exceeded in the worst cases only; at 95 %, in the worst 5 %",
        "entropic VaR": "a cautious estimate of the loss in the worst cases, never below CVaR",
        "entropic risk": "the mean loss after large losses are given an exponentially larger weight",
        "mean + deviation": "the mean loss and its standard deviation, added up",
        "mean + upper semideviation": "the mean loss and how far worse cases scatter beyond it, added up",
        "mean + absolute deviation": "the mean loss and its mean distance from it, added up",
        "spectral measure": "a mean of losses in which worse cases count more",
        "out of sample": "over scenarios by which nothing was chosen, which tests the figures",
        "95 % interval": "where the true figure lies, 19 times out of 20",
        "individually rational": "nobody gets less than alone",
        "excess": "what a coalition could earn by itself, less what it is paid",
        "core": "the splits that pay every coalition at least what it could earn by itself",
        "least core": "the splits whose largest excess is as small as it can be",
        "Kohlberg's criterion": "a test that the nucleolus passes and no other split does",
        "nucleolus": "makes the unhappiest coalition as happy as can be, then the next, and so on",
        "prenucleolus": "the nucleolus, where somebody may get less than alone",
        "per-capita nucleolus": "the nucleolus of what each coalition misses per member",
        "Shapley value": "pays what each adds on average, over all orders of joining",
        "risk-corrected Shapley value": "the Shapley value, less for those who bring risk",
        "τ-value": "lies between what each could insist on and what each adds to all others",
        "Nash bargaining": "pays the minimum payoffs and divides the rest by bargaining weight",
        "equal profit method": "pays everybody nearly the same profit on what each brings",
        "price of stability": "what it costs that everybody must be content with the contract",
        "Herfindahl index": "the sum of squared shares: 1 where one partner brings everything, small where "
        "many bring as much",
    }
)
TECHNICAL = re.compile(
    "|".join(rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in sorted(MEANINGS, key=len, reverse=True))
)


def explained(report: Report) -> Report:
    """The same with every technical word explained in the section that uses it first, or the title before."""
    if report.language != "en":
        return report
    texts = [" · ".join(_spaced(part) for part in (report.title, *part.texts())) for part in report.sections]
    technical_names = filter(TECHNICAL.search, report.names) if any(map(TECHNICAL.search, texts)) else ()
    names = [_whole(name) for name in sorted(technical_names, key=len, reverse=True)]
    known: set[str] = set()
    sections = []
    for section, text in zip(report.sections, texts, strict=True):
        for name in names:
            text = name.sub("·", text)
        new = [word for word in dict.fromkeys(TECHNICAL.findall(text)) if word not in known]
        known.update(new)
        meanings = Text(tuple(f"{word}: {MEANINGS[word]}" for word in new))
        sections.append(replace(section, blocks=tuple(filter(None, (*section.blocks, meanings)))))
    return replace(report, sections=tuple(sections))


def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(_spaced(name))}(?!\w)")


def _spaced(text: str) -> str:
    return " ".join(text.split())


def names_in(instance: Instance) -> Iterator[str]:
    """Every name and id that a planner chose and a report may show."""
    yield from (instance.name, instance.hub.id, instance.hub.label, instance.unit, instance.currency)
    for table in NAMED:
        for row in getattr(instance, table):
            cells = (*vars(row).values(), *(row.model_extra or {}).values())
            yield from (cell for cell in cells if isinstance(cell, str))
