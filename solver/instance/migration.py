"""Older documents become documents of the current format, one version at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from solver.instance.cells import plain
from solver.instance.defects import Defect, Findings

CURRENT = 1
Migration = Callable[[dict[str, Any]], dict[str, Any]]
MIGRATIONS: Mapping[int, Migration] = {}


def migrated(
    document: Mapping[str, Any],
    findings: Findings,
    *,
    migrations: Mapping[int, Migration] = MIGRATIONS,
    current: int = CURRENT,
) -> dict[str, Any]:
    """The document in the current format; `migrations[n]` turns format n into format n + 1.

    A format that is newer than this software, or too old for it, is a finding.
    """
    document = dict(document)
    version = plain(document.get("format", current))
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        return document
    if version > current:
        text = f"at most {current}; a newer version of partnerfolio wrote this, install that one"
        findings.add(Defect("instance", text, column="format", value=version))
        return document | {"format": current}
    while version < current:
        if version not in migrations:
            text = f"a format this version can read; format {version} is too old"
            findings.add(Defect("instance", text, column="format", value=version))
            break
        document = migrations[version](document)
        version += 1
    return document | {"format": current}
