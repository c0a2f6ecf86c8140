"""The versions a result was made with."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("partnerfolio", "pulp", "highspy", "numpy", "scipy")


def versions() -> dict[str, str]:
    """Version by package, and Python's own; packages that are not installed are left out."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
