"""What planners ask about a portfolio once they have it."""
