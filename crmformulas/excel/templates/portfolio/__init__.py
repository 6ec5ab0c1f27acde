"""The customer portfolio."""
