"""Charts of a summary, drawn by Altair: for notebooks, pages, pictures and slides alike.

Altair was chosen as it is declarative (a chart is data that can be looked at and changed), well
kept, and drawn without a browser or a network by vl-convert, as SVG that a page can hold. What a
chart says, its table and its text for readers who don't see it are made here without Altair, which
is imported when a chart is drawn: the slides draw the same charts with means of their own.
"""

from crmformulas.charts.chart import Chart, Column, Table
from crmformulas.charts.of_summary import Charts

__all__ = ["Chart", "Charts", "Column", "Table"]
