"""How many examples a test draws: few in every run, PARTNERFOLIO_DRAWS times as many where that is set."""

import os

from hypothesis import Phase, settings

TIMES = float(os.environ.get("PARTNERFOLIO_DRAWS", "1"))


def draws(examples: int) -> settings:
    """Settings for so many examples, all else as everywhere."""
    return settings(max_examples=max(1, round(TIMES * examples)))


def unshrunk(examples: int) -> settings:
    """The same where one example takes long: what fails is shown as it was drawn."""
    return settings(draws(examples), phases=[Phase.explicit, Phase.generate])
