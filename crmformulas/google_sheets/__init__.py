"""The formulas in Google Sheets: one Apps Script file, which :mod:`.build` makes of the catalogue.

``crmformulas.gs`` is what a user pastes into a spreadsheet's script editor. It asks for no
permission, uses no service and no library, and leaves one name besides the functions themselves.
The sources in ``source/`` do what the boundary, the formulas and the engine do in Python; names,
bounds, defaults, help, arithmetic and the patterns of dates and amounts come from the catalogue
and the modules that own them.
"""

from pathlib import Path

__all__ = ["FILE"]

FILE = Path(__file__).with_name("crmformulas.gs")
"""The script as built."""
