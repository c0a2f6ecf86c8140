"""Whatever stands in a file: it is read, or refused with a place; nothing else ever happens."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from solver.assessment.assessment import Assessment, assess
from solver.commands.inputs import read_game
from solver.errors import InputError
from solver.instance.carriers import read, write
from solver.instance.document import dump, parse
from solver.instance.jsonfile import json_text
from solver.instance.libraries import FORMATS, read_library
from solver.instance.tables import TABLES
from solver.instance.tidy.tidy import tidy
from solver.instance.workbooksettings import SETTINGS
from solver.pipeline import solve, verify
from solver.portfolio.plan import read_plan
from solver.result import Result
from solver.run import SearchLimits
from tests.carried import partner, rich_document
from tests.draws import draws

FEW = draws(8)
MORE = draws(24)
TOKENS = ["", " ", '"', "'", ",", ";", "\n", "\r", "\r\n", "\t", "#", "_", "=", "[", "]", "{", "}", "[["]
TOKENS += ["null", "NaN", "1e999", "-", "0", "9" * 400, "\0", "\ufeff", "\u200b", "id", "ID ", "revenue"]
TOKENS += ["1,5", "sep=;\n", "'''", '"""', "\\u", "é"]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**400), 10**400),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(TOKENS),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=6) | st.sampled_from(["id", "rows"]), inner, max_size=4)
    ),
    max_leaves=8,
)
CELLS = SCALARS | st.dates() | st.datetimes() | st.times()


def refused_or_read(reader: Callable[[], Any]) -> Any:
    """What a reader makes of a file; None where it refuses, with a place and a remedy for every defect."""
    try:
        return reader()
    except InputError as error:
        for defect in error.defects:
            assert defect.place, defect
            assert defect.remedy, defect
            assert str(defect)
            json.dumps(defect.to_dict(), allow_nan=False)
        return None


@st.composite
def damaged(draw: Any, original: bytes) -> bytes:
    """Bytes with a few pieces taken out, put in, or doubled."""
    content = original
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.sampled_from((0, 1, 2, 9, 60))))
        piece = draw(
            st.sampled_from(TOKENS).map(lambda text: text.encode())
            | st.binary(max_size=4)
            | st.just(content[start:end] * 2)
        )
        content = content[:start] + piece + content[end:]
    return content


@st.composite
def altered(draw: Any, document: Any) -> Any:
    """A JSON document with one of its parts replaced, renamed or left out."""
    if not isinstance(document, dict | list) or not document or draw(st.integers(0, 4)) == 0:
        return draw(VALUES)
    if isinstance(document, list):
        place = draw(st.integers(0, len(document) - 1))
        return [*document[:place], draw(altered(document[place])), *document[place + 1 :]]
    key = draw(st.sampled_from(sorted(document)))
    rest = {name: value for name, value in document.items() if name != key}
    how = draw(st.sampled_from(("inside", "inside", "inside", "renamed", "gone")))
    if how == "gone":
        return rest
    if how == "renamed":
        return {
            **rest,
            draw(st.sampled_from(TOKENS) | st.just(key.upper()) | st.text(max_size=4)): document[key],
        }
    return {**document, key: draw(altered(document[key]))}


@cache
def files() -> dict[str, bytes]:
    """Every table and the settings as the files of a folder."""
    with TemporaryDirectory() as place:
        write(parse(rich_document()), Path(place) / "rich")
        return {file.name: file.read_bytes() for file in (Path(place) / "rich").iterdir()}


@cache
def workbook() -> bytes:
    with TemporaryDirectory() as place:
        write(parse(rich_document()), Path(place) / "rich.xlsx")
        return (Path(place) / "rich.xlsx").read_bytes()


@cache
def small() -> tuple[Assessment, dict[str, Any]]:
    """A small instance, assessed, and a result for it."""
    rows = {
        "partners": [partner("p1", success=0.5), partner("p2", cost=20), partner("p3", revenue=30)],
        "applications": [partner("a", industry="x")],
        "technologies": [{"id": "t"}],
        "capabilities": [{"holder": "p1", "technology": "t", "level": 1}],
        "requirements": [{"application": "a", "technology": "t", "level": 0.5}],
        "pairs": [{"first": "p1", "second": "p2", "kind": "ip_conflict", "value": 1}],
        "limits": {"budget": 150, "max_partners": 2},
        "risk": {"measure": "cvar", "scenarios": 16},
    }
    instance = parse(rows)
    return assess(instance), json.loads(solve(instance).to_json())


@pytest.mark.slow
@given(data=st.data(), name=st.sampled_from(["instance", *TABLES]))
@MORE
def test_folders(data: st.DataObject, name: str) -> None:
    file = "instance.toml" if name == "instance" else f"{name}.csv"
    with TemporaryDirectory() as place:
        folder = Path(place) / "messy"
        folder.mkdir()
        for other, content in files().items():
            (folder / other).write_bytes(content)
        (folder / file).write_bytes(data.draw(damaged(files().get(file, b"")) | st.binary(max_size=40)))
        found = refused_or_read(lambda: read(folder))
        refused_or_read(lambda: tidy(folder, Path(place) / "clean"))
        if found is not None and (Path(place) / "clean").exists():
            assert read(Path(place) / "clean") == found


@pytest.mark.slow
@given(data=st.data())
@MORE
def test_json_text(data: st.DataObject) -> None:
    original = json_text(dump(parse(rich_document()))).encode()
    with TemporaryDirectory() as place:
        file = Path(place) / "messy.json"
        file.write_bytes(data.draw(damaged(original) | st.binary(max_size=40)))
        refused_or_read(lambda: read(file))
        refused_or_read(lambda: read_game(str(file)))


