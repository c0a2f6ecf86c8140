"""The oracle of the tests: values, rules and optima of instance documents, from the specification alone.

It shares no code with the package: a document is the plain mapping of the JSON carrier and a portfolio
is the plain mapping of a result's `portfolio` key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.oracle.facts import Document, Facts
from tests.oracle.rules import broken_rules
from tests.oracle.search import best, complete, feasible_portfolios
from tests.oracle.worth import resolve, value_of

__all__ = ["best", "broken", "complete", "feasible_portfolios", "value"]


def value(document: Document, portfolio: Mapping[str, Any]) -> dict[str, float]:
    """Signed components (partners … exit), their `total` and the `objective` (spec §3.1.4–5, §4.1, §4.3)."""
    facts = Facts(document)
    return value_of(facts, resolve(facts, portfolio))


def broken(document: Document, portfolio: Mapping[str, Any]) -> set[str]:
    """The names of the rules that the portfolio breaks (spec §3.1)."""
    facts = Facts(document)
    return broken_rules(facts, resolve(facts, portfolio))
