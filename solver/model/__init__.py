"""The only place where rows are written: the specification as a mixed-integer program in PuLP."""
