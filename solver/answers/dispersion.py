"""Max–min dispersion: of some points, so many whose least distance is greatest, by exhausting cliques."""

from __future__ import annotations

from collections.abc import Sequence


def dispersed(distances: Sequence[Sequence[int]], count: int) -> tuple[list[int], int | None]:
    """The places of so many points that are as far apart as can be, and their least distance.

    All points, where there are no more; the least distance of fewer than two is None. Of sets that are as
    good the one that comes first.

    >>> dispersed([[0, 1, 4], [1, 0, 3], [4, 3, 0]], 2)
    ([0, 2], 4)
    """
    points = range(len(distances))
    count = min(count, len(distances))
    if count < 2:
        return list(points[:count]), None
    for least in sorted({distances[i][j] for i in points for j in points if i < j}, reverse=True):
        far = [{j for j in points if j > i and distances[i][j] >= least} for i in points]
        found = _clique([], set(points), far, count)
        if found is not None:
            return found, least
    return [], None


def _clique(chosen: list[int], left: set[int], far: Sequence[set[int]], count: int) -> list[int] | None:
    """So many points that are all far from each other, the chosen among them."""
    if len(chosen) == count:
        return chosen
    for point in sorted(left):
        if len(chosen) + len(left) < count:
            return None
        found = _clique([*chosen, point], left & far[point], far, count)
        if found is not None:
            return found
        left = left - {point}
    return None
