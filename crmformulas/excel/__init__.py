"""The spreadsheet faces: functions for xlwings, LAMBDA names, and workbooks."""
