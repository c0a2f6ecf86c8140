"""What is asked about: a partner, an application, a level of a partner, or several together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from solver.assessment.options import levels_of
from solver.errors import InputError
from solver.instance.calling import called
from solver.instance.defects import Defect
from solver.instance.instance import Instance
from solver.portfolio.choices import Pick, has
from solver.portfolio.rules import Picks
from solver.portfolio.selection import Selection
from solver.study.study import Study

LEVEL, AND = ":", "+"
"""How a level of a partner is written, and who is asked about together: `p3:deep`, `p3+p5`."""

Kind = Literal["partner", "application", "level", "together"]


@dataclass(frozen=True)
class Subject:
    """Some partners, at a level or any, and applications, all of which a portfolio has, or not."""

    picks: tuple[Pick, ...]
    kind: Kind

    @property
    def id(self) -> str:
        """How it is written."""
        return AND.join(id_ + (f"{LEVEL}{level}" if level is not None else "") for id_, level in self.picks)

    def is_in(self, selection: Selection) -> bool:
        """Whether a portfolio has it."""
        return has(selection, self.picks)

    def asked(self, study: Study, chosen: bool) -> Study:
        """The study in which every portfolio has it, or none."""
        if self.kind in ("partner", "application"):
            ids = [id_ for id_, _ in self.picks]
            return study.asking(study.formulation.locked(*((ids, ()) if chosen else ((), ids))))
        return study.limited(Picks(self.picks, chosen))


def subjects(instance: Instance, names: Iterable[str]) -> tuple[Subject, ...]:
    """What names stand for: ids or names, with a level after a colon, together where a plus is between.

    Raises InputError with every name that stands for nothing.
    """
    reader, found, defects = _Reader(instance), [], []
    for name in names:
        try:
            found.append(reader.subject(str(name)))
        except ValueError as error:
            remedy = f"name a partner, an application, a level as in p3{LEVEL}deep or a pair as in p3{AND}p5"
            defects.append(Defect("why", f"{remedy}: {error}", value=name))
    if defects:
        raise InputError(defects)
    return tuple(dict.fromkeys(found))


class _Reader:
    def __init__(self, instance: Instance) -> None:
        self._labels = {id_: label for id_, label in instance.labels.items() if id_ != instance.hub.id}
        self._levels = levels_of(instance)

    def subject(self, name: str) -> Subject:
        pieces = (self._pick(piece.strip()) for piece in name.split(AND))
        picks = tuple(dict.fromkeys(next(self._readings(name), None) or pieces))
        if len(picks) > 1:
            return Subject(picks, "together")
        id_, level = picks[0]
        if level is not None:
            return Subject(picks, "level")
        return Subject(picks, "partner" if id_ in self._levels else "application")

    def _readings(self, name: str) -> Iterator[tuple[Pick, ...]]:
        """Every way to read a name, as one or as several with a plus between them."""
        for end in (len(name), *reversed(_places(name, AND))):
            try:
                first = self._pick(name[:end].strip())
            except ValueError:
                continue
            if end == len(name):
                yield (first,)
            for rest in self._readings(name[end + 1 :]) if end < len(name) else ():
                yield (first, *rest)

    def _pick(self, name: str) -> Pick:
        """One partner or application, with or without a level; raises ValueError for what is neither."""
        try:
            return called(name, self._labels, "an id"), None
        except ValueError as error:
            for end in reversed(_places(name, LEVEL)):
                known = [id_ for id_, label in self._labels.items() if name[:end].strip() in (id_, label)]
                if not known:
                    continue
                levels = self._levels.get(called(name[:end].strip(), self._labels), {})
                if name[end + 1 :].strip() in levels:
                    return known[0], name[end + 1 :].strip()
                raise ValueError(f"a level of {known[0]}: {', '.join(levels) or 'none'}") from None
            raise error


def _places(name: str, mark: str) -> list[int]:
    return [place for place, letter in enumerate(name) if letter == mark]
