"""What contract shares are of: the whole value, or the revenue of each application and the rest."""

from __future__ import annotations

from collections.abc import Iterator

from solver.games.contract.clauses import Pool
from solver.portfolio.realised import expected_benefits
from solver.sharing.members import Members

REST = "rest"


def application_pools(members: Members) -> list[Pool]:
    """A pool for the expected revenue of every application that partners serve, shared by them and the hub.

    What is left of the value is shared by all; where nothing is left, the hub bears the difference.
    """
    everybody = tuple(range(len(members.players)))
    pools = list(_revenues(members))
    rest = members.value - sum(pool.amount for pool in pools)
    return [*pools, Pool(REST, rest, everybody)] if rest > 0 else pools


def _revenues(members: Members) -> Iterator[Pool]:
    selection = members.selection
    assessment, outlook = selection.assessment, selection.assessment.outlook
    benefits = expected_benefits(selection)
    player = {partner: number for number, partner in enumerate(members.partners, 1)}
    charged = (
        assessment.options.charged if outlook is None else outlook.cost_part(outlook.scenarios.probability)
    )
    for application in selection.applications:
        revenue = benefits[application] + float(charged[selection.option_of[application]])
        serving = sorted(player[partner] for partner in selection.serving.get(application, ()))
        if revenue > 0 and serving:
            yield Pool(assessment.elements[application], revenue, (0, *serving))
