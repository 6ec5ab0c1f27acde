"""The questions and lists that open over a screen, a subject per module."""
