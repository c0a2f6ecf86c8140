"""All that is checked across rows, tables and sections."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from solver.instance import consistency, references, risk_checks
from solver.instance.defects import Defect
from solver.instance.oddities import warnings_of
from solver.instance.parsed import Parsed

__all__ = ["CHECKS", "cross_checks", "warnings_of"]

CHECKS: tuple[Callable[[Parsed], Iterator[Defect]], ...] = (
    references.repeated_keys,
    references.shared_ids,
    references.dangling_ids,
    references.running_levels,
    references.of_what_runs,
    references.outside_members,
    consistency.periods_outside,
    consistency.criteria_compared,
    consistency.list_lengths,
    consistency.crossed_bounds,
    consistency.evidence_subjects,
    consistency.group_dimensions,
    consistency.pair_meanings,
    consistency.repeated_ip_conflicts,
    consistency.contract_terms,
    risk_checks.scenario_probabilities,
    risk_checks.factor_correlations,
    risk_checks.measures,
    risk_checks.correlations,
    risk_checks.variations,
)


def cross_checks(parsed: Parsed) -> Iterator[Defect]:
    """Every defect that shows only when rows are seen together."""
    for check in CHECKS:
        yield from check(parsed)
