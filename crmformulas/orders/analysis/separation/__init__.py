"""Separation of those who go on from those who stop, by the further columns of the orders."""
