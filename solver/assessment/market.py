"""Market competition: attraction shares of the segments and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Market:
    """Segments in which the alliance competes by attraction (Nakanishi & Cooper 1974; Huff 1964).

    `worth` is margin × demand per period, `hub` and `rival` are attractions, all of shape (M,);
    `attraction` has shape (M, E): what each partner or application adds while it is active.
    """

    worth: Floats
    hub: Floats
    rival: Floats
    attraction: Floats

    def gain(self, segment: int, attraction: float) -> float:
        """Money per period that the alliance's attraction earns beyond the hub alone.

        >>> one = Market(np.array([100.0]), np.array([10.0]), np.array([30.0]), np.zeros((1, 0)))
        >>> one.gain(0, 30.0)
        25.0
        """
        rival = self.rival[segment]
        alone = self.hub[segment] / (self.hub[segment] + rival)
        return float(self.worth[segment] * (attraction / (attraction + rival) - alone))

    def slope(self, segment: int, attraction: float) -> float:
        """Derivative of `gain`; with it the tangent at an attraction bounds the concave gain from above."""
        rival = self.rival[segment]
        return float(self.worth[segment] * rival / (attraction + rival) ** 2)
