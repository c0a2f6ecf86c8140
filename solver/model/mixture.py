"""The prices of a small mixture: a linear program of a few rows, too small for a back end's overhead."""

from __future__ import annotations

import numpy as np

from solver.assessment.benefit import Floats

MOST_PIVOTS = 200
NOISE = 1e-12
LEAST_PIVOT = 1e-9


def mixture_prices(gains: Floats, members: Floats, most: Floats) -> Floats:
    """Dual prices of max gains·λ over members·λ ≤ most and λ ≥ 0, shape (R,), for most ≥ 0 of shape (R,).

    The simplex method on a tableau (Dantzig 1951). Where it does not come to its end the prices are not the
    best: what they miss is for the caller to add.
    """
    rows, columns = members.shape
    tableau = np.zeros((rows + 1, columns + rows + 1))
    tableau[:-1, :columns] = members
    tableau[:-1, columns:-1] = np.eye(rows)
    tableau[:-1, -1] = most
    tableau[-1, :columns] = -gains
    attractive = -NOISE * float(np.abs(gains).max(initial=0.0))
    for _ in range(MOST_PIVOTS):
        entering = int(tableau[-1, :-1].argmin())
        if tableau[-1, entering] >= attractive:
            break
        column = tableau[:, entering].copy()
        able = column[:-1] > LEAST_PIVOT
        ratios = np.divide(tableau[:-1, -1], column[:-1], out=np.full(rows, np.inf), where=able)
        leaving = int(ratios.argmin())
        tableau[leaving] /= column[leaving]
        column[leaving] = 0.0
        tableau -= np.outer(column, tableau[leaving])
    return np.maximum(tableau[-1, columns:-1], 0.0)
