"""Many calls, each in a process of its own, and what became of them in one file; knows only callables."""

from solver.jobs.call import Call, End, Ending
from solver.jobs.pool import endings
from solver.jobs.store import Row, Store

__all__ = ["Call", "End", "Ending", "Row", "Store", "endings"]
