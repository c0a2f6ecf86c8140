"""What changed since last time, and comparisons: effects of inputs add up, and every value is true."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.answers.change import change
from solver.answers.compare import compare
from solver.answers.differences import differences
from solver.cli import cli
from solver.study.study import Study
from tests import oracles
from tests.draw import documents
from tests.draw_risk import risky_documents
from tests.draws import unshrunk
from tests.test_resilience import close

Document = dict[str, Any]


@st.composite
def changed(draw: st.DrawFn, document: Document) -> Document:
    """The document with some numbers changed, somebody new, and somebody gone."""
    other = copy.deepcopy(document)
    for row in other["partners"]:
        if draw(st.booleans()):
            row["revenue"] = row.get("revenue", 0.0) + draw(st.sampled_from([-1.0, 2.0, 5.0]))
            row["revenue"] = max(0.0, row["revenue"])
    if draw(st.booleans()):
        other["discount_rate"] = 0.1
    if draw(st.booleans()):
        other.setdefault("limits", {})["pair_overhead"] = 0.75
    if draw(st.booleans()):
        other["partners"].append({"id": "new", "revenue": 30.0, "cost": 1.0})
    if draw(st.booleans()) and len(other["partners"]) > 1:
        gone = other["partners"].pop(0)["id"]
        for table, rows in list(other.items()):
            if isinstance(rows, list):
                other[table] = [row for row in rows if not _names(row, gone)]
                if not other[table]:
                    del other[table]
            elif isinstance(rows, dict) and "rows" in rows:
                rows["rows"] = [row for row in rows["rows"] if not _names(row, gone)]
    return other


def _names(row: Document, gone: str) -> bool:
    return any(part == gone or (isinstance(part, str) and gone in part.split(";")) for part in row.values())


@pytest.mark.slow
@unshrunk(16)
@given(st.data())
def test_values_are_what_oracles_say_and_effects_add_up(data: st.DataObject) -> None:
    document = data.draw(st.one_of(documents(max_portfolios=200), risky_documents()))
    other = data.draw(changed(document))
    last, now = (pf.Instance.from_document(one) for one in (document, other))
    old = pf.solve(last, split=False).portfolio
    if old is None:
        return
    study = Study(now)
    found = change(study, last, old)
    assert found.before + sum(one.effect for one in found.effects) == pytest.approx(found.between, abs=1e-8)
    told = [one for effect in found.effects for one in effect.differences]
    assert tuple(told) == differences(last, now)
    assert bool(told) == (last.fingerprint != now.fingerprint)
    assert set(found.lost) == {row.id for row in old.partners} - {row["id"] for row in other["partners"]}
    best = pf.solve(now, split=False)
    assert (found.after is None) == (best.value is None)
    if found.after is not None:
        assert found.after == pytest.approx(found.between + found.gain, abs=1e-8)
        assert (found.regret.sign, found.regret.value) == ("=", close(0.0))
    if "risk" not in document:
        assert found.before == close(oracles.value(document, old.to_dict())["total"])
        if not found.lost:
            assert found.between == close(oracles.value(other, old.to_dict())["total"])


def test_differences_carried_out_one_by_one_lead_from_one_document_to_the_other() -> None:
    last = pf.read("instances/healthcare")
    now = last.with_("limits.budget=+10%", "partners.medimage.cost=5", "evidence.prior_strength=3")
    places = [one.place for one in differences(last, now)]
    assert places == ["limits", "evidence", "partners.medimage"]
    (limits, *_) = differences(last, now)
    assert [(cell.key, cell.before != cell.after) for cell in limits.cells] == [("budget", True)]
    assert differences(last, last) == ()


def test_saved_what_ifs_stand_side_by_side(tmp_path: Path) -> None:
    words = {"less money": ["limits.budget=-20%"], "nothing": ["limits.budget=1", "limits.min_partners=1"]}
    saved = pf.whatif(Study(pf.read("instances/first")), words)
    path = tmp_path / "whatifs.json"
    path.write_text(json.dumps(saved.to_dict()), encoding="utf-8")
    shown = CliRunner().invoke(cli, ["compare", "instances/first", str(path), "--json", "-", "--quiet"])
    entries = {one["name"]: one["worth"]["value"] for one in json.loads(shown.stdout)["entries"]}
    cases = {one.name: one.best.value for one in (saved.base, *saved.cases) if one.portfolio is not None}
    assert set(cases) == {"as it is", "less money"}
    assert {name: entries[name] for name in cases} == pytest.approx(cases)
    path.write_text('{"cases": [{"name": "less money"}]}', encoding="utf-8")
    wrong = CliRunner().invoke(cli, ["compare", "instances/first", str(path), "--quiet"])
    assert wrong.exit_code == 2
    assert "the JSON that `partnerfolio whatif` wrote" in " ".join(wrong.stderr.split())


@pytest.mark.slow
def test_plans_results_and_instances_stand_side_by_side(tmp_path: Path) -> None:
    study = Study(pf.read("instances/first"))
    result = study.solve(split=False)
    richer = study.instance.with_("limits.budget=+20%")
    plan = {"partners": ["recordwell", "voicebot"], "applications": []}
    found = compare(study, {"result": result, "plan": plan, "richer": richer})
    best, same, typed, other = found.entries
    assert best.worth == same.worth
    assert (same.moves, same.inputs, same.kind) == ((), (), "plan")
    assert typed.broken
    assert other.worth.value == close(pf.solve(richer, split=False).objective)
    assert [one.place for one in other.inputs] == ["limits"]
    path = tmp_path / "plan.json"
    path.write_text('{"partners": ["medimage"], "applications": []}')
    pf.write(richer, tmp_path / "richer.json")
    words = ["compare", "instances/first", str(path), str(tmp_path / "richer.json"), "--quiet"]
    shown = CliRunner().invoke(cli, words)
    assert shown.exit_code == 0
    assert "richer.json is worth most" in shown.stdout
    assert "richer.json: limits: budget 190 → 228" in shown.stdout
    told = CliRunner().invoke(cli, ["change", str(tmp_path / "richer.json"), "instances/first", "--quiet"])
    assert told.exit_code == 0
    assert "on new data the old plan is worth the same" in " ".join(told.stdout.split())
