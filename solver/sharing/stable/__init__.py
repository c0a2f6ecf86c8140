"""Portfolios that have a contract which nobody has reason to leave: one program over both."""
