"""Which customers: conditions on attributes, segments, scores, audiences, control groups."""
