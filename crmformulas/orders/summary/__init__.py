"""From counts to the figures of a summary."""
