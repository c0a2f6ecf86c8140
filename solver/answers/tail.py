"""The tail: the worst scenarios of a portfolio, who failed in them, and what was lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from solver.assessment.benefit import Floats
from solver.assessment.outlook import Outlook
from solver.portfolio.realised import application_benefits, partner_benefits, survival, synergies
from solver.portfolio.risk_figures import Contribution
from solver.portfolio.selection import Selection
from solver.risk.measures import VaR

MOST_TOLD = 5
ROUNDING = 1e-9


@dataclass(frozen=True)
class TailScenario:
    """One of the worst scenarios.

    `failed` are the ids of partners and applications that did not deliver, `stopped` those of applications
    that would have but were left without enough partners. `lost` says what each source brought less than
    expected; it adds up to how far the loss exceeds the expected loss.
    """

    scenario: Annotated[str, "Its name or number."]
    probability: Annotated[float, "How likely it is."]
    loss: Annotated[float, "What is lost in it."]
    failed: tuple[str, ...]
    stopped: tuple[str, ...]
    lost: tuple[Contribution, ...]


def tail_scenarios(
    selection: Selection, outlook: Outlook, lost: Floats, level: float
) -> tuple[TailScenario, ...]:
    """The worst scenarios, those beyond the VaR of a loss and worse than expected.

    Of the scenarios in which the same ones fail only the worst is told.
    """
    history = _History(selection, outlook)
    told: dict[object, TailScenario] = {}
    for scenario in _from_the_worst(lost, outlook.scenarios.probability, level):
        failed, stopped = history.failed(scenario), history.stopped(scenario)
        key = (failed, stopped) if failed or stopped else scenario
        if key not in told:
            told[key] = TailScenario(
                scenario=history.names[scenario],
                probability=float(outlook.scenarios.probability[scenario]),
                loss=float(lost[scenario]),
                failed=failed,
                stopped=stopped,
                lost=history.shortfalls(scenario),
            )
        if len(told) == MOST_TOLD:
            break
    return tuple(told.values())


def _from_the_worst(lost: Floats, probability: Floats, level: float) -> Iterable[int]:
    worse = lost - probability @ lost > ROUNDING * np.abs(lost).max()
    beyond = lost >= VaR(level).value(lost, probability)
    tail = np.flatnonzero(worse & beyond & (probability > 0))
    return (int(scenario) for scenario in tail[np.argsort(-lost[tail], kind="stable")])


class _History:
    """What happens to every part of a portfolio in every scenario."""

    def __init__(self, selection: Selection, outlook: Outlook) -> None:
        ids = selection.assessment.elements
        self.names = _names(selection, outlook)
        self.probability = outlook.scenarios.probability
        self.delivers: Mapping[str, NDArray[np.bool_]] = {
            ids[e]: outlook.delivers(selection.option_of[e])
            for e in (*selection.partners, *selection.applications)
        }
        self.kept = {ids[a]: survival(selection, outlook, a) for a in selection.applications}
        self.benefits = dict(_benefits(selection, outlook))

    def failed(self, scenario: int) -> tuple[str, ...]:
        return tuple(id_ for id_, delivered in self.delivers.items() if not delivered[scenario])

    def stopped(self, scenario: int) -> tuple[str, ...]:
        return tuple(
            id_ for id_, kept in self.kept.items() if self.delivers[id_][scenario] and not kept[scenario]
        )

    def shortfalls(self, scenario: int) -> tuple[Contribution, ...]:
        return tuple(
            Contribution(kind, float(self.probability @ benefit - benefit[scenario]), id_)
            for (kind, id_), benefit in self.benefits.items()
        )


def _benefits(selection: Selection, outlook: Outlook) -> Iterator[tuple[tuple[str, str | None], Floats]]:
    """What every source brings in every scenario, by kind and id."""
    ids = selection.assessment.elements
    for partner in selection.partners:
        yield ("partner", ids[partner]), partner_benefits(selection, outlook, [partner])
    for application in selection.applications:
        yield ("application", ids[application]), application_benefits(selection, outlook, [application])
    yield ("synergies", None), synergies(selection, outlook)


def _names(selection: Selection, outlook: Outlook) -> list[str]:
    """The planner's names of the scenarios, else numbers."""
    given = dict.fromkeys(row.scenario for row in selection.assessment.instance.scenarios)
    return list(given) or [str(number) for number in range(1, len(outlook.scenarios) + 1)]
