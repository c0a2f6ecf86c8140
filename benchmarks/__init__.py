"""Scripts that measure and prove; no part of the package."""
