"""`python -m solver` is the command `partnerfolio`."""

from solver.cli import main

if __name__ == "__main__":
    main()
