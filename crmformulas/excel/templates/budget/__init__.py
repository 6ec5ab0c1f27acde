"""The customer development budget."""
