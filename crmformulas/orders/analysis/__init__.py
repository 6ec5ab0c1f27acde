"""Analyses derived from a summary: cohorts, movements, goals, projections, budgets."""
