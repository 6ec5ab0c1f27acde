"""From any source to typed rows of customer, day, amount and order."""
