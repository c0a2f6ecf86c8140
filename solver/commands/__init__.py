"""The sub-commands of `partnerfolio`, one module each; `solver.cli` has the table."""
