"""What a solve learns is kept: portfolios, bounds and models of one instance, for all that is asked of it."""
