"""The definition of a formula: its parameters, its checks, and the catalogue it is entered in."""
