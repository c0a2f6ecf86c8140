"""Answers: one file per question that a planner asks, each a function on a study with a frozen answer."""
