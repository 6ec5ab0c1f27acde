"""The formulas as functions of Excel: LAMBDA names and the macro workbook."""
