"""What-ifs: each is what its own instance is worth, wherever it stands and however many solve at once."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.answers.whatif import Whatifs, whatif
from solver.instance.whatifs import read_whatifs, whatifs_of
from solver.run import Termination
from solver.study.study import Study
from tests import oracles
from tests.draw import documents
from tests.draw_risk import risky_documents
from tests.draws import draws, unshrunk
from tests.test_explain import Later
from tests.test_resilience import close, holds

Document = dict[str, Any]


@st.composite
def varied(draw: st.DrawFn, document: Document) -> tuple[dict[str, list[str]], dict[str, Document]]:
    """Some what-ifs, and by hand the documents that they make."""
    whatifs: dict[str, list[str]] = {}
    changed: dict[str, Document] = {}
    partners = [row["id"] for row in document["partners"]]
    for number in range(draw(st.integers(1, 4))):
        other, words = copy.deepcopy(document), []
        for kind in draw(st.lists(st.sampled_from(["budget", "cost", "in", "out", "count"]), min_size=1)):
            place = draw(st.integers(0, len(partners) - 1))
            row = other["partners"][place]
            share = draw(st.sampled_from([-50, -10, 10, 30]))
            if kind == "budget" and "budget" in other.get("limits", {}):
                words.append(f"limits.budget={share:+}%")
                other["limits"]["budget"] *= (100 + share) / 100
            elif kind == "cost":
                words.append(f"partners.{row['id']}.cost={share:+}%")
                row["cost"] = row.get("cost", 0.0) * (100 + share) / 100
            elif kind == "count":
                words.append("limits.max_partners=1")
                other.setdefault("limits", {})["max_partners"] = 1
                other["limits"]["min_partners"] = 0
                words.append("limits.min_partners=0")
            elif row.get("status", "free") == "free" and kind in ("in", "out"):
                words.append(f"{kind}={row['id']}")
                row["status"] = kind
        if words:
            whatifs[f"variant {number}"], changed[f"variant {number}"] = words, other
    return whatifs, changed


def priced(document: Document) -> bool:
    """Whether somebody's cash flows stand in place of costs that what-ifs change."""
    return bool(document.get("cash_flows") or document.get("levels"))


@pytest.mark.slow
@unshrunk(16)
@given(st.data())
def test_each_is_what_enumeration_says_of_the_changed_document(data: st.DataObject) -> None:
    document = data.draw(documents(max_portfolios=500).filter(lambda one: not priced(one)))
    whatifs, changed = data.draw(varied(document))
    found = whatif(Study(pf.Instance.from_document(document)), whatifs)
    assert [one.name for one in found.cases] == list(whatifs)
    base = agree(found.base, document)
    for case in found.cases:
        best = agree(case, changed[case.name])
        if best is not None and base is not None:
            assert case.gain.value == close(best - base)
            assert case.gain.sign == "="


def agree(case: Any, document: Document) -> float | None:
    best = oracles.best(document)
    if best is None:
        assert (case.termination, case.portfolio) == (Termination.infeasible, None)
        return None
    assert (case.best.sign, case.best.value) == ("=", close(best[0]))
    spend = sum(row["cost"] + row.get("setup_cost", 0) for row in document["partners"])
    assert case.spending <= 1e9 + spend
    assert not oracles.broken(document, case.portfolio.to_dict())
    return best[0]


@pytest.mark.slow
@draws(6)
@given(risky_documents(), st.sampled_from([-50, 20]))
def test_with_risk_each_is_what_a_fresh_solve_says(document: Document, share: int) -> None:
    instance = pf.Instance.from_document(document)
    words = ["partners.p1.revenue=+10%", "risk.weight=1", f"partners.p2.cost={share:+}%", "out=p1"]
    found = whatif(Study(instance), {"other": words})
    fresh = pf.solve(instance.with_(*words[:-1]), exclude=["p1"], split=False)
    (case,) = found.cases
    assert case.termination == fresh.termination
    if fresh.objective is not None:
        assert case.best.value == close(fresh.objective)
        assert case.value == close(fresh.value)
        assert case.risk == close(fresh.risks[0].value)


@pytest.mark.slow
@unshrunk(6)
@given(documents(max_portfolios=200), st.integers(1, 200))
def test_what_is_said_when_it_has_to_stop_midway_is_true(document: Document, looks: int) -> None:
    instance = pf.Instance.from_document(document)
    words = {"one": ["limits.max_partners=1", "limits.min_partners=0"], "nobody": ["limits.min_partners=0"]}
    whole = whatif(Study(instance), words)
    found = whatif(Study(instance), words, cancel=Later(looks))
    for case, true in zip((found.base, *found.cases), (whole.base, *whole.cases), strict=True):
        assert case.termination in (None, true.termination, Termination.cancelled)
        if true.best.value is not None:
            holds(case.best, true.best)
            if true.gain.value is not None:
                holds(case.gain, true.gain)


WHATIFS = {
    "less money": ["limits.budget=-20%"],
    "dear": ["partners.medimage.cost=+50%", "in=recordwell"],
    "without": ["out=medimage"],
    "nothing": ["in=medimage", "limits.budget=1"],
}


def figures(found: Whatifs) -> list[tuple[Any, ...]]:
    cases = (found.base, *found.cases)
    return [(one.name, one.termination, one.best.value, one.value, one.spending) for one in cases]


