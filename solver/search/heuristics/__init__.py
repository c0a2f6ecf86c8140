"""Quick ways to choose a portfolio, from the spreadsheet's on, all judged by the same checker.

A strategy takes a `Problem` and `Run` and gives a `Selection`, or None where it finds none. To add
one, write a module with such a function and a line in the catalogue.
"""
