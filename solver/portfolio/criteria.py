"""The criteria by which portfolios are weighed against each other, each with what a search can ask of it.

Inside, more is always better: the gain of a portfolio is its amount, or minus it where less is better.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf
from types import MappingProxyType
from typing import ClassVar

from solver.errors import InputError
from solver.instance.defects import Defect, nearest
from solver.instance.instance import Instance
from solver.portfolio.choices import Moves
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import NOTHING, Bound, Quantity, Sense
from solver.portfolio.risks import LossMeasure, watched_risks
from solver.portfolio.rules import ChanceLimit, Match, RetainedValue, Rule, Wish
from solver.portfolio.rules.provision import application_revenue, retained_revenue
from solver.portfolio.selection import Selection
from solver.portfolio.terms import (
    AllianceValue,
    EntryCosts,
    HubValue,
    Innovation,
    LicenceCosts,
    MatchSurplus,
    PartnerCount,
    Spending,
)
from solver.risk.measures import Measure, VaR
from solver.risk.measures.catalogue import MEASURES, measure


@dataclass(frozen=True)
class Criterion(ABC):
    """Something that portfolios have more or less of, under the name that asks for it."""

    more: ClassVar[bool] = True  # is better
    whole: ClassVar[bool] = False  # amounts are whole numbers
    unit: ClassVar[str] = "money"
    most: ClassVar[float] = inf  # gain that nothing exceeds
    name: str

    @property
    @abstractmethod
    def words(self) -> str:
        """What it is called in a sentence."""

    @abstractmethod
    def amount(self, selection: Selection) -> float:
        """How much of it a portfolio has, computed without an optimiser."""

    @abstractmethod
    def at_least(self, gain: float) -> tuple[Rule, ...]:
        """The rules that keep the gain at least at a level."""

    def magnitude(self, selection: Selection) -> float:
        """What the amount is the sum of, signs aside."""
        return abs(self.amount(selection))

    @property
    def aim(self) -> Quantity | None:
        """The gain as a quantity that can be maximised; None where no program can."""
        return None

    def towards(self, gain: float) -> Quantity:
        """What to maximise, instead, in order to get beyond a gain."""
        return NOTHING

    def gain(self, selection: Selection) -> float:
        """How good a portfolio is by it: more is better."""
        return self.signed(float(self.amount(selection)))

    def signed(self, number: float) -> float:
        """The gain of an amount, and the amount of a gain."""
        return (number if self.more else -number) + 0.0


@dataclass(frozen=True)
class _Sum(Criterion):
    """A quantity, of which more is better."""

    quantity: Quantity

    @property
    def words(self) -> str:
        return self.name

    def amount(self, selection: Selection) -> float:
        return self.quantity.amount(selection)

    def at_least(self, gain: float) -> tuple[Rule, ...]:
        sense: Sense = ">=" if self.more else "<="
        return (Wish(Bound(self.quantity, sense, self.signed(gain))),)

    def magnitude(self, selection: Selection) -> float:
        return float(self.quantity.magnitude(selection))

    @property
    def aim(self) -> Quantity:
        return self.quantity if self.more else -self.quantity

    def towards(self, gain: float) -> Quantity:
        return self.aim


class _Score(_Sum):
    unit = ""


class _Money(_Sum):
    more = False


class _Count(_Sum):
    more, whole, unit = False, True, ""

    @property
    def words(self) -> str:
        return f"number of {self.name}"


class _Risk(_Sum):
    more = False

    @property
    def words(self) -> str:
        return str(self.quantity)


@dataclass(frozen=True)
class _MeanMatch(Criterion):
    """Mean technology match of the chosen partners; 0 where nobody is chosen."""

    unit = "share"

    @property
    def words(self) -> str:
        return "mean technology match"

    def amount(self, selection: Selection) -> float:
        match = selection.assessment.options.match
        chosen = [float(match[selection.option_of[partner]]) for partner in selection.partners]
        return sum(chosen) / len(chosen) if chosen else 0.0

    def at_least(self, gain: float) -> tuple[Rule, ...]:
        return (Match(gain), Wish(PartnerCount() >= 1)) if gain > 0 else ()

    def towards(self, gain: float) -> Quantity:
        """What is beyond the level, summed (Dinkelbach 1967)."""
        return MatchSurplus(gain)


@dataclass(frozen=True)
class _RetainedShare(Criterion):
    """Share of the applications' revenue that stays after the loss of any one partner; 1 of nothing."""

    unit = "share"
    most = 1.0

    @property
    def words(self) -> str:
        return "retained share of revenue"

    def amount(self, selection: Selection) -> float:
        kept, total = retained_revenue(selection).values(), sum(application_revenue(selection).values())
        return min(kept) / total if kept and total > 0 else 1.0

    def at_least(self, gain: float) -> tuple[Rule, ...]:
        return (RetainedValue(gain),) if gain > 0 else ()


