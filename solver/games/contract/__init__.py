"""Contracts: shares in tiers, within a floor and a cap, that nobody has reason to leave."""
