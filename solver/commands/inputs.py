"""What sub-commands read: instances of every format, and plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from solver.errors import InputError
from solver.instance.defects import Defect, judged
from solver.instance.instance import Instance

if TYPE_CHECKING:
    from solver.games.game import Game


def wanted_instance(path: str, options: Mapping[str, Any]) -> Instance:
    """The instance at a path as the options ask for it: from a carrier, or in a format from a library's file.

    Raises InputError with every defect.
    """
    return instance_with_remarks(path, options)[0]


def instance_with_remarks(path: str, options: Mapping[str, Any]) -> tuple[Instance, tuple[str, ...]]:
    """The wanted instance, and what the reader took for something else than it is, in sentences.

    Raises InputError with every defect.
    """
    format_, overrides = options["format_"], options["overrides"]
    if format_ is None:
        from solver.instance.carriers import read_with_remarks

        return read_with_remarks(path, overrides=overrides)
    from solver.instance.libraries import read_library

    instance = read_library(path, format_, options["index"], options["ratio"])
    return (_with_overrides(instance, overrides) if overrides else instance), ()


def _with_overrides(instance: Instance, overrides: Sequence[str]) -> Instance:
    """The same instance with settings changed; raises InputError for a setting that is none."""
    return instance.with_(*overrides)


def instance_and_plan(
    path: str, plan: str | None, options: Mapping[str, Any]
) -> tuple[Instance, dict[str, Any] | None]:
    """An instance and a plan for it: two files, or a result that says where its instance is.

    Raises InputError where the instance is not the one the result was found for.
    """
    recorded = _recorded_source(path) if plan is None and Path(path).is_file() else None
    if recorded is None:
        return wanted_instance(path, options), None if plan is None else read_plan(plan)
    source, fingerprint = recorded
    beside = Path(path).parent / source
    instance = wanted_instance(source if Path(source).exists() else str(beside), options)
    if instance.fingerprint != fingerprint:
        remedy = f"the state of {source} in which this result was found, with the same --set; it has changed"
        raise InputError([Defect(path, remedy, column="instance")])
    return instance, read_plan(path)


def _recorded_source(path: str) -> tuple[str, str] | None:
    """Where the instance of a result is, and its fingerprint; None for what is no result."""
    from solver.instance.jsonfile import read_json

    if Path(path).suffix.casefold() != ".json":
        return None
    document = read_json(Path(path)).document
    if not {"termination", "portfolio"} <= set(document):
        return None
    recorded = document.get("instance")
    if not isinstance(recorded, Mapping) or not isinstance(recorded.get("source"), str):
        remedy = "a result that says where its instance is; give the instance, and this file as --plan"
        raise InputError([Defect(path, remedy, column="instance")])
    return recorded["source"], str(recorded.get("fingerprint"))


def read_game(path: str, base_path: str | None = None) -> Game:
    """The game in a JSON file, its base in another where one is given.

    Raises InputError with everything that is wrong.
    """
    from solver.games.game import Game
    from solver.instance.jsonfile import read_json

    reading = read_json(Path(path))
    reading.findings.raise_if_any()
    with judged(path):
        game = Game.from_dict(reading.document)
    return game if base_path is None else replace(game, base=_base(base_path, game.players))


def _base(path: str, players: Sequence[str]) -> Any:
    """The base in a JSON file: an amount for every player."""
    from solver.games.base import wrong_amounts
    from solver.instance.jsonfile import read_json

    reading = read_json(Path(path))
    base = reading.document.get("base", reading.document) if isinstance(reading.document, dict) else None
    if not isinstance(base, dict):
        reading.findings.add(Defect(path, "an amount for every player: {player: amount}"))
    else:
        for name, what in wrong_amounts(players, base):
            reading.findings.add(Defect(path, what, column=name, value=base.get(name)))
    reading.findings.raise_if_any()
    return base


def read_plan(path: str) -> dict[str, Any]:
    """The plan in a JSON file: a result, a portfolio, or ids that somebody typed. Raises InputError."""
    from solver.instance.jsonfile import read_json

    reading = read_json(Path(path))
    if "portfolio" in reading.document and reading.document["portfolio"] is None:
        reading.findings.add(Defect(path, "a result that found a portfolio; this one did not"))
    reading.findings.raise_if_any()
    return reading.document
