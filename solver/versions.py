"""The versions a result was made with."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("partnerfolio", "pulp", "highspy", "numpy", "scipy")


def versions() -> dict[str, str]:
    """Version by package, and Python's own; packages that are not installed are left out."""
    return {"python": platform.python_version(), **_installed()}


@cache
def _installed() -> dict[str, str]:
    """Read once: parsing what the packages say of themselves takes as long as solving a small instance."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
