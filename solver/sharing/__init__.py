"""What the members of an alliance agree on: a portfolio's game, its contract, a portfolio that has one."""