@pytest.mark.slow
@given(document=altered(rich_document()))
@MORE
def test_documents(document: Any) -> None:
    found = refused_or_read(lambda: parse(document))
    if found is not None:
        assert parse(dump(found)) == found
    with TemporaryDirectory() as place:
        file = Path(place) / "messy.json"
        file.write_text(json.dumps(document), encoding="utf-8", errors="surrogatepass")
        found = refused_or_read(lambda: read(file))
        refused_or_read(lambda: tidy(file, Path(place) / "clean.json"))
        if found is not None and (Path(place) / "clean.json").exists():
            assert read(Path(place) / "clean.json") == found


@pytest.mark.slow
@given(
    table=st.sampled_from([SETTINGS, *TABLES]),
    lines=st.lists(st.lists(CELLS, max_size=6), max_size=5),
    data=st.data(),
)
@FEW
def test_cells_of_workbooks(table: str, lines: list[list[Any]], data: st.DataObject) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = table
    head = list(TABLES[table].model_fields)[:6] if table in TABLES else ["key", "value"]
    if data.draw(st.booleans()):
        sheet.append(head)
    for line in lines:
        kept = [cell if _can_be_written(cell) else str(type(cell)) for cell in line]
        sheet.append(kept)
    with TemporaryDirectory() as place:
        file = Path(place) / "messy.xlsx"
        book.save(file)
        refused_or_read(lambda: read(file))
        refused_or_read(lambda: tidy(file, Path(place) / "clean.xlsx"))


@pytest.mark.slow
@given(data=st.data())
@FEW
def test_damaged_workbooks(data: st.DataObject) -> None:
    with TemporaryDirectory() as place:
        file = Path(place) / "messy.xlsx"
        if data.draw(st.booleans()):
            file.write_bytes(data.draw(damaged(workbook())))
        else:
            file.write_bytes(_with_a_damaged_part(data))
        refused_or_read(lambda: read(file))
        refused_or_read(lambda: tidy(file, Path(place) / "clean.xlsx"))


@given(document=altered({"players": ["a", "b"], "v": [0, 1, 2, "3.5"], "base": {"a": 1, "b": 2}}))
@MORE
def test_games(document: Any) -> None:
    with TemporaryDirectory() as place:
        (Path(place) / "game.json").write_text(json.dumps(document))
        (Path(place) / "base.json").write_text(json.dumps(document))
        game = refused_or_read(lambda: read_game(str(Path(place) / "game.json")))
        refused_or_read(lambda: read_game(str(Path(place) / "game.json"), str(Path(place) / "base.json")))
        assert game is None or game.v[0] == 0


@pytest.mark.slow
@given(data=st.data())
@MORE
def test_plans_and_results(data: st.DataObject) -> None:
    assessment, result = small()
    document = data.draw(altered(result) | altered(result["portfolio"]))
    refused_or_read(lambda: read_plan(assessment, document))
    refused_or_read(lambda: verify(assessment.instance, document, limits=SearchLimits(seconds=5)))


@pytest.mark.slow
@given(data=st.data())
@MORE
def test_texts_of_results(data: st.DataObject) -> None:
    original = small()[1]
    text = data.draw(
        altered(original).map(json.dumps)
        | damaged(json.dumps(original).encode()).map(lambda content: content.decode("utf-8", "replace"))
        | st.text(max_size=40)
    )
    refused_or_read(lambda: Result.from_json(text))


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", "[" * 100_000, "9" * 5000])
def test_what_is_no_result_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="a result as to_json writes it"):
        Result.from_json(text)


LIBRARIES = {
    "mknap": b"1\n3 2 10\n5 6 7\n1 2 3\n3 2 1\n4 4\n",
    "qkp": b"name\n3\n5 6 7\n1 2\n3\n\n0\n5\n1 2 3\n",
    "nrp": b"1\n2\n3 4\n1\n1 2\n2\n10 1 1\n20 2 1 2\n",
    "team": b"3 2\n1 1 2\n",
    "projects": b"2 1\n5\n3 4\n1 2\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("format_", sorted(FORMATS))
@given(data=st.data())
@MORE
def test_library_files(format_: str, data: st.DataObject) -> None:
    original = LIBRARIES.get(format_, b"2 2\n1 2 3\n")
    with TemporaryDirectory() as place:
        file = Path(place) / "messy.txt"
        file.write_bytes(data.draw(damaged(original) | st.binary(max_size=40) | _numbers()))
        ratio = 0.5 if FORMATS[format_].takes_ratio else None
        refused_or_read(lambda: read_library(file, format_, data.draw(st.integers(1, 3)), ratio))


def _numbers() -> st.SearchStrategy[bytes]:
    numbers = st.integers(-2, 12) | st.sampled_from((10**9, 10**30, -1, 0))
    return st.lists(numbers, max_size=30).map(lambda found: " ".join(map(str, found)).encode())


def _can_be_written(cell: Any) -> bool:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(cell, str):
        return not ILLEGAL_CHARACTERS_RE.search(cell) and not any("\ud800" <= c <= "\udfff" for c in cell)
    if isinstance(cell, int | float):
        return abs(cell) < 1e300
    if isinstance(cell, date | datetime):
        return cell.year >= 1900
    return cell is None or isinstance(cell, time)


def _with_a_damaged_part(data: st.DataObject) -> bytes:
    copy = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook())) as original, zipfile.ZipFile(copy, "w") as changed:
        victim = data.draw(st.sampled_from(original.namelist()))
        for name in original.namelist():
            content = original.read(name)
            changed.writestr(name, data.draw(damaged(content)) if name == victim else content)
    return copy.getvalue()
