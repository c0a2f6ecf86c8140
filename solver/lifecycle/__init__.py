"""The ecosystem over time: how healthy it is, and what to change, from what runs; each a frozen answer."""
