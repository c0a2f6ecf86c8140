"""Comparisons: strategies × instances × seeds × limits, every row in a process of its own, kept in SQLite.

matrix (TOML) -> tasks -> run: a worker each -> store (SQLite) -> scores, profiles -> report, plots
"""
