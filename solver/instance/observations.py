"""What the table `history` holds: past benefits by partner or application."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from solver.instance.instance import Instance


def past_benefits(instance: Instance) -> dict[str, NDArray[np.float64]]:
    """The observed benefits of each id, without the gaps."""
    import numpy as np

    columns: dict[str, list[float]] = {}
    for row in instance.history:
        for id_, value in row.own_columns().items():
            columns.setdefault(id_, []).append(value)
    return {id_: np.array(values) for id_, values in columns.items()}


def usable(sample: NDArray[np.float64]) -> bool:
    """Whether a distribution can be fitted that scales what the tables expect."""
    from solver.risk.margin import FEWEST_OBSERVATIONS

    enough = len(sample) >= FEWEST_OBSERVATIONS
    return bool(enough and sample.mean() > 0 and sample.max() > sample.min())
