"""What holds for every test: hypothesis draws the same examples everywhere and never looks at the clock."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
