"""Every block of the README and of the manual is run, or read by the parser it is written for.

`python -m tests.test_readme` writes what the commands print today, and the tables of fields, into them.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from click.testing import CliRunner

from solver.cli import COMMANDS, cli
from solver.instance.columns import expectation, properties
from solver.instance.guide import meaning_of
from solver.manual.pages import PAGES, markdown, subject
from solver.manual.plain import plain
from solver.report.cells import printed_on, width
from tests.fieldtables import places, places_of, with_fresh_fields

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
MANUAL = ROOT / "solver" / "manual"
DOCUMENTS = {"README": README, **{page: MANUAL / f"{page}.md" for page in PAGES}}
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in DOCUMENTS.items()}
MOST_LINES_OF_THE_README = 200
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
BLOCKS = [(name, *found) for name, text in TEXTS.items() for found in BLOCK.findall(text)]
SECONDS = r"[\d.]+ s with"
ENVIRONMENT = {**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)}


def blocks(language: str) -> list[ParameterSet]:
    """The blocks in a language, named after the page on which they stand."""
    return [pytest.param(text, id=name) for name, found, text in BLOCKS if found == language]


def only_block(language: str) -> str:
    ((name, text),) = [(name, text) for name, found, text in BLOCKS if found == language]
    assert name == "README"
    return text


def words_of(text: str) -> list[str]:
    """Every word but the seconds, whose length moves columns and the words of headings with them."""
    return sorted(re.sub(SECONDS, "… s with", text).split())


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def printed(command: str) -> str:
    name, *arguments = shlex.split(command.removeprefix("$ "))
    assert name == "partnerfolio"
    return run("-m", "solver", *arguments)


def with_fresh_output(document: str) -> str:
    """A document with what its commands print today; seconds stay, they say nothing but how busy we are."""

    def fresh(block: re.Match[str]) -> str:
        command, shown = block.groups()
        seconds = iter(re.findall(SECONDS, shown))
        found = re.sub(SECONDS, lambda now: next(seconds, now[0]), printed(command))
        return f"```console\n{command}\n{found}```"

    return re.sub(r"^```console\n(.*?)\n(.*?)^```$", fresh, document, flags=re.M | re.S)


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    assert {language for _, language, _ in BLOCKS} == {"console", "sh", "json", "python", "text", "toml"}


@pytest.mark.slow
@pytest.mark.parametrize("block", blocks("console"))
def test_commands_print_what_is_shown(block: str) -> None:
    command, _, shown = block.partition("\n")
    assert words_of(printed(command)) == words_of(shown)


@pytest.mark.slow
@pytest.mark.parametrize("block", blocks("python"))
def test_python_examples_run(block: str) -> None:
    run("-c", block)


@pytest.mark.slow
@pytest.mark.parametrize("block", blocks("json"))
def test_documents_are_read(block: str, tmp_path: Path) -> None:
    document = tmp_path / "document.json"
    document.write_text(block, encoding="utf-8")
    content = json.loads(block)
    if "players" in content:
        run("-m", "solver", "allocate", "--game", str(document))
    elif "id" in str(content["partners"][0]):
        run("-m", "solver", "solve", str(document))
    else:
        run("-m", "solver", "verify", "instances/first", str(document))


@pytest.mark.slow
@pytest.mark.parametrize("block", blocks("toml"))
def test_matrices_are_read_and_run(block: str, tmp_path: Path) -> None:
    matrix = tmp_path / "matrix.toml"
    matrix.write_text(block.replace("instances/", f"{ROOT.as_posix()}/instances/"), encoding="utf-8")
    if "instances/" not in block:
        run("-m", "solver", "whatif", "instances/first", "--file", str(matrix))
        return
    shown = run("-m", "solver", "bench", str(matrix), "--only", "value-for-money")
    assert "value-for-money" in shown


def test_the_set_up_is_two_commands_about_things_that_exist() -> None:
    set_up, test = only_block("sh").splitlines()
    assert (ROOT / ".ci" / "constraints.txt").exists()
    assert "-c .ci/constraints.txt" in set_up
    assert (ROOT / set_up.split()[-1] / "instance.toml").exists()
    assert test.endswith("-m pytest -n 2")


def test_the_picture_is_the_one_in_the_package() -> None:
    picture = only_block("text").split()
    package = (ROOT / "solver" / "__init__.py").read_text(encoding="utf-8").split()
    assert any(package[k : k + len(picture)] == picture for k in range(len(package)))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_that_are_named_exist(name: str) -> None:
    for path in re.findall(r"`((?:solver|tests|instances|benchmarks)/[\w/.]+)`", TEXTS[name]):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", TEXTS[name]):
        assert (DOCUMENTS[name].parent / target).resolve().exists(), target


def test_the_readme_is_short_and_leads_to_every_page() -> None:
    assert len(TEXTS["README"].splitlines()) <= MOST_LINES_OF_THE_README
    assert re.findall(r"^\| \[(\w+)\]\(solver/manual/\1\.md\)", TEXTS["README"], re.M) == list(PAGES)


def test_every_page_is_listed_and_says_what_it_is_about() -> None:
    assert sorted(PAGES) == sorted(path.stem for path in MANUAL.glob("*.md"))
    shown = CliRunner().invoke(cli, ["manual"]).stdout
    for page in PAGES:
        assert " ".join(f"{page} {subject(page)}".split()) in " ".join(shown.split())


@pytest.mark.parametrize("page", PAGES)
def test_field_tables_are_those_of_the_format(page: str) -> None:
    assert with_fresh_fields(TEXTS[page]) == TEXTS[page]


def test_every_key_and_column_says_what_it_means() -> None:
    for model in places().values():
        for name in model.model_fields:
            assert meaning_of(model, name) != expectation(properties(model)[name]), (model, name)


def test_every_table_and_section_stands_on_one_page() -> None:
    assert sorted(place for page in PAGES for place in places_of(TEXTS[page])) == sorted(places())


def test_every_command_is_on_the_page_of_commands() -> None:
    assert sorted(re.findall(r"^\| `partnerfolio ([\w-]+)", TEXTS["commands"], re.M)) == sorted(COMMANDS)


@pytest.mark.parametrize("columns", [40, 80, 200])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_plain_text_that_fits(page: str, columns: int) -> None:
    with printed_on(columns):
        shown = plain(markdown(page))
    prose = [line for line in shown.splitlines() if not line.startswith("    ")]
    assert all(width(line) <= columns for line in prose)
    assert not re.search(r"^(#|```|\||<!--)|\*\*|\]\(", "\n".join(prose), re.M)


@pytest.mark.parametrize("page", PAGES)
def test_plain_text_loses_no_word(page: str) -> None:
    """Every word of the page is shown, in the same order but for columns that wrap."""
    text = re.sub(r"<!--.*?-->|\]\([^)]+\)|^```\w*$|^[|\-: ]+$", " ", TEXTS[page], flags=re.M)
    with printed_on(100):
        shown = Counter(re.findall(r"[\w=≤·Σ]+", plain(TEXTS[page])))
    assert not Counter(re.findall(r"[\w=≤·Σ]+", text)) - shown


def test_a_page_that_is_none_gets_the_nearest() -> None:
    for wrong, remedy in (
        ("rsk", "did you mean risk?"),
        ("Risk", "did you mean risk?"),
        ("xyzzy", "there are "),
    ):
        result = CliRunner().invoke(cli, ["manual", wrong])
        assert result.exit_code == 2
        assert remedy in result.stderr


if __name__ == "__main__":
    for path in DOCUMENTS.values():
        text = with_fresh_fields(path.read_text(encoding="utf-8"))
        path.write_text(with_fresh_output(text), encoding="utf-8")
