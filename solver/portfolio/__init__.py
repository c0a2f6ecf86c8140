"""The specification: portfolios, what they are worth, and what they must obey, without an optimiser."""
