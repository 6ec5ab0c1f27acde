"""The formulas as an add-in of LibreOffice Calc, which brings a Python of its own and no NumPy."""
