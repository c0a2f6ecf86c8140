"""The JSON Schema of everything that commands write, made from the types of the answers themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from enum import Enum
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, is_typeddict

from solver.answers.alternatives import Alternatives
from solver.answers.breakeven import BreakEven
from solver.answers.breakevens import BreakEvens
from solver.answers.change import Change
from solver.answers.classes import Classes
from solver.answers.compare import Comparison
from solver.answers.core_index import CoreIndex
from solver.answers.explanation import Explanation
from solver.answers.frontier import Frontier
from solver.answers.grade import Grade
from solver.answers.resilience import Resilience
from solver.answers.sensitivity import Sensitivity
from solver.answers.stable_selection import StableSelection
from solver.answers.stepcurve import Curve
from solver.answers.whatif import Whatifs
from solver.answers.why import Why
from solver.games.allocate import Allocation
from solver.instance.schema import DIALECT, json_schema
from solver.instance.tidy.changes import Tidied
from solver.lifecycle.advance import Advanced
from solver.lifecycle.health import Health
from solver.lifecycle.newcomers import Newcomers
from solver.lifecycle.pilot import Pilot
from solver.lifecycle.pilots import PilotWorths
from solver.lifecycle.rebalance import Rebalancing
from solver.lifecycle.roll import Rolling
from solver.report.contents import Contents
from solver.report.evidence import Evidence, Refusal
from solver.report.risk import RiskDocument
from solver.report.stability import StabilityDocument
from solver.report.verdict import VerdictDocument
from solver.result import Result
from solver.shapes import Shaped, types_in

INSTANCE = "instance"
ANSWERS: Mapping[str, Any] = MappingProxyType(
    {
        "result": Result,
        "explanation": Explanation,
        "why": Why,
        "frontier": Frontier,
        "classes": Classes,
        "resilience": Resilience,
        "whatif": Whatifs,
        "grade": Grade,
        "compare": Comparison,
        "change": Change,
        "alternatives": Alternatives,
        "health": Health,
        "rebalance": Rebalancing,
        "roll": Rolling,
        "newcomers": Newcomers,
        "pilot": Pilot,
        "pilots": PilotWorths,
        "core_index": CoreIndex,
        "sensitivity": Sensitivity,
        "curve": Curve,
        "break_even": BreakEven,
        "break_evens": BreakEvens,
        "advance": Advanced,
        "verdict": VerdictDocument,
        "risk": RiskDocument,
        "allocation": Allocation,
        "stable": StableSelection,
        "stability": StabilityDocument,
        "contents": Contents,
        "tidied": Tidied,
        "refusal": Refusal,
        "evidence": Evidence,
    }
)
NAMES = (INSTANCE, *ANSWERS)
Definitions = dict[Any, dict[str, Any]]
UNIONS = (Union, UnionType)
SIMPLE: Mapping[Any, str] = MappingProxyType(
    {bool: "boolean", int: "integer", float: "number", str: "string", NoneType: "null"}
)


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of an instance, or of what a command writes.

    `name` is one of NAMES: `instance`, or an answer, called as the command that writes it, but for `result`
    (solve), `explanation` (explain), `curve`, `break_even` and `break_evens` (sensitivity), `verdict`
    (verify), `stable` (allocate --stable), `contents` (check), `tidied` (tidy), `refusal` (of any command
    that has no answer) and `evidence`. Raises ValueError for any other.
    """
    if name == INSTANCE:
        return json_schema()
    if name not in ANSWERS:
        raise ValueError(f"there is no schema {name!r}; known are {', '.join(NAMES)}")
    definitions: Definitions = {}
    root = _of(ANSWERS[name], definitions)
    named = {kind.__name__: definition for kind, definition in definitions.items()}
    assert len(named) == len(definitions), f"two classes of the {name} have one name"
    return {"$schema": DIALECT, "title": f"partnerfolio {name}", **root, "$defs": named}


def _of(kind: Any, definitions: Definitions) -> dict[str, Any]:
    """The schema of a type; classes are put among the definitions, and referred to."""
    origin, parts = get_origin(kind) or kind, get_args(kind)
    if origin is Any:
        return {}
    if origin in SIMPLE:
        return {"type": SIMPLE[origin]}
    if origin is NotRequired:
        return _of(parts[0], definitions)
    if origin is Annotated:
        if not isinstance(parts[1], str):
            return _of(parts[1], definitions)
        return _of(parts[0], definitions) | {"description": _said(parts[1])}
    if origin in UNIONS:
        return _one_of(kind, definitions)
    if origin is Literal:
        return {"enum": list(parts)}
    if is_dataclass(origin) or is_typeddict(origin):
        return _defined(origin, definitions)
    if issubclass(origin, Enum):
        return {"enum": [member.value for member in origin]}
    if issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _of(parts[1], definitions)}
    if origin is tuple and parts[-1] is not Ellipsis:
        entries = [_of(part, definitions) for part in parts]
        return {"type": "array", "prefixItems": entries, "items": False, "minItems": len(entries)}
    assert origin in (tuple, list), f"{kind} has no schema"
    return {"type": "array", "items": _of(parts[0], definitions)}


def _said(text: str) -> str:
    """What Python people are told, as readers of JSON say it."""
    return " ".join(text.split()).replace("None", "null")


def _one_of(kind: Any, definitions: Definitions) -> dict[str, Any]:
    """The schema of a union, what is said of one of its types said of all."""
    described = [_said(part.__metadata__[0]) for part in get_args(kind) if get_origin(part) is Annotated]
    said = {"description": described[0]} if described else {}
    schemas = [_of(part, definitions) for part in dict.fromkeys(_alternatives(kind))]
    if all(one.keys() == {"type"} for one in schemas):
        return {"type": [one["type"] for one in schemas]} | said
    return {"anyOf": schemas} | said


def _alternatives(kind: Any) -> Iterator[Any]:
    """The types of a union of unions, one by one."""
    origin = get_origin(kind)
    if origin in UNIONS or origin is Annotated:
        for part in get_args(kind) if origin in UNIONS else get_args(kind)[:1]:
            yield from _alternatives(part)
    else:
        yield kind


def _defined(kind: Any, definitions: Definitions) -> dict[str, Any]:
    """A reference to an object with these keys and no others."""
    if kind not in definitions:
        definitions[kind] = {}
        shape = kind.shape() if issubclass(kind, Shaped) else types_in(kind)
        definitions[kind] = {
            "type": "object",
            "description": _said(inspect.getdoc(kind) or ""),
            "properties": {key: _of(part, definitions) for key, part in shape.items()},
            "required": [key for key, part in shape.items() if get_origin(part) is not NotRequired],
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{kind.__name__}"}
