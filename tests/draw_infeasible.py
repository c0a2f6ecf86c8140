"""Hypothesis strategies: small documents that ask for more than there is."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from tests.draw import documents
from tests.draw_risk import risky_documents

Document = dict[str, Any]


@st.composite
def demanding_documents(draw: st.DrawFn, risky: bool = False) -> Document:
    """A document with demands on top, most of them infeasible."""
    document: Document = draw(risky_documents() if risky else documents(max_portfolios=32))
    count = len(document["partners"])
    for row in (*document["partners"], *document.get("applications", ())):
        row["status"] = draw(st.sampled_from(["in", "in", "free", "out", row.get("status", "free")]))
        if row["status"] != "running":
            row.pop("running_level", None)
    ids = [row["id"] for row in document["partners"]]
    rows = [
        {"first": one, "second": two, "kind": draw(st.sampled_from(["conflict", "requires"]))}
        for one, two in pairwise(ids)
        if draw(st.booleans())
    ]
    document["pairs"] = [*document.get("pairs", ()), *rows]
    limits = document.setdefault("limits", {})
    if draw(st.booleans()):
        limits["min_partners"] = draw(st.integers(1, count))
        limits["max_partners"] = max(limits.get("max_partners", count), limits["min_partners"])
    if draw(st.booleans()):
        limits["budget"] = draw(st.sampled_from([0.0, 0.5, 5.0, 20.0]))
        limits["overruns"] = draw(st.integers(0, 1))
    if "limit" in document.get("risk", {}):
        risk = document["risk"] | {"limit": draw(st.sampled_from([-30.0, -12.0, -4.0]))}
        if draw(st.integers(0, 2)) == 0:
            drawn = {key: risk[key] for key in ("limit", "scenarios", "seed", "copula")}
            risk = drawn | {"measure": "var", "level": draw(st.sampled_from([0.4, 0.8]))}
        document["risk"] = risk
    return document
