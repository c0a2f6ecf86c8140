"""How healthy the ecosystem is: scores of partners, trends and causes, and what hangs on whom (spec 8.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from solver.answers.answer import Answer, about
from solver.assessment.attainment import attainment, scores
from solver.assessment.evidence import posterior
from solver.instance.instance import Instance
from solver.instance.settings import HealthTerms
from solver.instance.tables import Health as Row
from solver.lifecycle.running import as_it_runs
from solver.portfolio.checker import check
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.selection import Selection
from solver.portfolio.stability import stability_of
from solver.portfolio.terms import IpExposure
from solver.run import Cancel, Listener, Run, SearchLimits
from solver.shapes import Shaped
from solver.study.plans import Plannable, completed_plan
from solver.study.study import Study

Colour = Literal["green", "amber", "red"]
CONFIDENCE = 0.95
FEWEST_FOR_AN_INTERVAL = 3
MOST_PLAYERS = 16
"""Of larger alliances the split is not looked at: `allocate` takes its time for it."""


@dataclass(frozen=True)
class Score(Shaped):
    """The score of a partner in one period."""

    period: Annotated[int, "The period, counted since the alliance began."]
    score: Annotated[float, "The weighted mean of how far its indicators attain their targets, from 0 to 1."]


@dataclass(frozen=True)
class Trend(Shaped):
    """By how much a score rises each period: the Theil-Sen `slope`, its 95 % interval from `low` to `high`.

    The interval is None below three periods.
    """

    slope: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Cause(Shaped):
    """What one indicator takes from the latest score: the `lost` of all add up to 1 less the score.

    Its `value`, where `target` is wanted, is an `attainment` from 0 to 1.
    """

    indicator: Annotated[str, "What is measured."]
    value: float
    target: float
    attainment: float
    lost: float


@dataclass(frozen=True)
class PartnerHealth(Shaped):
    """How one partner does; without a `score` and its `colour` where nothing with a weight was ever measured.

    `trend` is how the score changes, `causes` are what is missing to 1, most first, `scores` what it was.
    `success` is the probability that it delivers without this score, `counted` with it as evidence, where
    the planner counts it (`[health] strength`).
    """

    id: Annotated[str, "Its id."]
    running: Annotated[bool, "Whether it runs."]
    period: Annotated[int | None, "The latest period in which it was measured."]
    score: float | None
    colour: Colour | None
    trend: Trend | None
    causes: tuple[Cause, ...]
    scores: tuple[Score, ...]
    success: float
    counted: float


@dataclass(frozen=True)
class Reading(Shaped):
    """A `value` that says something of the whole, with what is `wanted` of it; no `colour` where nothing is.

    `about` is the partner or the coalition that it hangs on most.
    """

    name: Annotated[
        Literal["score", "retained_value", "herfindahl", "largest_share", "largest_excess", "ip_exposure"],
        "What it is.",
    ]
    value: float | None
    colour: Colour | None
    wanted: float | None
    about: tuple[str, ...]


@dataclass(frozen=True)
class Health(Answer):
    """How healthy the `partners` are and the ecosystem is, without a figure that would mix it all.

    `readings` are about `portfolio`: what runs as it is, under the best assignment, or a plan that was
    given; None where nothing runs or nothing was found in time. `broken` are the rules that it breaks. `gaps`
    say in words what was not measured.
    """

    partners: tuple[PartnerHealth, ...]
    readings: tuple[Reading, ...]
    portfolio: Portfolio | None
    broken: tuple[str, ...]
    gaps: tuple[str, ...]


def health(
    study: Study,
    plan: Plannable | None = None,
    *,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Health:
    """How healthy partners and ecosystem are, from the table `health`: scores, trends, causes, readings.

    A score is the weighted mean of min(1, value/target), or of min(1, target/value) where lower is better.
    Readings of the whole are about what runs, or about a `plan`. Raises InputError for a plan that cannot be
    read.
    """
    run = Run(limits, progress, cancel)
    given = None if plan is None else completed_plan(plan, study.formulation, study.assessment, "plan", run)
    selection = as_it_runs(study, run) if given is None else given.selection
    members = tuple(_partners(study))
    verdict = None if selection is None else check(study.formulation, selection)
    return Health(
        **about(study, run),
        partners=members,
        readings=() if selection is None else tuple(_readings(study, selection, members, run)),
        portfolio=None if selection is None else selection.portfolio(),
        broken=() if verdict is None else tuple(reading.sentence for reading in verdict.broken),
        gaps=tuple(_gaps(study.instance)),
    )


def colour(score: float, terms: HealthTerms) -> Colour:
    """Green, or what a score is below."""
    return "red" if score < terms.red else "amber" if score < terms.amber else "green"


def trend(by_period: dict[int, float]) -> Trend | None:
    """The Theil-Sen slope of scores by period; None of fewer than two."""
    if len(by_period) < 2:
        return None
    from scipy.stats import theilslopes

    values, periods = list(by_period.values()), list(by_period)
    if len(by_period) < FEWEST_FOR_AN_INTERVAL:
        return Trend((values[1] - values[0]) / (periods[1] - periods[0]), None, None)
    fit = theilslopes(values, periods, CONFIDENCE)
    return Trend(float(fit.slope), float(fit.low_slope), float(fit.high_slope))


def _partners(study: Study) -> Iterator[PartnerHealth]:
    """Who was measured or runs, in the order of the table."""
    instance, assessment = study.instance, study.assessment
    known, measured = scores(instance), {row.partner for row in instance.health}
    for element, partner in enumerate(instance.partners):
        running = bool(assessment.running[element])
        if not running and partner.id not in measured:
            continue
        by_period = known.get(partner.id, {})
        period, score = next(reversed(by_period.items()), (None, None))
        latest = [row for row in instance.health if (row.partner, row.period) == (partner.id, period)]
        pilots = [row for row in instance.evidence if row.subject == partner.id]
        yield PartnerHealth(
            id=partner.id,
            running=running,
            period=period,
            score=score,
            colour=None if score is None else colour(score, instance.health_terms),
            trend=trend(by_period),
            causes=tuple(_causes(latest)),
            scores=tuple(Score(*one) for one in by_period.items()),
            success=posterior(partner.success, instance.prior.prior_strength, pilots).mean,
            counted=assessment.beliefs[partner.id].mean,
        )


def _causes(rows: list[Row]) -> list[Cause]:
    """What each indicator takes from a score, most first."""
    weight = sum(row.weight for row in rows)
    causes = [
        Cause(row.indicator, row.value, row.target, attained, row.weight * (1 - attained) / weight)
        for row in rows
        for attained in [attainment(row)]
    ]
    return sorted(causes, key=lambda cause: -cause.lost)


def _readings(
    study: Study, selection: Selection, members: tuple[PartnerHealth, ...], run: Run
) -> Iterator[Reading]:
    terms, limits = study.instance.health_terms, study.instance.limits
    stable, ids = stability_of(selection), study.assessment.elements
    known = {one.id: one.score for one in members if one.score is not None}
    earned = {
        ids[element]: float(study.assessment.options.revenue[selection.option_of[element]])
        for element in selection.partners
        if ids[element] in known
    }
    total = sum(earned.values())
    score = sum(earned[id_] * known[id_] for id_ in earned) / total if total > 0 else None
    weakest = min(earned, key=lambda id_: known[id_], default=None)
    yield _judged("score", score, terms, weakest)
    yield _judged("retained_value", stable.retained_value, terms, stable.hardest_to_lose)
    yield Reading("herfindahl", stable.herfindahl, None, None, _who(stable.largest_partner))
    share = limits.max_share_of_benefit
    yield _capped("largest_share", stable.largest_share, share, terms, stable.largest_partner)
    yield _excess(study, selection, run)
    exposure = float(IpExposure().amount(selection))
    yield _capped("ip_exposure", exposure, limits.ip_exposure, terms, None)


def _judged(name: str, value: float | None, terms: HealthTerms, who: str | None) -> Reading:
    """A share of which more is better, by the planner's thresholds."""
    shown = None if value is None else colour(value, terms)
    return Reading(name, value, shown, terms.amber, _who(who))  # type: ignore[arg-type]


