"""The report workbook: the sheets of the templates, filled from an order file."""
