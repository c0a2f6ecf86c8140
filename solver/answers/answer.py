"""What every answer has in common: what it is about, its tables, and amounts that carry their proof."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

from solver.driver import relative_gap
from solver.driver.outcome import OPTIMAL_GAP
from solver.instance.instance import Instance
from solver.portfolio.formulation import Asked
from solver.result import Result, Source
from solver.run import Run
from solver.shapes import Shaped, plain
from solver.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

    from solver.study.proven import Proven
    from solver.study.study import Study

Sign = Literal["=", "≤", "≥", "between", "unknown"]


@dataclass(frozen=True)
class Answer(Shaped, Shown):
    """An answer of a study: about which instance and formulation it is, and how long it took.

    `problem` is the instance itself, which is not written.
    """

    instance: Source
    formulation: Asked
    seconds: Annotated[float, "How long it took."]
    problem: Instance | None = field(default=None, repr=False, compare=False, kw_only=True)

    def frames(self) -> dict[str, pd.DataFrame]:
        """Its lists as DataFrames, by their keys in the JSON; what is within a row has dotted names."""
        import pandas as pd

        lists = {key: part for key, part in self.to_dict().items() if isinstance(part, list)}
        return {key: pd.json_normalize([_row(one) for one in part]) for key, part in lists.items()}


def _row(part: Any) -> Any:
    return part if isinstance(part, dict) else {"value": part}


def about(study: Study, run: Run) -> dict[str, Any]:
    """The fields that every answer has."""
    return {
        "instance": {"name": study.instance.name, "fingerprint": study.instance.fingerprint},
        "formulation": plain(study.formulation.to_dict(study.assessment)),
        "seconds": run.elapsed,
        "problem": study.instance,
    }


@dataclass(frozen=True)
class Amount(Shaped):
    """An amount and how well it is known: it lies between `least` and `most`, None where nothing is known.

    `sign` is `=` where every search that it needs ended with proof; what lies between `least` and `most` is
    then the width of the proof. `value` is what checked portfolios say, None where they say nothing.
    """

    sign: Annotated[Sign, "`=` where it is proven."]
    value: float | None
    least: float | None
    most: float | None

    @property
    def proven(self) -> bool:
        """Whether it is known as well as proofs are."""
        return self.sign == "="

    @property
    def width(self) -> float:
        """How far apart the ends are; infinite where one is not known."""
        return float("inf") if self.least is None or self.most is None else self.most - self.least

    def __neg__(self) -> Amount:
        value, least, most = (
            None if one is None else -one + 0.0 for one in (self.value, self.most, self.least)
        )
        return Amount(_OTHER_WAY.get(self.sign, self.sign), value, least, most)

    def __add__(self, other: Amount) -> Amount:
        ends = (
            _sum(self.value, other.value),
            _sum(self.least, other.least),
            _sum(self.most, other.most),
        )
        return enclosed(*ends, proven=self.proven and other.proven)

    def __sub__(self, other: Amount) -> Amount:
        return self + -other


_OTHER_WAY: dict[Sign, Sign] = {"≤": "≥", "≥": "≤"}
UNKNOWN = Amount("unknown", None, None, None)


def exactly(value: float) -> Amount:
    """An amount that no search was needed for."""
    return Amount("=", value, value, value)


def enclosed(value: float | None, least: float | None, most: float | None, *, proven: bool = False) -> Amount:
    """An amount between two ends, either of which may be open."""
    if proven and value is not None:
        return Amount("=", value, least, most)
    signs: dict[tuple[bool, bool], Sign] = {
        (True, True): "unknown",
        (True, False): "≤",
        (False, True): "≥",
        (False, False): "between",
    }
    return Amount(signs[least is None, most is None], value, least, most)


def best_value(found: Proven | Result) -> Amount:
    """What the best portfolio of a search is worth; of one that ended as infeasible there is none to ask."""
    worth, bound = found.objective, found.bound
    proven = worth is not None and bound is not None and relative_gap(worth, bound) <= OPTIMAL_GAP
    return enclosed(worth, worth, bound, proven=proven)


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other
