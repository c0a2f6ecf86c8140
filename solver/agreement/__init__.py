"""What the members of an alliance agree on: the game of a portfolio, the contract, the portfolio that has one."""
