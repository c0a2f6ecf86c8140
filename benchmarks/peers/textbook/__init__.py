"""The textbook's way: PuLP as its tutorial writes it, solved by CBC with its defaults.

One plain program: a binary for every option, three rows for every product, a row for every scenario. Nothing
of it is shared with the program of the exact strategy but the coefficients of the assessment.
"""

from benchmarks.peers.textbook.strategy import textbook

__all__ = ["textbook"]