@pytest.mark.slow
def test_several_processes_give_the_same_answers() -> None:
    instance = pf.read("instances/first")
    heard: list[Any] = []
    alone = whatif(Study(instance), WHATIFS)
    several = whatif(Study(instance), WHATIFS, workers=2, progress=heard.append)
    assert figures(several) == figures(alone)
    assert [one.gain.sign for one in several.cases] == ["=", "=", "=", "unknown"]
    assert several.cases[3].termination is Termination.infeasible
    assert {progress.question[1] for progress in heard if progress.question} == {5}


@pytest.mark.slow
def test_several_processes_give_what_they_have_when_somebody_cancels() -> None:
    study = Study(pf.read("instances/ecosystem"))
    words = {name: [f"limits.budget={share}%"] for name, share in (("less", "-5"), ("more", "+5"))}
    cancel = pf.Cancel()
    stopped = whatif(study, words, workers=2, cancel=cancel, progress=lambda _: cancel.cancel())
    assert {one.termination for one in (stopped.base, *stopped.cases)} <= {None, Termination.cancelled}


def test_locks_and_rules_that_were_asked_for_stay() -> None:
    study = Study(pf.read("instances/first")).locked(exclude=["medimage"]).limited(pf.rules.Budget(170))
    found = whatif(study, {"dear": ["partners.clinicnet.cost=+10%"], "more": ["limits.budget=1000"]})
    fresh = pf.read("instances/first").with_("limits.budget=170", "partners.clinicnet.cost=+10%")
    dear, more = found.cases
    assert dear.best.value == close(pf.solve(fresh, exclude=["medimage"], split=False).objective)
    assert more.best.value == found.base.best.value  # the rule that was asked for holds, not the setting


ROWS = [
    {"name": "less", "key": "limits.budget", "value": "-10%"},
    {"name": "less", "key": "in", "value": "p1; p2"},
    {"name": "more", "key": "limits.budget", "value": 12},
]
SMALL: Document = {
    "partners": [
        {"id": "p1", "name": "Alpha", "revenue": 9, "cost": 2},
        {"id": "p2", "revenue": 5, "cost": 3},
    ],
    "limits": {"budget": 10},
}


@pytest.mark.parametrize("name", ["alliance.xlsx", "alliance.json", "folder"])
def test_they_stand_in_the_table_whatifs_of_every_carrier(tmp_path: Path, name: str) -> None:
    instance = pf.Instance.from_document(SMALL | {"whatifs": ROWS})
    pf.write(instance, tmp_path / name)
    again = pf.read(tmp_path / name)
    assert again == instance
    assert again.fingerprint == pf.Instance.from_document(SMALL).fingerprint
    less, more = whatif(Study(again)).cases
    assert (less.overrides, less.include) == (("limits.budget=-10%",), ("p1", "p2"))
    assert more.overrides == ("limits.budget=12",)


TOML = """
[less]
limits.budget = "-10%"
in = ["p1", "p2"]

["more"]
"limits.budget" = 12
"""


def test_a_file_of_their_own_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "whatifs.toml"
    path.write_text(TOML, encoding="utf-8")
    instance = pf.Instance.from_document(SMALL)
    inside = pf.Instance.from_document(SMALL | {"whatifs": ROWS})
    assert read_whatifs(str(path), instance) == tuple(
        pf.Whatif(one.name, one.overrides, one.include) for one in whatif(Study(inside)).cases
    )
    pf.write(instance, tmp_path / "folder")
    path.rename(tmp_path / "folder" / "whatifs.toml")
    assert whatifs_of(pf.read(tmp_path / "folder").whatifs) == whatifs_of(inside.whatifs)


WRONG = [
    ("limits.bugdet", "3", "key", "did you mean budget?"),
    ("limits.ip_exposure", "-10%", "key", "ip_exposure has none"),
    ("limits.budget", "-5", "value", "at least 0"),
    ("in", "p3", "value", "an id, or a name that only one has"),
    ("out", None, "value", "separated by ;"),
]


@pytest.mark.parametrize(("key", "value", "column", "words"), WRONG)
def test_what_leads_nowhere_is_refused_with_the_place_in_the_file(
    tmp_path: Path, key: str, value: str | None, column: str, words: str
) -> None:
    (tmp_path / "partners.csv").write_text("id,revenue,cost\np1,9,2\np2,5,3\n")
    (tmp_path / "instance.toml").write_text("format = 1\n[limits]\nbudget = 10\n")
    rows = f"name,key,value\nfine,limits.budget,+10%\nwrong,{key},{value or ''}\n"
    (tmp_path / "whatifs.csv").write_text(rows)
    with pytest.raises(pf.InputError) as refused:
        pf.read(tmp_path)
    (defect,) = refused.value.defects
    assert defect.whereabouts == f"whatifs.csv, line 3, column {column}"
    assert words in defect.remedy
    (tmp_path / "whatifs.csv").unlink()
    toml = f'[fine]\nlimits.budget = "+10%"\n[wrong]\n{key} = "{value or ""}"\n'
    (tmp_path / "whatifs.toml").write_text(toml)
    with pytest.raises(pf.InputError) as refused:
        pf.read(tmp_path)
    (defect,) = refused.value.defects
    assert defect.whereabouts == f"whatifs.toml, line 4, column {column}"


def test_what_python_hands_over_is_refused_by_name_before_anything_is_solved() -> None:
    study = Study(pf.Instance.from_document(SMALL))
    with pytest.raises(pf.InputError, match=r"what-if cheap: .*did you mean budget"):
        whatif(study, {"cheap": ["limits.bugdet=3"]})
    with pytest.raises(pf.InputError, match="did you mean less"):
        whatif(Study(pf.Instance.from_document(SMALL | {"whatifs": ROWS})), only=["lless"])
