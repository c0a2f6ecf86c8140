"""Every block of the README is run, or read by the parser it is written for.

`python tests/test_readme.py` writes what the commands print today into the README.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README.read_text(encoding="utf-8"), re.M | re.S)
SECONDS = r"[\d.]+ s with"
ENVIRONMENT = {**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(ROOT)}


def blocks(language: str) -> list[str]:
    return [text for found, text in BLOCKS if found == language]


def without_seconds(text: str) -> str:
    return re.sub(SECONDS, "… s with", text)


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


def with_fresh_output(readme: str) -> str:
    """The README with what its commands print today; seconds stay, they say nothing but how busy we are."""

    def fresh(block: re.Match[str]) -> str:
        command, shown = block.groups()
        seconds = iter(re.findall(SECONDS, shown))
        found = re.sub(SECONDS, lambda now: next(seconds, now[0]), printed(command))
        return f"```console\n{command}\n{found}```"

    return re.sub(r"^```console\n(.*?)\n(.*?)^```$", fresh, readme, flags=re.M | re.S)


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    assert {language for language, _ in BLOCKS} == {"console", "sh", "json", "python", "text", "toml"}


@pytest.mark.slow
@pytest.mark.parametrize("block", blocks("console"))
def test_commands_print_what_the_readme_shows(block: str) -> None:
    command, _, shown = block.partition("\n")
    assert without_seconds(printed(command)) == without_seconds(shown)


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
    shown = run("-m", "solver", "bench", str(matrix), "--only", "ranking")
    assert "ranking" in shown


def test_the_set_up_is_two_commands_about_things_that_exist() -> None:
    (block,) = blocks("sh")
    set_up, test = block.splitlines()
    assert (ROOT / ".ci" / "constraints.txt").exists()
    assert "-c .ci/constraints.txt" in set_up
    assert (ROOT / set_up.split()[-1] / "instance.toml").exists()
    assert test.endswith("-m pytest -n 2")


def test_the_picture_is_the_one_in_the_package() -> None:
    picture = blocks("text")[0].split()
    package = (ROOT / "solver" / "__init__.py").read_text(encoding="utf-8").split()
    assert any(package[k : k + len(picture)] == picture for k in range(len(package)))


def test_files_named_for_extensions_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for path in re.findall(r"`((?:solver|tests|instances)/[\w/.]+)`", text):
        assert (ROOT / path).exists(), path


if __name__ == "__main__":
    README.write_text(with_fresh_output(README.read_text(encoding="utf-8")), encoding="utf-8")
