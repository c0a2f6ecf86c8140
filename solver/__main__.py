"""`python -m solver` is the command `partnerfolio`."""

from typing import NoReturn

from solver.commands.interrupts import obey


def main() -> NoReturn:
    """Run the command; signals are obeyed before anything else is imported."""
    obey()
    from solver.cli import main as run

    run()


if __name__ == "__main__":
    main()
