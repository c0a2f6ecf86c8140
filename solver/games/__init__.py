"""Splitting what is earned together: games, rules for a split, and the proof that a split is what it claims.

Nothing here knows of partners or portfolios; a game of any other origin is as welcome.
"""
