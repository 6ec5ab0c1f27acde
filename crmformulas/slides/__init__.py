"""The report as slides whose charts are the presentation's own, to edit and to restyle."""

from crmformulas.slides.deck import write_slides

__all__ = ["write_slides"]
