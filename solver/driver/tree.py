"""One search tree to which rows are added while it grows (Quesada and Grossmann 1992)."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.driver.box import Box, Node
from solver.driver.branching import DOWN, UP, Experience
from solver.driver.cutting import Evaluator
from solver.driver.handover import Program
from solver.driver.incumbent import Incumbent
from solver.driver.neighbours import Neighbourhood
from solver.driver.outcome import ABSOLUTE_GAP
from solver.driver.rows import Rows
from solver.driver.separation import Separator
from solver.driver.session import Branchable, Point, Priceable, UnansweredError, Vertex
from solver.run import Run


@dataclass(frozen=True)
class Asking:
    """How many rounds long rules are asked at the head of a path and below, as long as that moves the bound.

    `spare_rows` may stay in the program without binding.
    """

    at_head: float
    below: float
    least_progress: float
    spare_rows: int


@dataclass(frozen=True)
class TreeEffort:
    """How long a tree grows and what it tries at a node.

    Effort counts entries of programs solved: early, while the gap is not hopeful, a tree that is no help
    gives up. Chosen on draws of the generator with a price on risk; `eager` asking on an alliance of 18
    partners with a limit on its CVaR. Elsewhere it took 15 to 20 % longer (transport, many teams).
    """

    most_fractions: int = 60
    most_effort: float = 1e8
    early_effort: float = 2e7
    hopeful_gap: float = 0.01
    most_probed: int = 8
    eager: Asking = Asking(at_head=6, below=2, least_progress=1e-4, spare_rows=150)
    sparing: Asking = Asking(at_head=math.inf, below=0, least_progress=0.0, spare_rows=30)
    most_tried: int = 30
    most_climbed: int = 150
    priced_rounds: int = 3
    most_priced: int = 3


EFFORT = TreeEffort()

INTEGRALITY = 1e-6
UNMOVED = 1e-9
LEAST_GAIN = 1e-6
CLAIMANT = "the search tree"


class Tree:
    """Branch and bound on the relaxation; the rules are asked wherever their rows can matter.

    They are asked at every integral point, and some rounds long at every other one. Their rows hold
    everywhere, so no part is searched twice. This pays while the relaxation is small and nearly integral;
    where it is not, the tree gives up and leaves rows, bound and best solution behind. A tree that is told by
    `ranks` what to branch on first goes on to the end: there, rows say what is a solution at all, and rounds
    of the whole program find hardly any.
    """

    def __init__(
        self,
        session: Branchable,
        program: Program,
        separator: Separator,
        evaluator: Evaluator,
        incumbent: Incumbent,
        run: Run,
        start: Point,
        gap: float,
        deciding: NDArray[np.bool_],
        ranks: NDArray[np.int64],
        patient: bool,
    ) -> None:
        self._session = session
        self._program = program
        self._separator = separator
        self._evaluator = evaluator
        self._incumbent = incumbent
        self._run = run
        self._start = start
        self._gap = gap
        self._deciding = deciding & program.integer
        self._ranks = ranks
        self._patient = patient
        self._asking = EFFORT.eager if ranks.any() else EFFORT.sparing
        self._may_tire = not patient and not ranks.any()
        self._experience = Experience(len(program.cost))
        self._open: list[tuple[float, int, Node]] = []
        self._made = 0
        self._closed = -math.inf
        self._lasting_rows = 0
        self._climbed: Point | None = None

    def grow(self) -> None:
        """Search until bound and best solution meet, the effort is too much, or the run is over."""
        try:
            box = Box.whole(self._program)
            root = self._relaxed(box)
            if root is None or (self._may_tire and len(self._fractions(root.point)) > EFFORT.most_fractions):
                return
            self._neighbourhood = self._movable(np.abs(root.reduced_costs))
            if np.isfinite(self._start[self._program.integer]).any():
                self._dive(self._where_the_start_is(), self._cutoff)
            self._begin(box, root)
            self._keep(Node(root.bound, box))
            while self._open and not self._stopped:
                self._incumbent.tighten(max(-self._open[0][0], self._closed), CLAIMANT)
                self._plunge(heapq.heappop(self._open)[2])
        except UnansweredError:
            return
        if not self._open:
            self._incumbent.tighten(self._closed, CLAIMANT)

    @property
    def _stopped(self) -> bool:
        effort, far = self._session.effort, self._incumbent.gap > EFFORT.hopeful_gap
        tired = self._may_tire and effort > (EFFORT.early_effort if far else EFFORT.most_effort)
        return tired or self._run.is_over or self._incumbent.decided

    @property
    def _cutoff(self) -> float:
        """The bound up to which a part of the search is of no interest."""
        best = self._incumbent.objective
        reached = best + max(self._gap * abs(best), ABSOLUTE_GAP) if math.isfinite(best) else -math.inf
        return max(reached, self._incumbent.hopeless)

    def _keep(self, node: Node) -> None:
        self._made += 1
        heapq.heappush(self._open, (-node.bound, self._made, node))

    def _closes(self, bound: float) -> bool:
        """Whether a part with this bound is of no interest; if so, the bound is remembered."""
        if bound > self._cutoff:
            return False
        self._closed = max(self._closed, bound)
        return True

    @property
    def _better(self) -> float:
        """What a solution has to be worth to be better than the best in hand by more than a rounding."""
        best = self._incumbent.objective
        return best + LEAST_GAIN * abs(best) if math.isfinite(best) else -math.inf

    def _relaxed(self, box: Box, enough: float | None = None) -> Vertex | None:
        self._incumbent.rounds += 1
        enough = self._cutoff if enough is None else enough
        return self._session.relax_within(box.lower, box.upper, enough)

    def _fractions(self, point: Point) -> NDArray[np.int64]:
        """The columns to branch on: others than the deciding ones only where those are integral."""
        fractional = self._program.integer & (np.abs(point - np.round(point)) > INTEGRALITY)
        deciding = np.flatnonzero(fractional & self._deciding)
        return deciding if len(deciding) else np.flatnonzero(fractional)

    def _foremost(self, point: Point) -> NDArray[np.int64]:
        """The fractional columns of the first group that has some."""
        fractions = self._fractions(point)
        ranks = self._ranks[fractions]
        return np.asarray(fractions[ranks == ranks.min()])

    # Down one path

    def _plunge(self, node: Node | None) -> None:
        """Follow a path to its end and keep the sides that branch off; its head is asked more about."""
        rounds = self._asking.at_head
        while node is not None:
            if self._stopped:
                return self._keep(node)
            node = self._descended(node, rounds)
            rounds = self._asking.below
        if self._patient:
            self._climb()
        return None

    def _descended(self, node: Node, rounds: float) -> Node | None:
        """Solve a part of the search and split it in two: one is followed, the other kept."""
        vertex = None if self._closes(node.bound) else self._explored(node, rounds)
        if vertex is None:
            return None
        bound = min(vertex.bound, node.bound)
        box = self._narrowed(node.box, vertex)
        rest = self._probed(box, vertex, bound)
        if rest is not None:
            return Node(bound, rest)
        column = self._experience.best(self._foremost(vertex.point), vertex.point)
        value = float(vertex.point[column])
        near = round(value % 1)
        halves, distances = box.halves(column, value), (value % 1, 1 - value % 1)
        self._keep(Node(bound, halves[1 - near], column, 1 - near, distances[1 - near]))
        return Node(bound, halves[near], column, near, distances[near])

    def _explored(self, node: Node, rounds: float) -> Vertex | None:
        """The fractional vertex of a part after some rounds of rows; None when nothing is left in it."""
        vertex = self._relaxed(node.box)
        if vertex is not None and node.column is not None:
            self._experience.learn(node.column, node.side, node.bound - vertex.bound, node.distance)
        while vertex is not None and not self._closes(min(vertex.bound, node.bound)):
            if not len(self._fractions(vertex.point)):
                if not self._heard(vertex):
                    return None
            elif not rounds or not self._asked(vertex):
                return vertex
            else:
                rounds -= 1
            before = vertex.bound
            vertex = self._relaxed(node.box)
            if vertex is not None and before - vertex.bound < self._asking.least_progress * abs(before):
                rounds = 0
        return None

    def _narrowed(self, box: Box, vertex: Vertex) -> Box:
        """Fix the columns that, moved by one, would leave nothing of interest.

        Where deciding columns are left to branch on, only those are fixed: that keeps the parts small.
        """
        room = vertex.bound - self._cutoff
        mine = (
            self._deciding if self._deciding[self._fractions(vertex.point)].any() else self._program.integer
        )
        lower, upper = box.lower, box.upper
        costly = mine & (upper > lower) & (np.abs(vertex.reduced_costs) > room + UNMOVED)
        low = costly & (vertex.point <= lower + UNMOVED) & (vertex.reduced_costs < 0)
        high = costly & (vertex.point >= upper - UNMOVED) & (vertex.reduced_costs > 0)
        fixed = np.flatnonzero(low | high)
        if not len(fixed):
            return box
        self._closed = max(self._closed, vertex.bound - float(np.abs(vertex.reduced_costs[fixed]).min()))
        ends = np.where(low, lower, upper)[fixed]
        return box.narrowed(fixed, ends, ends)

    def _probed(self, box: Box, vertex: Vertex, bound: float) -> Box | None:
        """Try both sides of columns that nothing is known of; the other side where one proves empty."""
        unknown = self._experience.unknown(self._foremost(vertex.point), vertex.point)
        for column in unknown[: EFFORT.most_probed]:
            value = float(vertex.point[column])
            halves = box.halves(column, value)
            for side, distance in ((DOWN, value % 1), (UP, 1 - value % 1)):
                probe = self._relaxed(halves[side])
                if probe is None or self._closes(probe.bound):
                    return halves[1 - side]
                self._experience.learn(column, side, bound - probe.bound, distance)
        return None

    # Asking the rules

    def _heard(self, vertex: Vertex) -> bool:
        """Judge an integral point and look around it; whether rows were missing."""
        point = self._program.rounded(vertex.point)
        missing = self._adopted(self._evaluator.accept([point]))
        if not self._patient:
            self._walk(point)
        if not missing:
            self._closed = max(self._closed, vertex.bound)
        return missing

    def _asked(self, vertex: Vertex) -> bool:
        """Ask the rules about a fractional point; whether rows were missing.

        Once there are many rows, those that do not bind here are dropped: where they are missed, they are
        asked for again.
        """
        if len(self._separator) > self._lasting_rows + self._asking.spare_rows:
            self._session.drop_demanded_rows(self._separator.forget_slack(vertex.point))
            self._lasting_rows = len(self._separator)
        return self._adopted(self._separator.demand([vertex.point]).rows)

    def _adopted(self, rows: Rows) -> bool:
        if len(rows):
            self._incumbent.rows_on_demand += len(rows)
            self._session.add_rows(self._separator.adopt(rows))
        return len(rows) > 0

    # Early solutions

    def _where_the_start_is(self) -> Box:
        """The part in which the integer columns have the values that the start gives them."""
        given = np.flatnonzero(self._program.integer & np.isfinite(self._start))
        whole = Box.whole(self._program)
        values = np.clip(np.round(self._start), self._program.lower, self._program.upper)[given]
        return whole.narrowed(given, values, values)

    def _begin(self, box: Box, root: Vertex | None) -> None:
        """Find solutions before the search splits."""
        if isinstance(self._session, Priceable):
            for _ in range(EFFORT.priced_rounds):
                if root is None or self._stopped or not self._try_priced(self._session, box, root):
                    break
                self._climb()
                root = self._relaxed(box)
        else:
            self._dive(box, self._cutoff)

    def _try_priced(self, session: Priceable, box: Box, vertex: Vertex) -> bool:
        """Find the other columns for the deciding ones of priced solutions; whether that was better."""
        before = self._incumbent.objective
        columns = np.flatnonzero(self._deciding)
        for point in reversed(session.priced_solutions(vertex, self._gap)[-EFFORT.most_priced :]):
            decided = np.round(point[columns])
            self._dive(box.narrowed(columns, decided, decided), self._better)
        return self._incumbent.objective > before

    def _movable(self, certainty: NDArray[np.float64]) -> Neighbourhood:
        """The neighbourhoods to look for better points in.

        Where columns that are not integer carry a cost, points promise nothing before the relaxation is
        solved: nothing is near there, unless relaxations say what to move.
        """
        integer, costly = self._program.integer, self._program.cost[~self._program.integer].any()
        if self._patient:
            return Neighbourhood(self._program, certainty, self._deciding, most_changes=2)
        return Neighbourhood(self._program, certainty, integer & (not costly))

    def _climb(self) -> None:
        """From the best solution to better ones nearby, as the reduced costs around it say."""
        columns = np.flatnonzero(self._deciding)
        while not self._stopped:
            point = self._incumbent.best
            if point is None or point is self._climbed:
                return
            self._climbed = point
            here = Box.whole(self._program).narrowed(columns, point[columns], point[columns])
            vertex = self._relaxed(here, -math.inf)
            if vertex is None:
                return
            least = self._better - vertex.bound
            neighbours = self._neighbourhood.around(point, vertex.reduced_costs, least)
            for _ in range(EFFORT.most_climbed):
                neighbour = neighbours.most_promising()
                if neighbour is None or self._incumbent.best is not point or self._stopped:
                    break
                moved = neighbour[columns]
                self._dive(Box.whole(self._program).narrowed(columns, moved, moved), self._better)

    def _dive(self, box: Box, least: float) -> None:
        """Round one column after the other, the surest first, down to an integral point of some worth."""
        while not self._stopped:
            vertex = self._relaxed(box, least)
            if vertex is None or vertex.bound <= least:
                return
            fractions = self._fractions(vertex.point)
            if len(fractions):
                away = np.abs(vertex.point - np.round(vertex.point))[fractions]
                column = int(fractions[np.argmin(away)])
                value = float(vertex.point[column])
                box = box.halves(column, value)[round(value % 1)]
            elif not self._heard(vertex):
                return

    def _walk(self, point: Point) -> None:
        """From an integral point to better ones nearby, as long as one is found soon enough."""
        better: Point | None = point
        while better is not None and not self._stopped:
            better = self._better_neighbour(better)

    def _better_neighbour(self, point: Point) -> Point | None:
        """The first neighbour that is better than the best in hand; the refused ones leave rows behind."""
        best = self._incumbent.objective
        gain = self._better - self._program.objective(point)
        neighbours = self._neighbourhood.around(point, self._program.cost, gain)
        neighbours.keep(self._separator.rows)
        for _ in range(EFFORT.most_tried):
            neighbour = neighbours.most_promising()
            if neighbour is None:
                return None
            whole = self._completed(neighbour)
            if whole is None:
                continue
            rows = self._evaluator.accept([whole])
            self._adopted(rows)
            if self._incumbent.objective > best:
                return whole
            neighbours.keep(rows)
        return None

    def _completed(self, point: Point) -> Point | None:
        """The same integral point with the other columns at their best."""
        integer = self._program.integer
        if integer.all():
            return point
        columns = np.flatnonzero(integer)
        vertex = self._relaxed(Box.whole(self._program).narrowed(columns, point[columns], point[columns]))
        return None if vertex is None else self._program.rounded(vertex.point)
