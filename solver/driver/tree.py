"""One search tree to which rows are added while it grows (Quesada and Grossmann 1992)."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np

from solver.driver.box import Box, Node
from solver.driver.branching import DOWN, UP, Experience
from solver.driver.early import EarlySolutions
from solver.driver.relaxations import Relaxations
from solver.driver.session import Point, UnansweredError, Vertex
from solver.driver.sounding import Soundings


@dataclass(frozen=True)
class TreeEffort:
    """How long a tree grows and what it tries at a node.

    Effort counts entries of programs solved: early, while the gap is not hopeful, a tree that is no help
    gives up. Chosen on draws of the generator with a price on risk.
    """

    most_fractions: int = 60
    most_effort: float = 1e8
    early_effort: float = 2e7
    hopeful_gap: float = 0.01
    most_probed: int = 8
    groups_probed: int = 2
    followed: float = 0.25
    followed_to_the_end: int = 8


EFFORT = TreeEffort()

UNMOVED = 1e-9
CLAIMANT = "the search tree"


class Tree:
    """Branch and bound on the relaxation; the rules are asked wherever their rows can matter.

    They are asked at every integral point, and some rounds long at every other one. Their rows hold
    everywhere, so no part is searched twice. This pays while the relaxation is small and nearly integral;
    where it is not, the tree gives up and leaves rows, bound and best solution behind. A tree that is told by
    ranks what to branch on first goes on to the end: there, rows say what is a solution at all, and rounds
    of the whole program find hardly any; `soundings` find them, in turns with the tree.
    """

    def __init__(
        self, relaxations: Relaxations, start: Point, patient: bool, soundings: Soundings | None = None
    ) -> None:
        self._relaxations, self._soundings = relaxations, soundings
        self._program, self._incumbent = relaxations.program, relaxations.incumbent
        self._start, self._patient = start, patient
        self._may_tire = not patient and not relaxations.ranks.any()
        self._experience = Experience(len(self._program.cost))
        self._open: list[tuple[float, int, Node]] = []
        self._made, self._heads = 0, 0

    def grow(self) -> None:
        """Search until bound and best solution meet, the effort is too much, or the run is over."""
        try:
            box = Box.whole(self._program)
            root = self._relaxations.within(box)
            if root is None or (self._may_tire and self._far_from_integral(root)):
                return
            self._early = EarlySolutions(self._relaxations, root, self._patient)
            self._early.complete(self._start)
            if self._soundings is None:
                self._early.begin(root)
            else:
                self._soundings.begin(root)
            self._keep(Node(root.bound, box))
            while self._open and not self._stopped:
                bound = max(-self._open[0][0], self._relaxations.closed)
                self._incumbent.tighten(bound, CLAIMANT)
                self._plunge(heapq.heappop(self._open)[2])
        except UnansweredError:
            return
        if not self._open:
            self._incumbent.tighten(self._relaxations.closed, CLAIMANT)

    def _far_from_integral(self, root: Vertex) -> bool:
        return len(self._relaxations.fractions(root.point)) > EFFORT.most_fractions

    @property
    def _stopped(self) -> bool:
        effort, far = self._relaxations.session.effort, self._incumbent.gap > EFFORT.hopeful_gap
        tired = self._may_tire and effort > (EFFORT.early_effort if far else EFFORT.most_effort)
        return tired or self._relaxations.stopped

    def _keep(self, node: Node) -> None:
        self._made += 1
        heapq.heappush(self._open, (-node.bound, self._made, node))

    # Down one path

    def _plunge(self, node: Node | None) -> None:
        """Follow a path to its end and keep the sides that branch off; its head is asked more about."""
        rounds = self._relaxations.asking.at_head
        least = -math.inf if node is None else self._worth_following(node.bound)
        while node is not None:
            if self._stopped:
                return self._keep(node)
            if node.bound < least:
                self._keep(node)
                break
            node = self._descended(node, rounds)
            rounds = self._relaxations.asking.below
        self._early.end_of_path()
        if self._soundings is not None:
            self._soundings.take_turns()
        return None

    def _worth_following(self, bound: float) -> float:
        """Down to which bound a path from a head is followed: where others find solutions, mostly not far."""
        self._heads += 1
        if self._soundings is None or self._heads % EFFORT.followed_to_the_end == 0:
            return -math.inf
        return bound - EFFORT.followed * max(bound - self._relaxations.cutoff, 0.0)

    def _descended(self, node: Node, rounds: float) -> Node | None:
        """Solve a part of the search and split it in two: one is followed, the other kept."""
        vertex = None if self._relaxations.closes(node.bound) else self._explored(node, rounds)
        if vertex is None:
            return None
        bound = min(vertex.bound, node.bound)
        box = self._narrowed(node.box, vertex)
        rest = self._probed(box, vertex, bound)
        if rest is not None:
            return Node(bound, rest)
        column = self._experience.best(self._relaxations.foremost(vertex.point), vertex.point)
        value = float(vertex.point[column])
        near = round(value % 1)
        halves, distances = box.halves(column, value), (value % 1, 1 - value % 1)
        self._keep(Node(bound, halves[1 - near], column, 1 - near, distances[1 - near]))
        return Node(bound, halves[near], column, near, distances[near])

    def _explored(self, node: Node, rounds: float) -> Vertex | None:
        """The fractional vertex of a part after some rounds of rows; None when nothing is left in it."""
        relaxations = self._relaxations
        vertex = relaxations.within(node.box)
        if vertex is not None and node.column is not None:
            self._experience.learn(node.column, node.side, node.bound - vertex.bound, node.distance)
        while vertex is not None and not relaxations.closes(min(vertex.bound, node.bound)):
            if not len(relaxations.fractions(vertex.point)):
                missing = relaxations.heard(vertex)
                self._early.around(self._program.rounded(vertex.point))
                if not missing:
                    return None
            elif not rounds or not relaxations.asked(vertex):
                return vertex
            else:
                rounds -= 1
            before = vertex.bound
            vertex = relaxations.within(node.box)
            if vertex is not None and before - vertex.bound < relaxations.asking.least_progress * abs(before):
                rounds = 0
        return None

    def _narrowed(self, box: Box, vertex: Vertex) -> Box:
        """Fix the columns that, moved by one, would leave nothing of interest.

        Where deciding columns are left to branch on, only those are fixed: that keeps the parts small.
        """
        relaxations = self._relaxations
        room = vertex.bound - relaxations.cutoff
        deciding = relaxations.deciding
        mine = deciding if deciding[relaxations.fractions(vertex.point)].any() else self._program.integer
        lower, upper = box.lower, box.upper
        costly = mine & (upper > lower) & (np.abs(vertex.reduced_costs) > room + UNMOVED)
        low = costly & (vertex.point <= lower + UNMOVED) & (vertex.reduced_costs < 0)
        high = costly & (vertex.point >= upper - UNMOVED) & (vertex.reduced_costs > 0)
        fixed = np.flatnonzero(low | high)
        if not len(fixed):
            return box
        least = vertex.bound - float(np.abs(vertex.reduced_costs[fixed]).min())
        relaxations.closed = max(relaxations.closed, least)
        ends = np.where(low, lower, upper)[fixed]
        return box.narrowed(fixed, ends, ends)

    def _probed(self, box: Box, vertex: Vertex, bound: float) -> Box | None:
        """Try both sides of columns that nothing is known of; the other side where one proves empty."""
        relaxations = self._relaxations
        foremost = relaxations.foremost(vertex.point)
        if relaxations.ranks[foremost[0]] >= EFFORT.groups_probed:
            return None
        unknown = self._experience.unknown(foremost, vertex.point)
        for column in unknown[: EFFORT.most_probed]:
            value = float(vertex.point[column])
            halves = box.halves(column, value)
            for side, distance in ((DOWN, value % 1), (UP, 1 - value % 1)):
                probe = relaxations.within(halves[side])
                if probe is None or relaxations.closes(probe.bound):
                    return halves[1 - side]
                self._experience.learn(column, side, bound - probe.bound, distance)
        return None
