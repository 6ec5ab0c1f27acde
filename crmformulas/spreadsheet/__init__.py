"""What every spreadsheet-like face shares: evaluation, texts of cells, forms, completion."""
