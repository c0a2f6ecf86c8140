"""The report of rolling: how ways to run the alliance do over many futures, and what sets them apart."""

from __future__ import annotations

from collections.abc import Iterator

from solver.instance.instance import Instance
from solver.lifecycle.roll import Estimate, PolicyFigures, Rolling
from solver.report.amounts import counted, money, number, percent, titled
from solver.report.blocks import Report, amounts, figures, report, section, table, text, words
from solver.report.words import names_in

CALLED = {
    "static": "as planned",
    "ranking": "by ranking",
    "rebalance": "changed on news",
}


def roll_summary(found: Rolling, instance: Instance) -> Report:
    """The whole report."""
    came = [one for one in found.policies if one.value is not None]
    return report(
        f"{instance.name}: {_headline(found, instance)}",
        section(
            titled("What the alliance is worth over all periods", instance),
            table(
                words("way", [_called(one.policy) for one in came]),
                amounts("expected of the plan", [one.planned for one in came]),
                amounts("on average", [one.value.mean for one in came if one.value]),
                figures("95 % interval", [_range(one.value) for one in came]),
                amounts("worst tenth", [one.worst for one in came]),
                amounts("changes", [one.changes for one in came]),
            ),
        ),
        section(f"Against {_called(found.policies[0].policy)}", text(*_differences(found))),
        section("How it was found out", text(*_method(found))),
        names=names_in(instance),
    )


def _headline(found: Rolling, instance: Instance) -> str:
    if all(one.portfolio is None for one in found.policies):
        return "no portfolio was found to begin with; `partnerfolio explain` says why there is none"
    if not found.futures:
        return "no future came in time; more time says more"
    over = f"over {counted(found.periods, 'period')} and {counted(found.futures, 'future')}"
    first, *others = (one for one in found.policies if one.value is not None)
    if not first.value:
        return over
    apart = [one for one in others if one.against is not None and _differs(one.against)]
    if not apart:
        alike = "; no other way differs by more than chance" if others else ""
        return f"{over}, {_called(first.policy)} it is worth {money(first.value.mean, instance)}{alike}"
    most = max(apart, key=lambda one: one.against.mean if one.against else 0.0)
    assert most.against is not None
    gain = most.against.mean
    more = "more" if gain > 0 else "less"
    told = f"{_called(most.policy)} it is worth {money(abs(gain), instance)} {more} than"
    return f"{over}, {told} {_called(first.policy)}"


def _called(policy: str) -> str:
    kind, _, most = policy.partition(":")
    if most:
        return f"at most {counted(int(most), 'change')} on news"
    return CALLED[kind]


def _range(value: Estimate | None) -> str:
    if value is None or value.low is None or value.high is None:
        return ""
    return f"{number(value.low)} to {number(value.high)}"


def _differs(value: Estimate) -> bool:
    """Whether nothing lies outside the interval."""
    if value.low is None or value.high is None:
        return False
    return value.low > 0 or value.high < 0


def _differences(found: Rolling) -> Iterator[str]:
    for one in found.policies[1:]:
        if one.portfolio is None:
            yield f"{_called(one.policy)}: no portfolio was found that way."
        elif one.against is not None:
            yield f"{_called(one.policy)}: {_difference(one)}."


def _difference(one: PolicyFigures) -> str:
    against = one.against
    assert against is not None
    if against.mean == 0 and against.low in (0, None):
        return "the same in every future"
    sign = "+" if against.mean > 0 else ""
    within = f", 95 % interval {_range(against)}" if against.low is not None else ""
    chance = "" if _differs(against) else ", which may be chance"
    told = f"{sign}{number(against.mean)} on average{within}{chance}"
    return f"{told}; more in {percent(one.better or 0.0)} of futures"


def _method(found: Rolling) -> Iterator[str]:
    if not found.futures:
        return
    yield (
        f"All ways meet the same futures, drawn with seed {found.seed}: who delivers, what comes in and what "
        "is spent holds for the whole horizon. After each period the plan is looked at again where something "
        f"was learned; to have delivered or not counts as {number(found.weight)} trials of a pilot."
    )
    for one in found.policies:
        if one.stuck:
            times = f"{counted(one.stuck, 'time')} the rules left nothing to choose"
            yield f"{_called(one.policy)}: {times}, and the plan went on as it was."
    if found.futures < found.wanted:
        yield f"Only {found.futures:,} of {found.wanted:,} futures came in time."