@dataclass(frozen=True)
class _Quantile(Criterion):
    """A quantile of the loss, which no row can minimise."""

    more = False
    measure: VaR

    @property
    def words(self) -> str:
        return str(LossMeasure(self.measure))

    def amount(self, selection: Selection) -> float:
        return LossMeasure(self.measure).amount(selection)

    def magnitude(self, selection: Selection) -> float:
        return AllianceValue().magnitude(selection)

    def at_least(self, gain: float) -> tuple[Rule, ...]:
        return (ChanceLimit(self.measure.level, self.signed(gain)),)


CRITERIA: Mapping[str, Callable[[Formulation], Criterion]] = MappingProxyType(
    {
        "value": lambda asked: _Sum("value", _value(asked)),
        "innovation": lambda asked: _Score("innovation", Innovation()),
        "match": lambda asked: _MeanMatch("match"),
        "retained": lambda asked: _RetainedShare("retained"),
        "spending": lambda asked: _Money("spending", Spending() - EntryCosts() - LicenceCosts()),
        "partners": lambda asked: _Count("partners", PartnerCount()),
        "moves": lambda asked: _Count("moves", Moves()),
    }
)
RISK = "risk"
"""The measure that the instance's own section names."""


def criteria(names: Iterable[str], asked: Formulation, instance: Instance) -> tuple[Criterion, ...]:
    """The criteria of some names, in their order; value is the hub's where that is maximised.

    A measure of the loss is called as in the section `risk`, with its level after an @ where that is another
    than there: `cvar@0.9`. Raises InputError for a name that is none, for measures without scenarios, and for
    one that stands there twice.
    """
    found: list[Criterion] = []
    defects: list[Defect] = []
    for name in names:
        try:
            one = CRITERIA[name](asked) if name in CRITERIA else _risk(name, instance)
            if one in found:
                raise ValueError("each criterion once")
            found.append(one)
        except ValueError as error:
            defects.append(Defect("criteria", str(error), value=name))
    if defects:
        raise InputError(defects)
    return tuple(found)


def _value(asked: Formulation) -> Quantity:
    hub = HubValue()
    certain = {term: weight for term, weight in asked.maximise.weights().items() if term in hub.weights()}
    return hub if certain == hub.weights() else AllianceValue()


def _risk(name: str, instance: Instance) -> Criterion:
    kind, at, level = name.partition("@")
    if kind not in (RISK, *MEASURES):
        known = [*CRITERIA, RISK, *MEASURES]
        raise ValueError(f"one of {', '.join(known)}{nearest(kind, known)}")
    if instance.risk is None:
        raise ValueError("a measure of the loss needs scenarios: give the instance a section [risk]")
    wanted = _measure(kind, float(level) if at else None, instance)
    return _Quantile(name, wanted) if isinstance(wanted, VaR) else _Risk(name, LossMeasure(wanted))


def _measure(kind: str, level: float | None, instance: Instance) -> Measure:
    watched = [risk.measure for risk in watched_risks(instance)]
    if level is None:
        named = [one for one in watched if kind in (RISK, type(one).name)]
        if named:
            return named[0]
    section = instance.risk
    assert section is not None
    return measure(
        section.measure if kind == RISK else kind,
        level=section.level if level is None else level,
        theta=section.theta,
        kappa=section.kappa,
        spectrum=tuple(zip(section.spectrum_levels, section.spectrum_weights, strict=True)),
    )
