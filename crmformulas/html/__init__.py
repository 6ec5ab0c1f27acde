"""The report as a page: one file that holds all it needs, read without a network or script."""

from crmformulas.charts.story import Findings
from crmformulas.html.report import Listing, html, write_html
from crmformulas.html.to_pdf import write_pdf

__all__ = ["Findings", "Listing", "html", "write_html", "write_pdf"]
