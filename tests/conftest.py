"""What holds for every test: hypothesis draws the same examples everywhere and never looks at the clock."""

from hypothesis import HealthCheck, settings

from tests.draws import draws

settings.register_profile(
    "steady", draws(50), deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
settings.load_profile("steady")
