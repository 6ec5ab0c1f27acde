"""The F-ladder with goals."""
