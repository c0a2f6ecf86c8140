"""All synthetic tables put together."""

from __future__ import annotations

from solver.instance.generator import engagements, relations, scarcity, surroundings, technology
from solver.instance.generator.recipe import Recipe
from solver.instance.instance import Instance
from solver.instance.settings import Hub

HUB = Hub(id="hub", name="Synthetic hub")
DISCOUNT_RATE = 0.02


def assembled(recipe: Recipe) -> Instance:
    """The instance of a recipe, table by table."""
    partners = engagements.partners(recipe)
    levels = engagements.levels(recipe, partners)
    applications = engagements.applications(recipe)
    technologies = technology.technologies(recipe)
    capabilities = technology.capabilities(recipe, technologies, HUB.id)
    usage = surroundings.engineers(recipe, partners, applications)
    return Instance(
        name=f"synthetic {recipe.partners} x {recipe.applications}, seed {recipe.seed}",
        periods=recipe.periods,
        discount_rate=DISCOUNT_RATE,
        hub=HUB,
        limits=scarcity.limits(recipe, partners, levels, applications),
        partners=partners,
        levels=levels,
        capabilities=capabilities,
        technologies=technologies,
        applications=applications,
        requirements=technology.requirements(recipe, capabilities, HUB.id),
        resources=(scarcity.engineers_available(recipe, usage),),
        usage=usage,
        pairs=relations.synergies(recipe, partners) + relations.obstacles(recipe, partners, applications),
        segments=surroundings.segments(recipe),
        attractions=surroundings.attractions(recipe, partners, applications),
        groups=surroundings.groups(recipe, partners),
        evidence=surroundings.pilots(recipe, partners, applications),
        outside=relations.outside(recipe),
    )
