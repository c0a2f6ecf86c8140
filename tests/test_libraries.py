"""Readers for others' files, on files small enough to type."""

from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path

import pytest

from solver.errors import InputError
from solver.instance.instance import Instance
from solver.instance.libraries import FORMATS, published_optimum, read_library
from solver.instance.libraries.words import LARGEST_FILE, MOST_DEFECTS

MKNAP = """2
3 2 24
10 14 -2
1 2 0
3 4 5
3 5
1 1 0
7
1
0.5
"""

MKNAP2 = """Benchmarks, with a preamble about a knapsack problem

problem FIRST.DAT

+++++++
2 3
10 14 9.5
3 5
1 2 0
3 4 5

24

+++++++

problem SECOND.DAT
+++++++
1 1
7
4
3
7
"""

QKP = """little example
3
10 0 -4
5 0
-6

0
7
 2 3 4

Comments
Density 50 %
"""

TEAM = """3 2 float
0 2 0.25
1 2 0.5
1 2 3
3 5
"""

NRP = """2
2
3 4
1
5
2
1 3
1 3
2
20 1 3
8 2 2 2
"""

GOOD = {"mknap": MKNAP, "mknap2": MKNAP2, "qkp": QKP, "team": TEAM, "nrp": NRP}

Put = Callable[[str], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def write(text: str) -> Path:
        path = tmp_path / "sample.txt"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def ratio_of(format: str) -> float | None:
    return 0.5 if FORMATS[format].takes_ratio else None


def defects_of(path: Path, format: str, index: int = 1, ratio: float | None = None) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_library(path, format, index, ratio)
    return [str(defect) for defect in caught.value.defects]


def read_or_refuse(path: Path, format: str) -> Instance | InputError:
    try:
        return read_library(path, format, ratio=ratio_of(format))
    except InputError as refusal:
        return refusal


def worth(instance: Instance) -> dict[str, float]:
    return {row.id: row.revenue - row.coordination_cost for row in instance.partners}


def test_every_format_has_an_example_and_a_sentence():
    assert set(GOOD) == set(FORMATS) - {"projects"}  # two files: tests/test_projects.py
    assert all(known.description.endswith(".") for known in FORMATS.values())


@pytest.mark.parametrize("format", GOOD)
def test_an_instance_read_from_a_library_is_an_ordinary_instance(put: Put, format: str):
    instance = read_library(put(GOOD[format]), format, ratio=ratio_of(format))
    assert Instance.from_document(instance.to_document()) == instance


def test_mknap_profits_weights_and_capacities(put: Put):
    instance = read_library(put(MKNAP), "mknap")
    assert instance.name == "sample 1"
    assert worth(instance) == {"i1": 10, "i2": 14, "i3": -2}
    assert all(partner.cost == 0 for partner in instance.partners)
    assert [(row.id, row.min, row.max) for row in instance.resources] == [
        ("capacity 1", None, 3),
        ("capacity 2", None, 5),
    ]
    assert {(row.id, row.resource): row.amount for row in instance.usage} == {
        ("i1", "capacity 1"): 1,
        ("i2", "capacity 1"): 2,
        ("i1", "capacity 2"): 3,
        ("i2", "capacity 2"): 4,
        ("i3", "capacity 2"): 5,
    }


def test_the_index_picks_the_instance_and_its_published_optimum(put: Put):
    path = put(MKNAP)
    second = read_library(path, "mknap", index=2)
    assert (second.name, worth(second)) == ("sample 2", {"i1": 7})
    assert published_optimum(path, "mknap", 1) == 24
    assert published_optimum(path, "mknap", 2) is None


@pytest.mark.parametrize("format", ["mknap", "mknap2"])
def test_mknap2_is_recognised_and_gives_capacities_before_weights(put: Put, format: str):
    path = put(MKNAP2)
    first = read_library(path, format)
    assert first.name == "FIRST.DAT"
    assert worth(first) == {"i1": 10, "i2": 14, "i3": 9.5}
    assert [row.max for row in first.resources] == [3, 5]
    assert [row.amount for row in first.usage] == [1, 2, 3, 4, 5]
    assert published_optimum(path, format, 1) == 24
    assert read_library(path, format, index=2).name == "SECOND.DAT"


def test_qkp_pairs_are_synergies_and_comments_are_passed_over(put: Put):
    instance = read_library(put(QKP), "qkp")
    assert instance.name == "little example"
    assert worth(instance) == {"i1": 10, "i2": 0, "i3": -4}
    assert [(row.first, row.second, row.kind, row.value) for row in instance.pairs] == [
        ("i1", "i2", "synergy", 5),
        ("i2", "i3", "synergy", -6),
    ]
    assert [(row.min, row.max) for row in instance.resources] == [(None, 7)]
    assert published_optimum(put(QKP), "qkp") is None


def test_qkp_with_an_exact_capacity(put: Put):
    instance = read_library(put(QKP.replace("\n0\n7\n", "\n1\n7\n")), "qkp")
    assert [(row.min, row.max) for row in instance.resources] == [(7, 7)]


def test_team_counts_people_from_nought_and_the_index_picks_the_budget(put: Put):
    instance = read_library(put(TEAM), "team", index=2)
    assert instance.name == "sample 5"
    assert worth(instance) == {"i1": 0, "i2": 0, "i3": 0}
    assert [(row.first, row.second, row.value) for row in instance.pairs] == [
        ("i1", "i3", 0.25),
        ("i2", "i3", 0.5),
    ]
    assert [row.amount for row in instance.usage] == [1, 2, 3]
    assert [row.max for row in instance.resources] == [5]


def test_nrp_customers_require_requirements_and_those_require_their_predecessors(put: Put):
    instance = read_library(put(NRP), "nrp", ratio=0.6)
    assert [partner.cost for partner in instance.partners] == [3, 4, 5]
    assert [application.revenue for application in instance.applications] == [20, 8]
    assert [(row.first, row.second, row.kind) for row in instance.pairs] == [
        ("r3", "r1", "requires"),
        ("c1", "r3", "requires"),
        ("c2", "r2", "requires"),
    ]


def test_nrp_value_is_profit_alone(put: Put):
    instance = read_library(put(NRP), "nrp", ratio=1)
    costs_that_lower_the_value = [(1 - instance.roi_rate) * partner.cost for partner in instance.partners]
    assert costs_that_lower_the_value == [0, 0, 0]


@pytest.mark.parametrize(("ratio", "budget"), [(0, 0), (0.375, 5), (0.3, 4), (1, 12)])
def test_nrp_budget_is_rounded_half_up(put: Put, ratio: float, budget: float):
    assert read_library(put(NRP), "nrp", ratio=ratio).limits.budget == budget


@pytest.mark.parametrize("format", GOOD)
def test_a_file_cut_anywhere_is_refused_or_complete(put: Put, format: str):
    """A cut may leave a smaller number or shorter comments, but never a traceback."""
    text = GOOD[format]
    whole = read_library(put(text), format, ratio=ratio_of(format))
    parts = [read_or_refuse(put(text[:end]), format) for end in range(len(text))]
    assert any(isinstance(part, InputError) for part in parts)
    assert all(len(part.partners) == len(whole.partners) for part in parts if isinstance(part, Instance))


@pytest.mark.slow
@pytest.mark.parametrize("format", GOOD)
def test_any_word_replaced_by_rubbish_is_refused_or_was_text(put: Put, format: str):
    lines = [line.split(" ") for line in GOOD[format].split("\n")]
    for rubbish, (row, column) in product(
        ("nan", "1e999", "1_0", "-1", "0.5", "9" * 400, "\x00", "诊断"),
        [(row, column) for row, line in enumerate(lines) for column in range(len(line))],
    ):
        changed = [list(line) for line in lines]
        changed[row][column] = rubbish
        read = read_or_refuse(put("\n".join(" ".join(line) for line in changed)), format)
        if isinstance(read, InputError):
            assert all("line" in defect.place for defect in read.defects)
        else:
            assert Instance.from_document(read.to_document()) == read


@pytest.mark.parametrize(
    ("format", "old", "new", "said"),
    [
        ("mknap", "10 14 -2", "10 x -2", "line 3: found 'x': a profit should stand here"),
        ("mknap", "3 2 24", "3.5 2 24", "line 2: found '3.5': the number of items should stand here"),
        ("mknap", "3 2 24", "99999999999 2 24", "the number of items should stand here, a whole number"),
        ("mknap", "3 2 24", "9999999 9999999 24", "the file ends where a profit should stand"),
        ("mknap", "\n0.5\n", "\n0.5 8\n", "found '8': the file should end here"),
        ("mknap", MKNAP, "", "the file is empty"),
        ("mknap", MKNAP, "hello", "a number of instances (mknap1, mknapcb) or `problem NAME` (mknap2)"),
        ("mknap2", "\n24\n", "\n24 25\n", "line 12: found '25': the next problem should begin here"),
        ("mknap2", "\n24\n", "\n", "the optimum should stand here"),
        ("qkp", " 2 3 4\n", " 2 3 4 5\n", "found '5': the file should end here"),
        ("qkp", " 2 3 4\n", " 2 3\n", "found 'Comments': a weight should stand here"),
        ("qkp", "\n0\n7\n", "\n2\n7\n", "the kind of capacity: 0 (at most) or 1 (exactly) should stand here"),
        ("qkp", "little example", "x" * 3000, "the name should stand here, at most 200 printable"),
        ("team", "0 2 0.25", "0 3 0.25", "a person's number should stand here, a whole number from 0 to 2"),
        ("team", "0 2 0.25", "2 2 0.25", "a pair needs two different people"),
        ("team", "\n1 2 3\n", "\n1 2\n", "line 4: found '2 of them': this line should hold 3 weights"),
        ("team", "\n3 5\n", "\n", "the file ends where a budget should stand"),
        ("nrp", "1 3\n1 3", "1 4\n1 3", "a requirement's number should stand here, a whole number from 1 to"),
        ("nrp", "1 3\n1 3", "3 3\n1 3", "a requirement cannot come before itself"),
        ("nrp", "3 4\n", "3 -4\n", "found '-4': a cost should stand here, a number from 0"),
        ("nrp", "20 1 3", "-20 1 3", "a customer's profit should stand here"),
        ("nrp", "8 2 2 2", "8 2 2", "the file ends where a requirement's number should stand"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(put: Put, format: str, old: str, new: str, said: str):
    assert GOOD[format].count(old) == 1
    path = put(GOOD[format].replace(old, new))
    assert said in "\n".join(defects_of(path, format, ratio=ratio_of(format)))


def test_all_wrong_numbers_are_reported_at_once(put: Put):
    assert len(defects_of(put(MKNAP.replace("10 14", "ten fourteen").replace("0.5", "half")), "mknap")) == 3


def test_reporting_ends_after_many_defects(put: Put):
    words = " ".join(["x"] * 10_000)
    assert len(defects_of(put(f"1\n10000 1 0\n{words}\n"), "mknap")) == MOST_DEFECTS


@pytest.mark.parametrize(
    ("format", "index", "held"), [("mknap", 3, 2), ("mknap2", 0, 2), ("team", 3, 2), ("qkp", 2, 1)]
)
def test_an_index_the_file_does_not_have(put: Put, format: str, index: int, held: int):
    (said,) = defects_of(put(GOOD[format]), format, index)
    assert f"an index from 1 to {held} is needed" in said


@pytest.mark.parametrize("ratio", [None, -0.1, 1.5, float("nan")])
def test_nrp_needs_a_ratio(put: Put, ratio: float | None):
    (said,) = defects_of(put(NRP), "nrp", ratio=ratio)
    assert "a ratio of the total cost between 0 and 1 is needed" in said


def test_a_ratio_elsewhere_is_not_ignored(put: Put):
    (said,) = defects_of(put(QKP), "qkp", ratio=0.5)
    assert "state their own budgets" in said


def test_an_unknown_format_is_answered_with_the_nearest(put: Put):
    (said,) = defects_of(put(MKNAP), "mknapp")
    assert "did you mean mknap?" in said


def test_files_that_cannot_be_read(tmp_path: Path):
    (missing,) = defects_of(tmp_path / "nothing.txt", "mknap")
    assert "a file that exists" in missing
    (folder,) = defects_of(tmp_path, "mknap")
    assert "a file that can be read" in folder
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    (size,) = defects_of(huge, "mknap")
    assert "a file of at most 8 MiB" in size


def test_bytes_that_are_no_text(tmp_path: Path):
    path = tmp_path / "binary.dat"
    path.write_bytes(bytes(range(256)) * 10)
    assert defects_of(path, "mknap")
    path.write_bytes(QKP.replace("Density", "Densité").encode("latin-1"))
    assert len(read_library(path, "qkp").partners) == 3


def test_a_file_with_an_odd_name(tmp_path: Path):
    path = tmp_path / "odd\x01name.txt"
    path.write_text(TEAM)
    assert read_library(path, "team").name == "odd?name 3"


def test_windows_line_ends_and_a_byte_order_mark(tmp_path: Path):
    path = tmp_path / "windows.txt"
    path.write_bytes(b"\xef\xbb\xbf" + TEAM.replace("\n", "\r\n").encode())
    assert len(read_library(path, "team").pairs) == 2


@pytest.mark.slow
def test_a_large_graph_is_read_row_by_row(put: Put):
    people = 400
    edges = list(combinations(range(people), 2))[:30_000]
    lines = [f"{people} {len(edges)} int", *(f"{i} {j} 1" for i, j in edges), "1 " * people, "50"]
    instance = read_library(put("\n".join(lines)), "team")
    assert (len(instance.partners), len(instance.pairs)) == (people, len(edges))
