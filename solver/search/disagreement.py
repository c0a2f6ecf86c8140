"""Which rule, term or judge disagrees where a claim contradicts a portfolio."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, TypedDict

from solver.driver.contradiction import BrokenRow, Contradiction, Party
from solver.driver.handover import Columns
from solver.model.draft import Draft
from solver.portfolio.checker import check
from solver.portfolio.formulation import Formulation
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.selection import Selection
from solver.shapes import Shaped, as_named

NOTICEABLE = 1e-5


class RefusingRow(TypedDict):
    """A row that refuses the portfolio: who wrote it, its coefficients by column, and what it comes to."""

    owner: Annotated[str, "Who wrote it."]
    label: Annotated[str, "Its name."]
    coefficients: Annotated[Mapping[str, float], "By column."]
    lower: Annotated[float | None, "What it must reach."]
    upper: Annotated[float | None, "What it may reach."]
    activity: Annotated[float, "What it comes to."]


class Miscounted(TypedDict):
    """A term that the rows of the program count for another amount than the checker does."""

    term: Annotated[str, "The term."]
    rows: Annotated[float, "What the rows count."]
    checker: Annotated[float, "What the checker counts."]


@dataclass(frozen=True)
class Disagreement(Shaped):
    """A claim that a portfolio refutes; `sentence` says who disagrees, `names` are the rules and terms meant.

    `bound` is what was claimed, `worth` what the checker says, `counted` what the program counts; each None
    where there is nothing. `rows` are those that refuse the portfolio, `terms` those that the program counts
    for another amount, `columns` what the decision columns in rows stand for.
    """

    sentence: str
    party: Annotated[str, "Who is found to be wrong."]
    names: tuple[str, ...]
    selection: Selection
    bound: float | None
    worth: float | None
    counted: float | None
    rows: tuple[RefusingRow, ...] = ()
    terms: tuple[Miscounted, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)

    KEYS = as_named(
        "sentence", "party", "names", "bound", "worth", "counted", "portfolio", "rows", "terms", "columns"
    )

    @classmethod
    def of(cls, draft: Draft, columns: Columns, found: Contradiction) -> Disagreement:
        """What the driver found, in the words of the draft's rules and terms."""
        selection = draft.selection(lambda column: columns.value(found.witness, column))
        rows = tuple(_row(draft, row) for row in found.rows)
        terms: tuple[Miscounted, ...] = ()
        if found.party is Party.rows:
            names = tuple(dict.fromkeys(row["owner"] for row in rows))
            reason = f"{_listed(names)} refuse a portfolio that the checker passes"
        elif found.party is Party.objective:
            terms = tuple(_differing(draft, columns, found))
            names = tuple(str(term["term"]) for term in terms)
            reason = "; ".join(_counts(term) for term in terms) or _beyond_terms(draft, columns, found)
        elif found.party is Party.judge:
            names, reason = _refused(draft.formulation, selection)
        elif found.party is Party.unknown:
            names, reason = (), "who is wrong was not found out in time"
        else:
            names = tuple(dict.fromkeys(row["owner"] for row in rows))
            kept = (
                f"breaks {_listed(names)}"
                if names
                else "keeps every row and the objective counts it the same"
            )
            reason = f"the portfolio {kept}: the back end is wrong"
        against = "" if found.worth is None else f", against a portfolio worth {found.worth:.10g}"
        return cls(
            sentence=f"{found.claim}{against}: {reason}",
            party=str(found.party),
            names=names,
            selection=selection,
            bound=found.bound,
            worth=found.worth,
            counted=found.reached,
            rows=rows,
            terms=terms,
            columns=_meanings(draft, found.rows),
        )

    @property
    def portfolio(self) -> Portfolio:
        """The portfolio that the claim does not fit."""
        return self.selection.portfolio()


def _row(draft: Draft, row: BrokenRow) -> RefusingRow:
    owner = draft.owner(row.source)
    return {
        "owner": f"the rows of {owner}" if owner is not None else f"{row.label}, which no rule owns,",
        "label": row.label,
        "coefficients": dict(row.coefficients),
        "lower": _finite(row.lower),
        "upper": _finite(row.upper),
        "activity": row.activity,
    }


def _differing(draft: Draft, columns: Columns, found: Contradiction) -> Iterable[Miscounted]:
    """The terms that rows count for less than they are, or for more, as the whole objective is counted."""
    whole = found.whole
    if whole is None:
        return
    selection = draft.selection(lambda column: columns.value(whole, column))
    too_little = found.worth is not None and found.reached is not None and found.reached < found.worth
    for term, factor, part in draft.parts:
        counted = part.amount(lambda column: columns.value(whole, column))
        true = factor * term.amount(selection)
        less = true - counted if too_little else counted - true
        if less > NOTICEABLE * max(1.0, abs(true)):
            yield {"term": repr(term), "rows": float(counted), "checker": float(true)}


def _counts(term: Miscounted) -> str:
    less = term["checker"] - term["rows"]
    words = "understate" if less > 0 else "overstate"
    amounts = f"{term['rows']:.10g}, not {term['checker']:.10g}"
    return f"the rows of {term['term']} {words} it by {abs(less):.6g} ({amounts})"


def _beyond_terms(draft: Draft, columns: Columns, found: Contradiction) -> str:
    """Every term is right: either the judge or the objective does not add them up."""
    formulation, whole = draft.formulation, found.whole
    if formulation is None or whole is None or found.worth is None or found.reached is None:
        return f"the objective counts it as {found.reached}"
    true = formulation.maximise.amount(draft.selection(lambda column: columns.value(found.witness, column)))
    if abs(true - found.worth) > NOTICEABLE * max(1.0, abs(true)):
        return f"the judge says {found.worth:.10g} where the terms add up to {true:.10g}"
    counted = (part.amount(lambda column: columns.value(whole, column)) for _, _, part in draft.parts)
    less = sum(counted) - found.reached
    words = "understates" if less > 0 else "overstates"
    return f"the objective row {words} the sum of its terms by {abs(less):.6g}"


def _refused(formulation: Formulation | None, selection: Selection) -> tuple[tuple[str, ...], str]:
    """The rules that the checker finds broken though no row does."""
    broken = () if formulation is None else check(formulation, selection).broken
    if not broken:
        return (), "the judge refuses a portfolio that the checker passes"
    names = tuple(dict.fromkeys(reading.rule for reading in broken))
    words = "; ".join(reading.sentence for reading in broken)
    return (
        names,
        f"the rows allow a portfolio that the checker refuses ({words}): {_listed(names)} lacks rows",
    )


def _meanings(draft: Draft, rows: Iterable[BrokenRow]) -> dict[str, str]:
    """Which partner or application, level and start each option column of the rows stands for."""
    assessment = draft.assessment
    options, mentioned = assessment.options, {name for row in rows for name in row.coefficients}
    return {
        column.name: f"{assessment.elements[element]}, {options.level[o]}, period {options.start[o]}"
        for o, (column, element) in enumerate(zip(draft.options, options.element.tolist(), strict=True))
        if column.name in mentioned
    }


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(names) or "the rows all together"


def _finite(side: float) -> float | None:
    return side if abs(side) < float("inf") else None
