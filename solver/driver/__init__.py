"""An optimisation problem in, an outcome out; nothing here knows what a partner is.

PuLP problem -> hand_over -> Program (arrays) -> session (HiGHS, or a solver through PuLP)
-> rows made on demand, round by round -> Outcome
"""

from solver.driver.compat import expression
from solver.driver.engine import Asked, Engine, run
from solver.driver.outcome import Outcome, relative_gap
from solver.driver.rows import Column, Lazy, Row, RowBlock, Rows, ValueOf, WideRule
from solver.run import Cancel, Progress, SearchLimits, Termination

__all__ = [
    "Asked",
    "Cancel",
    "Column",
    "Engine",
    "Lazy",
    "Outcome",
    "Progress",
    "Row",
    "RowBlock",
    "Rows",
    "SearchLimits",
    "Termination",
    "ValueOf",
    "WideRule",
    "expression",
    "relative_gap",
    "run",
]
