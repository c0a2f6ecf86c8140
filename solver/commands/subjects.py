"""What pictures and reports are of: a result that is given or searched for, its risk and its split."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from solver.commands.command import FOUND
from solver.commands.searching import at_the_terminal, exit_code, reading, searched

if TYPE_CHECKING:
    from solver.answers.risk_report import RiskReport
    from solver.games.allocate import Allocation
    from solver.instance.instance import Instance
    from solver.result import Result
    from solver.study.study import Study


MOST_POINTS = 20
"""Points of a frontier that is drawn: more do not show more."""


class Subject(NamedTuple):
    """An instance, its result, the exit code that this result deserves, and the study to ask more of."""

    instance: Instance
    result: Result
    code: int
    study: Study


def instance_of(source: str, options: dict[str, Any]) -> Instance:
    """The instance at a path, or of a result."""
    from solver.commands.inputs import instance_and_plan

    with reading(options["quiet"]):
        return instance_and_plan(source, None, options)[0]


def subject(source: str, options: dict[str, Any]) -> Subject:
    """The instance at a path and its best portfolio, or those of a result."""
    from solver.commands.inputs import instance_and_plan
    from solver.portfolio.plan import read_plan
    from solver.result import Result
    from solver.study.study import Study

    with reading(options["quiet"]):
        instance, known = instance_and_plan(source, None, options)
    study = Study(instance)
    locked = study.locked(options["included"], options["excluded"])
    if known is None:
        result = searched(study, options)
        return Subject(instance, result, exit_code([result], instance, options), locked)
    result = replace(Result.from_json(json.dumps(known)), problem=instance)
    if result.portfolio is not None:
        study.knowledge.pool.add(read_plan(study.assessment, result.portfolio.to_dict()).selection)
    return Subject(instance, result, FOUND, locked)


def risk_of(instance: Instance, result: Result, options: dict[str, Any]) -> RiskReport:
    """The risk of its portfolio, within what is left of the time."""
    from solver.answers.risk_report import risk_report

    with at_the_terminal(options) as terms:
        return risk_report(instance, result.to_dict(), **terms)


def split_of(instance: Instance, result: Result, options: dict[str, Any]) -> Allocation:
    """How its portfolio is split, within what is left of the time."""
    from solver.answers.allocation import allocate

    if result.split is not None:
        return result.split
    with at_the_terminal(options) as terms:
        return allocate(instance, result, **terms)


def answer_of(of: str, instance: Instance, options: dict[str, Any]) -> Any:
    """The answer of a study of an instance, with the locks of the command line."""
    from solver.answers.classes import classes
    from solver.answers.course import course
    from solver.answers.frontier import frontier
    from solver.answers.sensitivity import sensitivity
    from solver.answers.stepcurve import curve
    from solver.answers.whatif import whatif
    from solver.answers.why import why
    from solver.lifecycle.health import health
    from solver.study.study import Study

    with at_the_terminal(options) as terms:
        study = Study(instance).locked(terms["include"], terms["exclude"])
        limits, progress, cancel = terms["limits"], terms["progress"], terms["cancel"]
        match of:
            case "Frontier":
                return frontier(study, points=MOST_POINTS, limits=limits, progress=progress, cancel=cancel)
            case "Sensitivity":
                return sensitivity(study, limits=limits, progress=progress, cancel=cancel)
            case "Classes":
                return classes(study, limits=limits, progress=progress, cancel=cancel)
            case "Why":
                everybody = [row.id for row in instance.partners]
                return why(study, *everybody, limits=limits, progress=progress, cancel=cancel)
            case "Curve":
                return curve(study, options["limit"], limits=limits, progress=progress, cancel=cancel)
            case "Whatifs":
                return whatif(study, limits=limits, progress=progress, cancel=cancel)
            case "Health":
                return health(study, limits=limits, progress=progress, cancel=cancel)
            case "Course":
                return course(study, limits=limits, progress=progress, cancel=cancel)
    raise ValueError(f"{of} is no answer of a study")


def saved_answer(path: str, of: str, instance: Instance) -> Any:
    """An answer about an instance, as its command wrote it; raises InputError for any other document."""
    from solver.errors import InputError
    from solver.instance.defects import Defect
    from solver.instance.jsonfile import read_json
    from solver.schemas import ANSWERS

    reading = read_json(Path(path))
    reading.findings.raise_if_any()
    document = reading.document
    kind = next((one for one in ANSWERS.values() if getattr(one, "__name__", "") == of), None)
    try:
        if kind is None or not {key for key in shape_of(kind) if key != "format"} <= set(document):
            raise ValueError(f"it is no {of}")
        answer = kind.from_dict(document)
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise InputError([Defect(path, f"the answer that this picture is of ({error})")]) from None
    about = getattr(answer, "instance", None)
    if about is not None and about["fingerprint"] != instance.fingerprint:
        remedy = f"an answer about {instance.name} as it is now, with the same --set"
        raise InputError([Defect(path, remedy, column="instance")])
    return answer


def shape_of(kind: Any) -> set[str]:
    """The keys that a document of this kind has."""
    from solver.shapes import keys_of

    return set(keys_of(kind))
