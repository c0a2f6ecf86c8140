"""pandas DataFrames in and out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from solver.instance.document import parse
from solver.instance.instance import Instance
from solver.instance.tables import TABLES
from tests.carried import defects, document, only, rich_document

PARTNERS = pd.DataFrame({"id": ["p1", "p2"], "revenue": [1.5, 2], "cost": np.array([1, 2], dtype="int32")})


def test_frames_and_documents_agree() -> None:
    frames = {
        "partners": PARTNERS.assign(
            capacity=[np.nan, 3], name=pd.array([pd.NA, "x"], dtype="string"), lead=[0.0, 1]
        ),
        "pairs": pd.DataFrame([{"first": "p1", "second": "p2", "kind": "conflict", "value": None}]),
    }
    rows = [
        {"id": "p1", "revenue": 1.5, "cost": 1},
        {"id": "p2", "revenue": 2, "cost": 2, "capacity": 3, "name": "x", "lead": 1},
    ]
    expected = document(partners=rows, pairs=[{"first": "p1", "second": "p2", "kind": "conflict"}], periods=2)
    assert Instance.from_tables(**frames, settings={"periods": 2}) == parse(expected)


def test_whole_numbers_become_ids() -> None:
    usage = pd.DataFrame({"id": [1.0], "resource": [7], "amount": [1]})
    resources = pd.DataFrame({"id": pd.array([7], dtype="Int64")})
    instance = Instance.from_tables(partners=PARTNERS.assign(id=[1, 2]), usage=usage, resources=resources)
    assert [row.id for row in instance.partners] == ["1", "2"]
    assert (instance.usage[0].id, instance.usage[0].resource) == ("1", "7")


def test_evidence_frame_joins_its_section() -> None:
    frame = pd.DataFrame({"partner": ["p1"], "trials": [3], "successes": [1]})
    settings = {"evidence": {"prior_strength": 2}}
    instance = Instance.from_tables(partners=PARTNERS, evidence=frame, settings=settings)
    assert (instance.prior.prior_strength, instance.evidence[0].trials) == (2, 3)


def test_defects_in_frames() -> None:
    unknown = only(defects(lambda: Instance.from_tables(partners=PARTNERS, partnerz=PARTNERS)))
    assert "did you mean partners?" in unknown.remedy
    rows = [{"id": "p1"}]
    assert "DataFrame" in only(defects(lambda: Instance.from_tables(partners=rows))).remedy  # type: ignore[arg-type]
    twice = pd.concat([PARTNERS, PARTNERS[["cost"]]], axis=1)
    assert only(defects(lambda: Instance.from_tables(partners=twice))).column == "cost"
    dated = PARTNERS.assign(revenue=pd.Timestamp("2024-01-01"))
    assert {d.column for d in defects(lambda: Instance.from_tables(partners=dated))} == {"revenue"}
    infinite = PARTNERS.assign(cost=[1, np.inf])
    assert only(defects(lambda: Instance.from_tables(partners=infinite))).row == 2


@pytest.mark.parametrize("table", list(TABLES))
def test_tables_come_back_as_frames(table: str) -> None:
    frame = parse(rich_document()).table(table)
    assert list(frame.columns[: len(TABLES[table].model_fields)]) == list(TABLES[table].model_fields)
    assert len(frame) == len(getattr(parse(rich_document()), table))


def test_an_instance_survives_its_frames() -> None:
    instance = parse(rich_document())
    sections = {key: value for key, value in instance.to_document().items() if key not in TABLES}
    sections["evidence"] = {"prior_strength": instance.prior.prior_strength}
    sections["health"] = {"red": instance.health_terms.red}
    frames = {table: instance.table(table) for table in TABLES}
    assert Instance.from_tables(settings=sections, **frames) == instance


def test_unknown_table_has_a_nearest_name() -> None:
    assert "did you mean pairs?" in only(defects(lambda: parse(document()).table("pair"))).remedy
