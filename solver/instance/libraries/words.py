"""The words of somebody else's text file, taken one after another, with the line each stands on."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Any, NoReturn

from solver.errors import InputError
from solver.instance.defects import Defect

LARGEST_FILE = 8 * 1024 * 1024
LARGEST_COUNT = 10_000_000
LARGEST_NUMBER = 1e15
LONGEST_NAME = 200
MOST_DEFECTS = 100


class Words:
    """A text file as a stream of words; what is wrong with it is collected in `defects`.

    A number that cannot be read is noted and reading goes on with 0. A count that cannot be read,
    or the end of the file in the wrong place, makes the rest meaningless and raises InputError at once.
    """

    def __init__(self, text: str, place: str, folder: Path) -> None:
        self.place = place
        self.folder = folder
        self.line = 1
        self.defects: list[Defect] = []
        self._stream = _words_and_lines(text)
        self._ahead = next(self._stream, None)

    @property
    def title(self) -> str:
        """The file's name without its ending, fit to be shown."""
        return "".join(letter if letter.isprintable() else "?" for letter in Path(self.place).stem)

    @property
    def upcoming(self) -> str | None:
        """The next word, which stays where it is; None at the end of the file."""
        return None if self._ahead is None else self._ahead[0]

    def word(self, expected: str) -> str:
        """Take the next word."""
        if self._ahead is None:
            self.give_up(f"the file ends where {expected} should stand")
        word, self.line = self._ahead
        self._ahead = next(self._stream, None)
        return word

    def whole_line(self, expected: str) -> list[str]:
        """Take the next word and all others on its line."""
        words = [self.word(expected)]
        while self._ahead is not None and self._ahead[1] == self.line:
            words.append(self.word(expected))
        return words

    def cells(self, expected: str) -> list[str]:
        """Take a whole line as cells with commas between them."""
        return [cell.strip() for cell in " ".join(self.whole_line(expected)).split(",")]

    def name(self, expected: str) -> str:
        """Take a whole line as a name."""
        name = " ".join(self.whole_line(expected))
        if not is_name(name):
            self.give_up(f"{expected} should stand here, at most {LONGEST_NAME} printable characters", name)
        return name

    def number(self, expected: str, least: float = -LARGEST_NUMBER) -> float:
        """Take a number that is at least `least`."""
        return self.as_number(self.word(expected), expected, least)

    def numbers(self, count: int, expected: str, least: float = -LARGEST_NUMBER) -> list[float]:
        """Take so many numbers."""
        return [self.number(expected, least) for _ in range(count)]

    def line_of_numbers(self, expected: str) -> list[float]:
        """Take a line that holds numbers only."""
        return [self.as_number(word, expected) for word in self.whole_line(expected)]

    def as_number(self, word: str, expected: str, least: float = -LARGEST_NUMBER) -> float:
        """The number in a word or cell taken before; 0 after noting that there is none."""
        number = number_in(word)
        if number is None or number < least:
            self.note(f"{expected} should stand here, a number from {least:g} to {LARGEST_NUMBER:g}", word)
            return 0.0
        return number

    def count(self, expected: str, least: int = 0, most: int = LARGEST_COUNT) -> int:
        """Take a whole number from `least` to `most`."""
        word = self.word(expected)
        number = number_in(word)
        if number is None or not number.is_integer() or not least <= number <= most:
            self.give_up(f"{expected} should stand here, a whole number from {least} to {most}", word)
        return int(number)

    def beside(self, name: str) -> Words:
        """Another file in the same folder; its defects are collected with this one's."""
        other = words_of(self.folder / name)
        other.defects = self.defects
        return other

    def note(self, remedy: str, value: Any = None) -> None:
        """Remember a defect on the line of the word taken last."""
        self.defects.append(Defect(f"{self.place}, line {self.line}", remedy, value=value))
        if len(self.defects) >= MOST_DEFECTS:
            raise InputError(self.defects)

    def give_up(self, remedy: str, value: Any = None) -> NoReturn:
        """Raise InputError with this defect and all those noted before."""
        self.note(remedy, value)
        raise InputError(self.defects)

    def finish(self) -> None:
        """Demand that nothing is left over and that nothing was wrong; otherwise raise InputError."""
        if self._ahead is not None:
            leftover = self.word("the end of the file")
            self.note("the file should end here; a count further up may be too small", leftover)
        if self.defects:
            raise InputError(self.defects)


def words_of(path: str | PathLike[str]) -> Words:
    """Open a text file of at most 8 MiB; bytes that are no UTF-8 only matter where a number is needed."""
    try:
        with Path(path).open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise InputError([Defect(str(path), "a file that exists; there is none here")]) from None
    except (OSError, ValueError) as error:
        raise InputError([Defect(str(path), f"a file that can be read ({error})")]) from error
    if len(content) > LARGEST_FILE:
        raise InputError([Defect(str(path), "a file of at most 8 MiB is needed")])
    words = Words(content.decode("utf-8-sig", errors="replace"), Path(path).name, Path(path).parent)
    if words.upcoming is None:
        words.give_up("the file is empty")
    return words


def is_name(text: str) -> bool:
    """Whether a text can be shown as a name."""
    return len(text) <= LONGEST_NAME and text.isprintable()


def number_in(word: str) -> float | None:
    """The number a word spells out in plain digits, or None when there is none or it is beyond 1e15."""
    if "_" in word or not word.isascii():
        return None
    try:
        number = float(word)
    except ValueError:
        return None
    return number if abs(number) <= LARGEST_NUMBER else None


def _words_and_lines(text: str) -> Iterator[tuple[str, int]]:
    for line, content in enumerate(text.split("\n"), start=1):
        for word in content.split():
            yield word, line
