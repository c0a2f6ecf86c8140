"""Invented names: companies, fields of technology, industries and regions."""

INDUSTRIES = ("healthcare", "finance", "manufacturing", "transport", "smart city", "education")
REGIONS = ("North America", "Europe", "East Asia", "South Asia")

COMPANY_STEMS = (
    "Aldera", "Borealis", "Cindral", "Dovetail", "Estuary", "Fennwick", "Galvane", "Halcyon", "Ilmari", "Juniper",
    "Kestrel", "Lumenta", "Maravel", "Northgate", "Ostara", "Pellucid", "Quillon", "Ravenna", "Solvane", "Tamarind",
)  # fmt: skip
COMPANY_TRADES = {
    "healthcare": "Health",
    "finance": "Finance",
    "manufacturing": "Works",
    "transport": "Mobility",
    "smart city": "Urban",
    "education": "Learning",
}
TECHNOLOGY_FIELDS = (
    "language", "vision", "speech", "forecasting", "robotics", "planning", "sensing", "privacy", "knowledge", "simulation",
)  # fmt: skip
TECHNOLOGY_ASPECTS = ("models", "data", "operations", "safety")
APPLICATION_KINDS = ("assistant", "monitoring", "scheduling", "inspection", "advisory", "marketplace")
LEVEL_NAMES = ("pilot", "standard", "strategic")


def technology_name(number: int) -> str:
    """The number-th technology, counted from 0: every field's models first, then its data, …"""
    aspect, field = divmod(number, len(TECHNOLOGY_FIELDS))
    return f"{TECHNOLOGY_FIELDS[field]} {TECHNOLOGY_ASPECTS[aspect]}"


def level_names(count: int) -> list[str]:
    """Names of so many levels, the lightest first."""
    return (
        list(LEVEL_NAMES[:count])
        if count <= len(LEVEL_NAMES)
        else [f"level {n}" for n in range(1, count + 1)]
    )
