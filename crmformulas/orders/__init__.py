"""Order logs: where they live, how they are read, what is counted."""
