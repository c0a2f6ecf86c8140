"""Best known values: what is kept of them, and of which instance they are."""

from pathlib import Path

import pytest

from solver.bench.registry import Record, Registry, record_of
from solver.errors import InputError
from tests.test_bench_scores import row

PUBLISHED = Record(100.0, None, False, "1998", "a paper")


def test_only_what_betters_something_is_kept():
    registry = Registry()
    assert registry.learn("a", "print", PUBLISHED)
    assert not registry.learn("a", "print", Record(99.0, None, False, "2026-01-01", "ours", 3.0))
    assert registry.learn("a", "print", Record(99.0, 120.0, False, "2026-01-02", "ours", 3.0))
    assert registry.learn("a", "print", Record(101.0, 119.0, False, "2026-01-03", "ours", 3.0))
    assert registry.learn("a", "print", Record(101.0, 101.0, True, "2026-01-04", "ours", 3.0))
    assert not registry.learn("a", "print", Record(101.0, 101.0, True, "2026-01-05", "ours", 3.0))
    known = registry.instances["a"]
    assert (known.value, known.bound) == (101.0, 101.0)
    assert [record.date for record in known.history] == ["1998", "2026-01-02", "2026-01-03", "2026-01-04"]


def test_what_is_known_is_of_the_same_instance():
    registry = Registry()
    registry.learn("a", "print", PUBLISHED)
    registry.learn("b", "another print", PUBLISHED)
    rows = [row("ours", instance, 1.0) for instance in "abc"]
    assert registry.values(rows) == {"a": 100.0}
    registry.learn("b", "print", Record(50.0, None, False, "2026", "ours"))
    assert registry.values([row("ours", "b", 1.0)]) == {"b": 50.0}


def test_a_registry_comes_back_from_its_file(tmp_path: Path):
    path = tmp_path / "best_known.json"
    registry = Registry.read(path)
    registry.learn("组合 1", "print", PUBLISHED)
    registry.learn("组合 1", "print", Record(101.5, 102.0, False, "2026-01-01", "ours", 0.25))
    registry.write(path)
    assert Registry.read(path).instances == registry.instances


@pytest.mark.parametrize("text", ["{", "[]", '{"instances": {"a": {}}}'])
def test_a_broken_file_is_named(tmp_path: Path, text: str):
    path = tmp_path / "best_known.json"
    path.write_text(text)
    with pytest.raises(InputError, match="best_known"):
        Registry.read(path)


def test_what_a_row_teaches():
    record = record_of(row("ours", "a", 10.0, 2.0, termination="optimal", bound=10.0))
    assert record == Record(10.0, 10.0, True, "2026-01-01", "ours (python 3.11)", 2.0)
    assert record_of(row("ours", "a", None)) is None
