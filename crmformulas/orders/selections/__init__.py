"""Selections of customers: conditions, segments, scores, audiences, control groups."""
