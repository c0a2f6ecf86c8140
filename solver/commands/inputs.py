"""What sub-commands read: instances of every format, and plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from solver.instance.defects import Defect
from solver.instance.instance import Instance


def wanted_instance(path: str, options: Mapping[str, Any]) -> Instance:
    """The instance at a path as the options ask for it: from a carrier, or in a format from a library's file.

    Raises InputError with every defect.
    """
    format_, overrides = options["format_"], options["overrides"]
    if format_ is None:
        from solver.instance.carriers import read

        return read(path, overrides=overrides)
    from solver.instance.libraries import read_library

    instance = read_library(path, format_, options["index"], options["ratio"])
    return _with_overrides(instance, overrides) if overrides else instance


def _with_overrides(instance: Instance, overrides: Sequence[str]) -> Instance:
    """The same instance with settings changed; raises InputError for a setting that is none."""
    from solver.instance.document import judged
    from solver.instance.overrides import overridden
    from solver.instance.reading import Reading

    return judged(overridden(Reading(instance.to_document()), overrides))


def read_plan(path: str) -> dict[str, Any]:
    """The plan in a JSON file: a result, a portfolio, or ids that somebody typed. Raises InputError."""
    from solver.instance.jsonfile import read_json

    reading = read_json(Path(path))
    if "portfolio" in reading.document and reading.document["portfolio"] is None:
        reading.findings.add(Defect(path, "a result that found a portfolio; this one did not"))
    reading.findings.raise_if_any()
    return reading.document
