"""Invented names: companies, applications, fields of technology, industries and regions."""

INDUSTRIES = ("healthcare", "finance", "manufacturing", "transport", "smart city", "education")
TRADES = ("Health", "Finance", "Works", "Mobility", "Urban", "Learning")
REGIONS = ("North America", "Europe", "East Asia", "South Asia")
COMPANY_STEMS = (
    *("Aldera", "Borealis", "Cindral", "Dovetail", "Estuary", "Fennwick", "Galvane", "Halcyon", "Ilmari"),
    *("Juniper", "Kestrel", "Lumenta", "Maravel", "Northgate", "Ostara", "Pellucid", "Quillon", "Ravenna"),
)
TECHNOLOGY_FIELDS = (
    *("language", "vision", "speech", "forecasting", "robotics"),
    *("planning", "sensing", "privacy", "knowledge", "simulation"),
)
TECHNOLOGY_ASPECTS = ("models", "data", "operations", "safety")
APPLICATION_KINDS = ("assistant", "monitoring", "scheduling", "inspection", "advisory", "marketplace")
LEVEL_NAMES = ("pilot", "standard", "strategic")


def company_name(number: int, industry: str) -> str:
    """The number-th company, counted from 1, with its trade; no two companies share a name."""
    again, stem = divmod(number - 1, len(COMPANY_STEMS))
    name = f"{COMPANY_STEMS[stem]} {TRADES[INDUSTRIES.index(industry)]}"
    return f"{name} {again + 1}" if again else name


def application_name(number: int, industry: str) -> str:
    """The number-th application, counted from 1."""
    return f"{industry} {APPLICATION_KINDS[number % len(APPLICATION_KINDS)]} {number}"


def technology_name(number: int) -> str:
    """The number-th technology, counted from 0: every field's models first, then its data, …"""
    aspect, field = divmod(number, len(TECHNOLOGY_FIELDS))
    return f"{TECHNOLOGY_FIELDS[field]} {TECHNOLOGY_ASPECTS[aspect]}"


def level_names(count: int) -> list[str]:
    """Names of so many levels, the lightest first."""
    if count <= len(LEVEL_NAMES):
        return list(LEVEL_NAMES[:count])
    return [f"level {number}" for number in range(1, count + 1)]
