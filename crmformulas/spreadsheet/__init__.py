"""Parts that spreadsheet-like faces share: evaluation, texts of cells, forms, completion."""
