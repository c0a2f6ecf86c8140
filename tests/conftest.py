"""What holds for every test: the same examples everywhere, no look at the clock, no terminal's width."""

import os

from hypothesis import HealthCheck, settings

from tests.draws import draws

os.environ.pop("COLUMNS", None)  # pytest-xdist hands on the width of the terminal that it is run from
settings.register_profile(
    "steady", draws(50), deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
settings.load_profile("steady")
