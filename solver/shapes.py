"""Values that JSON carries: what of them is written, how it is read again, and of which types it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Self,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

Reader = Callable[[Any], Any]
AS_THEY_ARE = frozenset({bool, int, float, str})
F = TypeVar("F", bound=Callable[..., Any])


def _kept(function: F) -> F:
    """The same with its answers kept; types of classes do not know that classes can be hashed."""
    return cast("F", cache(function))


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
        readers = _readers(cls)
        known = {name: read(document[key]) for name, (key, read) in readers.items() if key in document}
        return cls(**known)

    @classmethod
    def shape(cls) -> dict[str, Any]:
        """The type of every key of the document."""
        types = types_in(cls)
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


@_kept
def keys_of(kind: Any) -> Mapping[str, str]:
    """The keys of a dataclass in JSON, and the field or property that stands at each.

    What `repr` leaves out is left out here as well.
    """
    return getattr(kind, "KEYS", {}) or {field.name: field.name for field in fields(kind) if field.repr}


@_kept
def types_in(kind: Any) -> dict[str, Any]:
    """The types of the fields of a dataclass, or of the keys of a TypedDict, with what is said of them."""
    later = kind.later_types() if issubclass(kind, Shaped) else {}
    return get_type_hints(kind, localns=dict(later), include_extras=True)


def plain(value: Any) -> Any:
    """A value as JSON has it: dataclasses and mappings are objects, tuples lists, numpy's numbers numbers."""
    if value is None or type(value) in AS_THEY_ARE:
        return value
    if isinstance(value, Shaped):
        return value.to_dict()
    if is_dataclass(value):
        return {name: plain(getattr(value, name)) for name in keys_of(type(value))}
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


@_kept
def _readers(kind: Any) -> dict[str, tuple[str, Reader]]:
    """The key of every field of a dataclass, and what reads it."""
    key_of, types = {name: key for key, name in keys_of(kind).items()}, types_in(kind)
    names = (field.name for field in fields(kind))
    return {name: (key_of.get(name, name), _reader(types[name])) for name in names}


@_kept
def _reader(kind: Any) -> Reader:
    """What makes a value of a type of what `plain` made of it."""
    origin, parts = get_origin(kind) or kind, get_args(kind)
    if origin is Annotated:
        return _reader(parts[0])
    if origin in (Union, UnionType):
        read = _reader(next(part for part in parts if part is not NoneType))
        return lambda found: None if found is None else read(found)
    if not isinstance(origin, type) or is_typeddict(origin):
        return _as_it_is
    if issubclass(origin, Shaped):
        return origin.from_dict
    if is_dataclass(origin):
        return partial(_record, origin, {key: _reader(part) for key, part in types_in(origin).items()})
    if issubclass(origin, Mapping):
        read = _reader(parts[1])
        return lambda found: {key: read(part) for key, part in found.items()}
    if issubclass(origin, tuple):
        if parts[-1] is Ellipsis:
            return lambda found: tuple(map(_reader(parts[0]), found))
        return lambda found: tuple(_reader(one)(part) for one, part in zip(parts, found, strict=True))
    return origin if issubclass(origin, Enum) else _as_it_is


def _record(kind: Callable[..., Any], readers: Mapping[str, Reader], found: Mapping[str, Any]) -> Any:
    return kind(**{key: readers[key](part) for key, part in found.items()})


def _as_it_is(found: Any) -> Any:
    return found
