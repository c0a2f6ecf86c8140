"""Values that JSON carries: what of them is written, how it is read again, and of which types it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints


class Shaped:
    """A frozen dataclass that is written as JSON by its fields.

    `KEYS` gives other keys, each with the field or the property that stands there.
    """

    KEYS: ClassVar[Mapping[str, str]] = {}

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {key: plain(getattr(self, name)) for key, name in keys_of(type(self)).items()}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """What `to_dict` gave, or JSON made of it; other keys are left alone.

        Raises ValueError, TypeError, LookupError or AttributeError for what was not written by `to_dict`.
        """
        key_of = {name: key for key, name in keys_of(cls).items()}
        types = types_in(cls)  # type: ignore[arg-type]
        places = {name: key_of.get(name, name) for name in _fields(cls)}
        known = {name: _read(types[name], document[key]) for name, key in places.items() if key in document}
        return cls(**known)

    @classmethod
    def shape(cls) -> dict[str, Any]:
        """The type of every key of the document."""
        types = types_in(cls)  # type: ignore[arg-type]
        return {
            key: types[name] if name in types else _answer_of(getattr(cls, name))
            for key, name in keys_of(cls).items()
        }

    @classmethod
    def later_types(cls) -> Mapping[str, Any]:
        """The types that the module of this class imports for annotations only, by name."""
        return {}


def as_named(*names: str) -> dict[str, str]:
    """Keys that are called as the fields or properties that stand there."""
    return {name: name for name in names}


def keys_of(kind: type) -> Mapping[str, str]:
    """The keys of a dataclass in JSON, and the field or property that stands at each."""
    return getattr(kind, "KEYS", {}) or {name: name for name in _fields(kind)}


@cache
def types_in(kind: Any) -> dict[str, Any]:
    """The types of the fields of a dataclass, or of the keys of a TypedDict, with what is said of them."""
    later = kind.later_types() if issubclass(kind, Shaped) else {}
    return get_type_hints(kind, localns=dict(later), include_extras=True)


def plain(value: Any) -> Any:
    """A value as JSON has it: dataclasses and mappings are objects, tuples lists, numpy's numbers numbers."""
    if isinstance(value, Shaped):
        return value.to_dict()
    if is_dataclass(value):
        return {name: plain(getattr(value, name)) for name in _fields(type(value))}
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if isinstance(value, Enum):
        return value.value
    return value.item() if hasattr(value, "item") else value


def _answer_of(attribute: property) -> Any:
    """What a property gives: its type, and what is said of it."""
    given = get_type_hints(attribute.fget)["return"]
    return Annotated[given, attribute.__doc__]


def _fields(kind: Any) -> list[str]:
    return [field.name for field in fields(kind)]


def _read(kind: Any, found: Any) -> Any:
    """The value of a type that `plain` made this of."""
    origin, parts = get_origin(kind) or kind, get_args(kind)
    if origin is Annotated:
        return _read(parts[0], found)
    if origin in (Union, UnionType):
        return None if found is None else _read(next(part for part in parts if part is not NoneType), found)
    if not isinstance(origin, type):
        return found
    if issubclass(origin, Shaped):
        return origin.from_dict(found)
    if is_dataclass(origin):
        return origin(**{key: _read(types_in(origin)[key], part) for key, part in found.items()})
    if issubclass(origin, Mapping):
        return {key: _read(parts[1], part) for key, part in found.items()}
    if issubclass(origin, tuple):
        kinds = [parts[0]] * len(found) if parts[-1] is Ellipsis else parts
        return tuple(_read(kind, part) for kind, part in zip(kinds, found, strict=True))
    return origin(found) if issubclass(origin, Enum) else found