def _capped(
    name: str, value: float | None, limit: float | None, terms: HealthTerms, who: str | None
) -> Reading:
    """An amount that should not be above a limit: how far it attains that is what is judged."""
    shown: Colour | None = None
    if value is not None and limit is not None:
        shown = colour(1.0 if value <= limit else limit / value, terms)
    return Reading(name, value, shown, limit, _who(who))  # type: ignore[arg-type]


def _excess(study: Study, selection: Selection, run: Run) -> Reading:
    """The most that a coalition could gain by leaving, as the value is split: red where that is anything."""
    if study.instance.split is None or not 0 < len(selection.partners) < MOST_PLAYERS or run.is_over:
        return Reading("largest_excess", None, None, None, ())
    from solver.games.game import UnprovenError
    from solver.sharing.share import share
    from solver.sharing.wishes import Wishes

    try:
        split = share(selection, study.formulation, Wishes.of(study.instance), run).wanted
    except UnprovenError:
        split = None
    if split is None or split.largest_excess is None:
        return Reading("largest_excess", None, None, 0.0, ())
    shown: Colour = "red" if split.blocking_coalition else "green"
    return Reading("largest_excess", split.largest_excess, shown, 0.0, split.tightest_coalition or ())


def _who(id_: str | None) -> tuple[str, ...]:
    return () if id_ is None else (id_,)


def _gaps(instance: Instance) -> Iterator[str]:
    """What was not measured though it might have been, in words."""
    measured: dict[str, dict[str, list[int]]] = {}
    for row in instance.health:
        measured.setdefault(row.partner, {}).setdefault(row.indicator, []).append(row.period)
    latest = max((row.period for row in instance.health), default=None)
    for partner in instance.partners:
        indicators = measured.get(partner.id)
        if indicators is None:
            if partner.status == "running":
                yield f"{partner.label} runs and was never measured."
            continue
        for indicator, periods in indicators.items():
            missed = sorted(set(range(min(periods), max(periods))) - set(periods))
            if missed:
                yield f"{partner.label}: {indicator} was not measured in {_periods(missed)}."
            if latest is not None and max(periods) < latest:
                last = f"last measured in period {max(periods)}, not in {latest}"
                yield f"{partner.label}: {indicator} was {last}."
    known = scores(instance)
    for partner in instance.partners:
        if partner.id in measured and not known.get(partner.id):
            yield f"{partner.label}: no indicator has a weight, so there is no score."


def _periods(numbers: list[int]) -> str:
    word = "period" if len(numbers) == 1 else "periods"
    return f"{word} {', '.join(map(str, numbers))}"
