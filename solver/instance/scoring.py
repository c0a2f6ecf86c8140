"""The tables by which partners and applications are scored: criteria, how they weigh, and scores."""

from pydantic import Field

from solver.instance.fields import Fraction, Id, NonNegative, Number, Row, Text


class Criterion(Row):
    """What partners and applications are scored by, and what is known of its weight."""

    id: Id = Field(description="its name")
    weight_min: Fraction = Field(0.0, description="its smallest weight; weights add up to 1")
    weight_max: Fraction = Field(1.0, description="its largest weight")
    better_than: Text | None = Field(
        None, description="criteria that weigh no more, separated by ; and 1.5*price for half as much again"
    )

    @property
    def outweighs(self) -> tuple[tuple[float, str], ...]:
        """The criteria that weigh no more, each with how many times its weight this one has at least."""
        pieces = (part.strip() for part in (self.better_than or "").split(";"))
        return tuple(_ratio(piece) for piece in pieces if piece)


def _ratio(piece: str) -> tuple[float, str]:
    factor, times, name = piece.partition("*")
    try:
        return (float(factor), name.strip()) if times else (1.0, piece)
    except ValueError:
        return 1.0, piece


class Weight(Row):
    """What is known of how much a criterion weighs, of all that there is or held against another."""

    criterion: Id = Field(description="the id of a criterion")
    than: Id | None = Field(
        None, description="the criterion it is held against; empty = all criteria together, which weigh 1"
    )
    low: NonNegative | None = Field(
        None,
        description="it weighs at least so many times as much; empty = 1 where high is empty too, else 0",
    )
    high: NonNegative | None = Field(None, description="at most so many times as much; empty = no limit")

    @property
    def least(self) -> float | None:
        """How many times as much it weighs at least: once where a row says nothing but a rank."""
        return 1.0 if self.low is None and self.high is None else self.low


class Score(Row):
    """How a partner or an application does by a criterion, if not exactly then within bounds."""

    id: Id = Field(description="a partner or an application")
    criterion: Id = Field(description="the id of a criterion")
    low: Number = Field(description="its smallest score")
    high: Number | None = Field(None, description="its largest score; empty = low")

    @property
    def most(self) -> float:
        """The largest score."""
        return self.low if self.high is None else self.high
