"""Matrices: what they unfold to, and everything that can be wrong with one, said at once."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from solver.bench.matrix import Matrix, read_matrix
from solver.bench.sources import Built, Carried, Drawn, Published
from solver.bench.tasks import Entrant
from solver.cli import cli
from solver.errors import InputError

SHIPPED = Path(__file__).parent.parent / "instances"
ENTRANTS = {name: Entrant(name, name) for name in ("exact", "greedy")}


def matrix(folder: Path, text: str, data: Path | None = None) -> Matrix:
    path = folder / "matrix.toml"
    path.write_text(text, encoding="utf-8")
    return read_matrix(path, ENTRANTS, data)


def defects(folder: Path, text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        matrix(folder, text)
    return [str(defect) for defect in caught.value.defects]


def test_a_matrix_is_a_product(tmp_path: Path):
    tasks = matrix(
        tmp_path,
        """
        name = "mine"
        strategies = ["exact", "greedy", "my_module:choose"]
        seeds = [1, 2]
        seconds = [5, 10]
        gap = 0.01
        [[instances]]
        generate = { partners = [10, 20], density = 0.1 }
        """,
    ).tasks
    assert len(tasks) == len(set(tasks)) == 3 * 2 * 2 * 2
    assert {task.suite for task in tasks} == {"mine"}
    assert {(task.limits.seed, task.limits.seconds, task.limits.gap) for task in tasks} == {
        (seed, seconds, 0.01) for seed in (1, 2) for seconds in (5.0, 10.0)
    }
    assert {task.source.name for task in tasks} == {
        "drawn partners=10 density=0.1",
        "drawn partners=20 density=0.1",
    }
    assert [task.entrant.reference for task in tasks[:3]] == ["exact", "greedy", "my_module:choose"]


def test_a_block_may_have_its_own_strategies_seeds_and_seconds(tmp_path: Path):
    text = f"""
    strategies = ["exact"]
    [[instances]]
    path = "{(SHIPPED / "first").as_posix()}"
    strategies = ["greedy"]
    seeds = [3]
    seconds = [1]
    """
    (task,) = matrix(tmp_path, text).tasks
    assert (task.entrant.name, task.seed, task.seconds) == ("greedy", 3, 1.0)


def test_every_kind_of_source(tmp_path: Path):
    text = f"""
    strategies = ["exact"]
    [[instances]]
    path = "{(SHIPPED / "first").as_posix()}"
    set = ["limits.budget=100"]
    [[instances]]
    generate = {{ partners = 4 }}
    [[instances]]
    build = "package.module:make"
    arguments = {{ size = [1, 2] }}
    [[instances]]
    file = "two.txt"
    format = "mknap"
    index = "2-3"
    [[instances]]
    file = "nrp1.txt"
    format = "nrp"
    ratio = [0.3, 0.5]
    """
    sources = [task.source for task in matrix(tmp_path, text, tmp_path).tasks]
    assert [type(source) for source in sources] == [Carried, Drawn, Built, Built, *[Published] * 4]
    assert [source.name for source in sources] == [
        "first limits.budget=100",
        "drawn partners=4",
        "make size=1",
        "make size=2",
        "two 2",
        "two 3",
        "nrp1 0.3",
        "nrp1 0.5",
    ]
    assert sources[0].read().limits.budget == 100
    assert len(sources[1].read().partners) == 4


def test_paths_are_meant_from_the_matrix(tmp_path: Path):
    (tmp_path / "here").mkdir()
    (task,) = matrix(tmp_path, 'strategies = ["exact"]\n[[instances]]\npath = "here"\n').tasks
    assert task.source == Carried((tmp_path / "here").resolve())


def test_only_some_rows_and_another_limit(tmp_path: Path):
    whole = matrix(tmp_path, 'strategies = ["exact", "greedy"]\n[[instances]]\ngenerate = { partners = 4 }\n')
    assert [task.entrant.name for task in whole.only(["greedy"]).tasks] == ["greedy"]
    assert {task.seconds for task in whole.limited(2.0).tasks} == {2.0}
    assert whole.only([]) == whole.limited(None) == whole
    with pytest.raises(InputError):
        whole.only(["gredy"])


def test_all_defects_at_once(tmp_path: Path):
    found = defects(
        tmp_path,
        """
        strategies = ["exakt", "greedy"]
        seconds = [-1]
        seeds = [-5]
        [[instances]]
        path = "nowhere"
        [[instances]]
        generate = { partner = 10 }
        [[instances]]
        generate = { partners = 0, density = 2 }
        [[instances]]
        file = "a.txt"
        format = "mknapp"
        index = "9-3"
        [[instances]]
        build = "no_function"
        """,
    )
    for words in (
        "'exakt': a known strategy, or module:function; did you mean exact?",
        "row 1, column seconds: found -1",
        "row 1, column seeds: found -5",
        "row 1, column path: found 'nowhere'",
        "row 2, column generate.partner: a field of a recipe; did you mean partners?",
        "row 3, column generate.partners: found 0",
        "row 3, column generate.density: found 2",
        "row 4, column format: found 'mknapp'",
        "row 4, column index: found '9-3'",
        "row 5, column build: found 'no_function'",
    ):
        assert [line for line in found if words in line], words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("strategies = [", "TOML"),
        ("", "strategies"),
        ('strategies = ["exact"]\n', "instances"),
        ('strategies = []\n[[instances]]\npath = "x"\n', "strategies"),
        ('strategy = ["exact"]\n[[instances]]\npath = "x"\n', "did you mean strategies?"),
        ('strategies = ["exact"]\n[[instances]]\npaht = "x"\n', "did you mean path?"),
        ('strategies = ["exact"]\n[[instances]]\n', "exactly one of path, generate, build and file"),
        (
            'strategies = ["exact"]\n[[instances]]\nfile = ["a/x.txt", "b/x.txt"]\nformat = "qkp"\n',
            "found 'x': a `name` for each",
        ),
    ],
)
def test_a_matrix_that_cannot_be_read(tmp_path: Path, text: str, words: str):
    assert any(words in line for line in defects(tmp_path, text))


def test_the_command_names_every_defect_and_ends_with_2(tmp_path: Path):
    path = tmp_path / "bad.toml"
    path.write_text('strategies = ["exakt"]\n[[instances]]\npath = "nowhere"\n', encoding="utf-8")
    run = CliRunner().invoke(cli, ["bench", str(path)])
    assert run.exit_code == 2
    assert "exakt" in run.output
    assert "nowhere" in run.output
    assert not path.with_suffix(".sqlite").exists()
    assert CliRunner().invoke(cli, ["bench", str(tmp_path / "none.toml")]).exit_code == 2
