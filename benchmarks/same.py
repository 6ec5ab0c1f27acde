"""Functions that return their input: what xlwings itself takes for a call."""

from __future__ import annotations

import xlwings as xw


@xw.func
@xw.arg("cells", ndim=2)
def same(cells):
    return cells


@xw.func
@xw.arg("first", ndim=2)
@xw.arg("second", ndim=2)
@xw.arg("third", ndim=2)
def first_of(first, second, third):
    return first
