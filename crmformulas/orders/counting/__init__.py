"""From typed rows to counts and exact sums, as expressions that every engine runs."""
