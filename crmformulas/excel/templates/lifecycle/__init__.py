"""The life-cycle plan."""
