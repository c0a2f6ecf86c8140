"""How much memory a process has used."""

from __future__ import annotations

import sys


def peak_megabytes() -> float | None:
    """The peak resident size of this process or of its largest ended child; None where nobody counts it."""
    try:
        import resource
    except ImportError:
        return None
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return peak / (1024**2 if sys.platform == "darwin" else 1024)
