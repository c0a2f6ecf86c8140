"""Placeholder, being written."""
from __future__ import annotations
from dataclasses import dataclass


@dataclass(frozen=True)
class Clauses:
    tier: float = 0.0
    floor: float = 0.0
    cap: float = 1.0
    nearest: str = "sum"


@dataclass(frozen=True)
class Pool:
    name: str
    amount: float
    sharers: tuple[int, ...]


@dataclass(frozen=True)
class Contract:
    pass


def contract(*args, **kwargs):
    return None
