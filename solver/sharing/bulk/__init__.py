"""What every coalition of a portfolio's members is worth, over bit masks at once."""
