"""Hypothesis strategies: small instance documents in which partners fail and amounts disappoint."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Document = dict[str, Any]

MEASURES = {
    "cvar": st.fixed_dictionaries({"level": st.sampled_from([0.0, 0.5, 0.8, 0.95, 1.0])}),
    "evar": st.fixed_dictionaries({"level": st.sampled_from([0.5, 0.9])}),
    "entropic": st.fixed_dictionaries({"theta": st.sampled_from([0.05, 0.5])}),
    "mean_std": st.fixed_dictionaries({"kappa": st.sampled_from([0.5, 1.5])}),
    "mean_semideviation": st.fixed_dictionaries({"kappa": st.sampled_from([0.5, 1.0])}),
    "mad": st.fixed_dictionaries({"kappa": st.sampled_from([0.5, 1.0])}),
    "worst_case": st.just({}),
    "spectral": st.just({"spectrum_levels": [0.2, 0.8], "spectrum_weights": [0.75, 0.25]}),
}
LINEAR = ("cvar", "worst_case", "spectral", "mad")
success = st.sampled_from([1.0, 0.9, 0.7, 0.5, 0.0])
cv = st.sampled_from([0.0, 0.0, 0.3, 0.8])
money = st.integers(0, 20).map(float)


@st.composite
def risky_documents(draw: st.DrawFn, measures: tuple[str, ...] = tuple(MEASURES)) -> Document:
    """Two or three partners, up to two applications that need them, and a risk that is limited or priced."""
    partners = [draw(_engaged(f"p{n}")) for n in range(1, draw(st.integers(2, 3)) + 1)]
    applications = [draw(_engaged(f"a{n}", 15.0)) for n in range(1, draw(st.integers(0, 2)) + 1)]
    names = [row["id"] for row in partners]
    document: Document = {
        "periods": draw(st.sampled_from([1, 1, 2])),
        "partners": partners,
        "levels": draw(_levels(names[0])),
        "applications": applications,
        "capabilities": [
            {"holder": name, "technology": what, "level": 1.0}
            for name in names
            for what in ("nlp", "edge")
            if draw(st.booleans())
        ],
        "requirements": [
            {"application": row["id"], "technology": what, "level": 0.5} | draw(_providers())
            for row in applications
            for what in draw(st.sampled_from([["nlp"], ["nlp"], ["nlp", "edge"]]))
        ],
        "pairs": [
            {
                "first": names[0],
                "second": names[1],
                "kind": "synergy",
                "value": draw(st.sampled_from([4.0, -3.0])),
            }
        ][: draw(st.integers(0, 1))],
        **draw(_market([row["id"] for row in (*partners, *applications)])),
        "limits": draw(st.sampled_from([{}, {"max_partners": 2}, {"budget": 25.0}])),
        "risk": draw(_risk(measures)),
    }
    return {key: part for key, part in document.items() if part != []}


@st.composite
def _engaged(draw: st.DrawFn, name: str, more: float = 0.0) -> dict[str, Any]:
    return {
        "id": name,
        "revenue": more + draw(money),
        "cost": draw(st.integers(0, 8).map(float)),
        "success": draw(success),
        "revenue_cv": draw(cv),
        "cost_cv": draw(cv),
        "industry": draw(st.sampled_from(["health", "finance"])),
    }


@st.composite
def _levels(draw: st.DrawFn, partner: str) -> list[dict[str, Any]]:
    if draw(st.booleans()):
        return []
    return [
        {"partner": partner, "level": "light"},
        {"partner": partner, "level": "deep", "success": 0.95, "cost": 5},
    ]


@st.composite
def _providers(draw: st.DrawFn) -> dict[str, int]:
    providers, backups = draw(st.sampled_from([(1, 0), (1, 1), (2, 0), (1, 2)]))
    return {"providers": providers, "max_providers": providers + backups}


@st.composite
def _market(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    """Sometimes a segment in which some compete: what two attract is worth less than the two alone."""
    attractive = [name for name in names if draw(st.booleans())] if draw(st.sampled_from([0, 0, 1])) else []
    segment = {"id": "m", "demand": 40.0, "hub_attraction": 0.5, "rival_attraction": 2.5}
    return {
        "segments": [segment] if attractive else [],
        "attractions": [{"source": name, "segment": "m", "attraction": 2.0} for name in attractive],
    }


@st.composite
def _risk(draw: st.DrawFn, measures: tuple[str, ...]) -> dict[str, Any]:
    name = draw(st.sampled_from(measures))
    wish = draw(st.sampled_from(["limit", "weight", "both", "neither"]))
    limit = (
        {"limit": draw(st.sampled_from([-15.0, -8.0, -3.0, 0.0, 2.0]))} if wish in ("limit", "both") else {}
    )
    weight = {"weight": draw(st.sampled_from([0.25, 1.0, 3.0]))} if wish in ("weight", "both") else {}
    drawn = {
        "scenarios": draw(st.sampled_from([4, 16, 50])),
        "seed": draw(st.integers(0, 1000)),
        "copula": draw(st.sampled_from(["gaussian", "t", "clayton", "independent"])),
    }
    return {"measure": name} | draw(MEASURES[name]) | limit | weight | drawn
