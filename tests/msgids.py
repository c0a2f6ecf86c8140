"""The words that reports and figures say, found in the source: texts and f-strings, their holes numbered."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import solver
from solver.report.languages import HOLE, spoken

ROOT = Path(solver.__file__).parent
DOCUMENT = (
    *("document", "portfolio", "result", "contents", "risk", "measures", "allocation", "contract", "naming"),
    *("bindings", "health", "rebalance", "resilience", "sensitivity", "why", "change", "moves", "words"),
    *("proof", "missing", "amounts"),
)
NO_FIGURES = ("rendering", "files", "lettering", "drawing", "kinds", "__init__")
MODULES = (
    *(ROOT / "report" / f"{name}.py" for name in DOCUMENT),
    *(path for path in sorted((ROOT / "report" / "figures").glob("*.py")) if path.stem not in NO_FIGURES),
)
# Calls whose texts nobody reads.
SILENT = {
    *("getattr", "get", "compile", "startswith", "endswith", "removesuffix", "removeprefix", "split", "join"),
    *("rstrip", "strip", "replace", "sub", "frozenset", "TypeVar", "setdefault", "pop"),
}
READ_IN_A_VIEW = ("title",)
AXES = ("listing", "amount", "_column", "_written")
AFTER_A_HOLE = re.compile(r"(?<=\})\s+(?=[A-Z][a-z]+:? )")


def said_in(path: Path) -> Iterator[str]:
    """The msgids in a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = set(_silent(tree)) | (set(_drawn(tree)) if path.parent.name == "figures" else set())
    texts = [part for text in _texts(tree, skipped) for part in AFTER_A_HOLE.split(text)]
    yield from map(numbered, spoken(texts))


def numbered(text: str) -> str:
    """The same with its holes numbered from 0 on."""
    holes = iter(range(10))
    return HOLE.sub(lambda _: f"{{{next(holes)}}}", text)


def _texts(tree: ast.Module, skipped: set[int]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped.update(id(part) for part in node.values if isinstance(part, ast.Constant))
            for part in node.values:
                if isinstance(part, ast.FormattedValue) and part.format_spec is not None:
                    skipped.update(map(id, ast.walk(part.format_spec)))
            if id(node) not in skipped:
                holes = iter(range(10))
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else f"{{{next(holes)}}}"
                    for part in node.values
                )
        if isinstance(node, ast.Call) and _name(node) == "counted" and isinstance(node.args[1], ast.Constant):
            skipped.add(id(node.args[1]))
            yield from (f"{{0}} {node.args[1].value}{ending}" for ending in ("", "s"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.value


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _silent(tree: ast.Module) -> Iterator[int]:
    """Texts that are code: docstrings, annotations, keys that are looked up, what is compared."""
    for node in ast.walk(tree):
        parts: list[ast.AST] = []
        body = getattr(node, "body", [])
        if isinstance(body, list):
            alone = (one for one in body if isinstance(one, ast.Expr))
            parts += [one for one in alone if isinstance(one.value, ast.Constant)]
        if isinstance(node, ast.FunctionDef):
            arguments = [*node.args.args, *node.args.kwonlyargs]
            parts += [*node.decorator_list, *filter(None, (node.returns, *(a.annotation for a in arguments)))]
        if isinstance(node, ast.AnnAssign):
            parts.append(node.annotation)
        if isinstance(node, ast.Subscript):
            parts.append(node.slice)
        if isinstance(node, ast.Compare | ast.MatchValue):
            parts.append(node)
        if isinstance(node, ast.Call) and _name(node) in SILENT:
            parts += [one for one in node.args if isinstance(one, ast.Constant)]
        if isinstance(node, ast.Call) and _name(node) == "Figure":
            parts += node.args[:1]
        yield from (id(one) for part in parts for one in ast.walk(part))


def _drawn(tree: ast.Module) -> Iterator[int]:
    """Texts in views that are Vega's words: all but titles."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if key is not None:
                    yield id(key)
                    name = key.value if isinstance(key, ast.Constant) else ""
                    simple = isinstance(value, ast.Constant) or name in VEGA
                    if name not in READ_IN_A_VIEW and simple:
                        yield from map(id, ast.walk(value))
        if isinstance(node, ast.Call) and _name(node) in AXES:
            yield from map(id, node.args[:1])
            named = [one.value for one in node.keywords if one.arg not in READ_IN_A_VIEW]
            yield from (id(one) for part in named for one in ast.walk(part))


VEGA = ("transform", "range", "mark", "test", "aggregate", "sort", "field", "format", "type", "shape")
