"""The one style of all workbooks: books, sheets, styles, charts and long tables."""
