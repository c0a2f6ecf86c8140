"""Older formats are brought up one version at a time; newer ones are refused with a remedy."""

from __future__ import annotations

from typing import Any

import pytest

from solver.instance.defects import Findings
from solver.instance.document import parse
from solver.instance.migration import CURRENT, migrated
from tests.carried import defects, only, partner


def rename_budget(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != "budget"} | {
        "limits": {"budget": document["budget"]}
    }


def double_budget(document: dict[str, Any]) -> dict[str, Any]:
    return document | {"limits": {"budget": 2 * document["limits"]["budget"]}}


def test_migrations_run_in_order() -> None:
    findings = Findings()
    old = {"format": 1, "budget": 5}
    new = migrated(old, findings, migrations={1: rename_budget, 2: double_budget}, current=3)
    assert new == {"format": 3, "limits": {"budget": 10}}
    assert old == {"format": 1, "budget": 5}
    assert findings.all() == []


def test_a_later_format_starts_in_the_middle() -> None:
    new = migrated(
        {"format": 2, "limits": {"budget": 1}}, Findings(), migrations={2: double_budget}, current=3
    )
    assert new["limits"] == {"budget": 2}


def test_a_format_without_migration_is_too_old() -> None:
    findings = Findings()
    migrated({"format": 1}, findings, migrations={2: double_budget}, current=3)
    assert "too old" in findings.all()[0].remedy


def test_a_newer_format_is_refused() -> None:
    findings = Findings()
    migrated({"format": CURRENT + 1}, findings)
    assert "newer version of partnerfolio" in findings.all()[0].remedy


def test_no_format_means_the_current_one() -> None:
    assert migrated({}, Findings()) == {"format": CURRENT}


@pytest.mark.parametrize("document", [{"format": 2.0}, {"Format": 2}, {"FORMAT ": 2.0}])
def test_a_newer_format_is_refused_however_it_is_written(document: dict[str, Any]) -> None:
    found = defects(lambda: parse(document | {"partners": [partner("p1")]}))
    assert "a newer version" in only(found).remedy
