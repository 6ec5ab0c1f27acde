"""The pure formulas, a module a category; they know no spreadsheet, terminal or database."""
