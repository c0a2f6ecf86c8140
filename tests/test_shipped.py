"""What ships is sound, is the same in all three carriers, and together uses every optional table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from solver.assessment.assessment import assess
from solver.instance.carriers import read, write
from solver.instance.document import dump
from solver.instance.tables import TABLES

INSTANCES = Path(__file__).parent.parent / "instances"
SHIPPED = sorted(path.parent.name for path in INSTANCES.glob("*/instance.toml"))


def test_eleven_instances_ship() -> None:
    assert len(SHIPPED) == 11
    assert {path.name for path in INSTANCES.iterdir() if path.is_dir()} == set(SHIPPED)


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_three_carriers_give_the_same_json_and_fingerprint(name: str, tmp_path: Path) -> None:
    shipped = read(INSTANCES / name)
    document = json.dumps(dump(shipped), ensure_ascii=False)
    carried = shipped
    for target in ("book.xlsx", "document.json", "folder"):
        write(carried, tmp_path / target)
        carried = read(tmp_path / target)
        assert json.dumps(dump(carried), ensure_ascii=False) == document
        assert carried.fingerprint == shipped.fingerprint
        assert carried == shipped


def test_every_table_is_used_somewhere() -> None:
    used = {table for name in SHIPPED for table in dump(read(INSTANCES / name))}
    assert set(TABLES) <= used


def test_the_readme_lists_every_instance_with_its_size() -> None:
    text = (INSTANCES / "README.md").read_text(encoding="utf-8")
    for name in SHIPPED:
        instance = read(INSTANCES / name)
        sizes = f"| `{name}` | {len(instance.partners)} | {len(instance.applications)} | {instance.periods}"
        assert sizes in text


def test_the_ecosystem_is_as_large_and_tight_as_promised() -> None:
    ecosystem = read(INSTANCES / "ecosystem")
    synergies = [row.value or 0.0 for row in ecosystem.pairs if row.kind == "synergy"]
    assert len(ecosystem.partners) == 60
    assert len(ecosystem.applications) == 25
    assert len(synergies) >= 150
    assert min(synergies) < 0 < max(synergies)
    assert ecosystem.limits.retained_value >= 0.5
    options = assess(ecosystem).options
    dearest = [options.spending[options.of(element)].sum(axis=1).max() for element in range(60 + 25)]
    assert ecosystem.limits.budget is not None
    assert ecosystem.limits.budget <= 0.45 * sum(dearest)
