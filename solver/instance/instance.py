"""The instance: everything a planner knows, in one frozen object."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from solver.instance import scoring, tables
from solver.instance.settings import (
    EvidencePrior,
    General,
    HealthTerms,
    Hub,
    Limits,
    Objective,
    Risk,
    Split,
)
from solver.shown import Shown

if TYPE_CHECKING:
    import pandas


class Instance(General, Shown):
    """What the planner knows about partners, applications, risks and limits.

    Build one with `pf.read(path)`, `Instance.from_document(mapping)`, `Instance.from_tables(...)` or
    `Instance(partners=[{"id": "p1", "revenue": 100, "cost": 50}], limits={"budget": 80})`; all of them check
    the same and report every defect at once as an `InputError`. Rows keep the order in which they were given.
    """

    hub: Hub = Hub()
    objective: Objective = Objective()
    prior: EvidencePrior = EvidencePrior()
    health_terms: HealthTerms = HealthTerms()
    limits: Limits = Limits()
    risk: Risk | None = None
    split: Split | None = None
    partners: tuple[tables.Partner, ...] = ()
    levels: tuple[tables.Level, ...] = ()
    capabilities: tuple[tables.Capability, ...] = ()
    technologies: tuple[tables.Technology, ...] = ()
    applications: tuple[tables.Application, ...] = ()
    requirements: tuple[tables.Requirement, ...] = ()
    assignments: tuple[tables.Provision, ...] = ()
    resources: tuple[tables.Resource, ...] = ()
    usage: tuple[tables.Usage, ...] = ()
    cash_flows: tuple[tables.CashFlow, ...] = ()
    pairs: tuple[tables.Pair, ...] = ()
    segments: tuple[tables.Segment, ...] = ()
    attractions: tuple[tables.Attraction, ...] = ()
    groups: tuple[tables.Group, ...] = ()
    evidence: tuple[tables.Evidence, ...] = ()
    health: tuple[tables.Health, ...] = ()
    actuals: tuple[tables.Actual, ...] = ()
    history: tuple[tables.History, ...] = ()
    scenarios: tuple[tables.Scenario, ...] = ()
    correlations: tuple[tables.Correlation, ...] = ()
    risks: tuple[tables.FurtherRisk, ...] = ()
    outside: tuple[tables.Outside, ...] = ()
    plan: tuple[tables.PlanRow, ...] = ()
    whatifs: tuple[tables.Whatif, ...] = ()
    criteria: tuple[scoring.Criterion, ...] = ()
    weights: tuple[scoring.Weight, ...] = ()
    scores: tuple[scoring.Score, ...] = ()

    def __init__(self, **values: Any) -> None:
        """Take sections and rows as mappings, or as objects of another instance, and check all of them.

        Raises InputError with every defect found, at places such as `partners[2].revenue`.
        """
        from solver.instance.construction import constructed

        self.__setstate__(constructed(values).__getstate__())

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Instance:
        """Read a JSON-like mapping (spec of the format: `partnerfolio schema`).

        Raises InputError with every defect found.
        """
        from solver.instance.document import parse

        return parse(document)

    @classmethod
    def from_tables(
        cls,
        *,
        partners: pandas.DataFrame,
        settings: Mapping[str, Any] | None = None,
        **frames: pandas.DataFrame,
    ) -> Instance:
        """Read pandas DataFrames, one per table; empty cells (NaN, None) are absent values.

        `settings` holds the keys of `instance.toml`, e.g. `{"limits": {"budget": 500}}`.
        Raises InputError with every defect found.
        """
        from solver.instance.frames import document_of

        return cls.from_document(document_of({"partners": partners, **frames}, settings or {}))

    def with_(self, *assignments: str) -> Instance:
        """A changed instance, checked: `instance.with_("limits.budget=50", "partners.p3.status=in")`.

        An assignment is written as after `--set`; nothing after the `=` makes the value empty. Raises
        InputError with every assignment that leads nowhere and every defect of the changed instance.
        """
        from solver.instance.document import judged
        from solver.instance.overrides import overridden
        from solver.instance.reading import Reading

        return judged(overridden(Reading(self.to_document()), assignments, "with_"))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy, with some fields replaced and everything checked again.

        Raises InputError with every defect found.
        """
        if not update:
            return super().model_copy(deep=deep)
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**fields | dict(update))

    def to_document(self) -> dict[str, Any]:
        """The JSON document of this instance: plain values, defaults left out."""
        from solver.instance.document import dump

        return dump(self)

    def table(self, name: str) -> pandas.DataFrame:
        """One table as a pandas DataFrame with every column, empty cells as missing values."""
        from solver.instance.frames import frame_of

        return frame_of(self, name)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical JSON: the same for every carrier of the same instance.

        A plan and what-ifs that stand beside what is known do not count.
        """
        known = {key: part for key, part in self.to_document().items() if key not in ("plan", "whatifs")}
        canonical = json.dumps(known, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about what is legal but odd; none when nothing is."""
        from solver.instance.oddities import warnings_of

        return warnings_of(self)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Names shown to people, by id of hub, partner and application."""
        engaged = (*self.partners, *self.applications)
        return {self.hub.id: self.hub.label} | {row.id: row.label for row in engaged}
