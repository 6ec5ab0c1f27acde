"""What a formula is: its parameters, its checks, and the catalogue it is entered in."""
