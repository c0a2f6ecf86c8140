"""A report as one HTML file that needs nothing else: no script, no font, no request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from solver.report.amounts import number
from solver.report.blocks import Block, Facts, Figure, Report, Section, Table, Text
from solver.report.figures.drawing import INK
from solver.report.figures.lettering import legible
from solver.report.words import explained

SYMBOL = re.compile(r' (?:role="graphics-[\w-]+"|aria-roledescription="[^"]*")')
"""What makes readers of a screen ask a mark for a name of its own: the whole picture has one."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def figures_in(report: Report) -> list[Figure]:
    """Every figure of a report, in its order."""
    return [block for part in report.sections for block in part.blocks if isinstance(block, Figure)]


def html(report: Report, pictures: Sequence[bytes] = ()) -> str:
    """The whole report, every technical word in it explained once.

    `pictures` are the SVG of `figures_in(report)` in the theme `page`; without them figures are tables.
    """
    drawn = iter(pictures)
    sections = [part for one in explained(report).sections for part in _section(one, drawn)]
    return page(report.title, [f"<h1>{_escaped(report.title)}</h1>", *sections], report.language)


def fragment(report: Report, pictures: Sequence[bytes] = ()) -> str:
    """The same for the inside of somebody else's page: light, with nothing that reaches beyond it."""
    drawn = iter(pictures)
    parts = [part for one in explained(report).sections for part in _section(one, drawn)]
    style = f"{_variables('light')}background:var(--paper);color:var(--ink);padding:1rem"
    return f'<div style="{style}"><h3>{_escaped(report.title)}</h3>{"".join(parts)}</div>'


def figure_page(figure: Figure, picture: bytes, language: str = "en") -> str:
    """A page with one figure."""
    return page(figure.title, [_figure(figure, picture, "h1")], language)


def page(title: str, parts: Sequence[str], language: str = "en") -> str:
    """A page that asks for nothing and runs nothing, light or dark as its reader likes."""
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{escape(language)}">',
            '<head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            f"<title>{escape(legible(title))}</title>",
            f"<style>{STYLE}</style></head>",
            "<body><main>",
            *parts,
            "</main></body></html>\n",
        ]
    )


def _section(section: Section, drawn: Iterator[bytes]) -> Iterator[str]:
    yield "<section>"
    if section.title:
        yield f"<h2>{_escaped(section.title)}</h2>"
    for block in section.blocks:
        yield _figure(block, next(drawn, None)) if isinstance(block, Figure) else _shown(block)
    yield "</section>"


def _shown(block: Block) -> str:
    match block:
        case Text(sentences):
            return "\n".join(f"<p>{_escaped(sentence)}</p>" for sentence in sentences)
        case Facts(facts):
            pairs = (f"<dt>{_escaped(name)}</dt><dd>{_escaped(fact)}</dd>" for name, fact in facts.items())
            return f"<dl>{''.join(pairs)}</dl>"
        case Table():
            return _table(block)
        case Figure():
            return _figure(block, None)


def _table(table: Table) -> str:
    sides = [' class="number"' if column.alignment == "right" else "" for column in table.columns]
    header = "".join(
        f'<th scope="col"{side}>{_escaped(column.header)}</th>' if column.header else "<td></td>"
        for column, side in zip(table.columns, sides, strict=True)
    )
    return _tabled(header, ("".join(_cells(row, sides)) for row in table.rows))


def _cells(row: Sequence[str], sides: Sequence[str]) -> Iterator[str]:
    for place, (cell, side) in enumerate(zip(row, sides, strict=True)):
        named = place == 0 and cell
        yield f'<th scope="row">{_escaped(cell)}</th>' if named else f"<td{side}>{_escaped(cell)}</td>"


def _tabled(header: str, rows: Iterable[str], caption: str = "") -> str:
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return (
        f'<div class="wide" tabindex="0"><table>{caption}<thead><tr>{header}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _figure(figure: Figure, picture: bytes | None, heading: str = "strong") -> str:
    """The picture under its finding, and its numbers as tables to unfold."""
    tables = "".join(_numbers(name, rows, figure.headings) for name, rows in figure.data.items() if rows)
    shown = "" if picture is None else _image(figure, picture.decode())
    folded = f"<summary>{_escaped(figure.headings[''])}</summary>{tables}"
    return (
        f"<figure><figcaption><{heading}>{_escaped(figure.title)}</{heading}>"
        f"<p>{_escaped(figure.words)}</p></figcaption>{shown}"
        f"<details{'' if shown else ' open'}>{folded}</details></figure>"
    )


def _image(figure: Figure, svg: str) -> str:
    described = f'<svg role="img" aria-label="{escape(legible(figure.title))}" '
    return SYMBOL.sub("", svg).replace("<svg ", described, 1)


def _numbers(name: str, rows: Sequence[Mapping[str, Any]], headings: Mapping[str, str]) -> str:
    header = "".join(f'<th scope="col">{_escaped(headings[key])}</th>' for key in rows[0])
    cells = ("".join(map(_value, row.values())) for row in rows)
    return _tabled(header, cells, f"<caption>{_escaped(headings[name])}</caption>")


def _value(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f'<td class="number">{number(value)}</td>'
    return f"<td>{'' if value is None else _escaped(str(value))}</td>"


def _escaped(text: str) -> str:
    """A text as it stands; one of any direction turns nothing around it."""
    shown = escape(" ".join(text.split()))
    return shown if shown.isascii() else f"<bdi>{shown}</bdi>"


def _variables(theme: str) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in INK[theme].items())


STYLE = (
    f":root{{color-scheme:light dark;{_variables('light')}}}"
    f"@media screen and (prefers-color-scheme:dark){{:root{{{_variables('dark')}}}}}"
    "body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}"
    "main{max-width:52rem;margin:0 auto;padding:1.5rem}"
    "h1{font-size:1.5rem;line-height:1.3}h2{font-size:1.15rem;margin-top:2rem}"
    "h1,h2,p,dt,dd,figcaption{overflow-wrap:anywhere}td,th{overflow-wrap:break-word;max-width:20rem}"
    "dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.2rem 1rem}dt{color:var(--quiet)}"
    "dd{margin:0}.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}"
    "td,th{padding:.2rem .6rem;border-bottom:1px solid var(--grid);text-align:left;font-weight:normal;"
    "vertical-align:top;min-width:3rem}thead th{color:var(--quiet)}"
    ".number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
    "caption{text-align:left;color:var(--quiet)}"
    "figure{margin:1.5rem 0}figcaption p{margin:.2rem 0 .5rem;color:var(--quiet)}"
    "figure svg{max-width:100%;height:auto}"
    "summary{cursor:pointer;color:var(--quiet)}"
    "@media print{@page{size:A4;margin:18mm}body{font-size:10.5pt}main{padding:0;max-width:none}"
    "details{display:none}h2,figcaption{break-after:avoid}figure,tr{break-inside:avoid}}"
)
