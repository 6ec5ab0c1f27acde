"""Forecasts of customers: MBG/NBD for orders, gamma-gamma for their value.

The engine counts cells of customers with the same history, the models are fitted on cells, and each
customer's figures follow from the parameters as plain expressions: no customer passes through
Python.
"""
