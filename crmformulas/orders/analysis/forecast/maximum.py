"""Maximum likelihood inside a box: damped Newton on the logarithms of the parameters."""

# Also runs in LibreOffice and Pyodide: imports only what spreadsheet/portable.py allows.

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Floats", "Maximum", "climb", "highest"]

Floats: TypeAlias = "NDArray[np.float64]"

Objective: TypeAlias = Callable[[Floats], tuple[float, Floats]]
"""The log-likelihood and its gradient at the logarithms of the parameters."""

STEPS = 100
LONGEST_STEP = 1.5
"""How far a logarithm moves in one step at most: a factor of 4.5."""

DIFFERENCE = 1e-4
"""Step of the differences of the gradient that give the Hessian."""


class Maximum(NamedTuple):
    """Maximum of the likelihood.

    Attributes:
        logs: The logarithms of the parameters.
        log_likelihood: The log-likelihood there.
        covariance: Of the logarithms; 0 in the row and column of a parameter on its bound.
        on_bound: Which parameters stand on a bound of the box.
    """

    logs: Floats
    log_likelihood: float
    covariance: Floats
    on_bound: NDArray[np.bool_]


def highest(
    objective: Objective, starts: list[Floats], low: Floats, high: Floats, tolerance: float = 1e-9
) -> Maximum:
    """The highest maximum that a climb from any of the starts finds."""
    maxima = [climb(objective, start, low, high, tolerance) for start in starts]
    best = maxima[0]
    for other in maxima[1:]:
        # Two starts that find the same summit differ by rounding; the first is kept.
        if other.log_likelihood > best.log_likelihood + 1e-6:
            best = other
    return best


def climb(
    objective: Objective, start: Floats, low: Floats, high: Floats, tolerance: float = 1e-9
) -> Maximum:
    """Climb from a start. A parameter that its bound holds leaves the step and the covariance.

    Without the box, likelihoods that are flat in one direction (nobody drops out, all buy at one
    rate) run off to parameters of 10^5, or to NaN.
    """
    logs = np.clip(start, low, high)
    value, gradient = objective(logs)
    damping = 1e-3
    for _ in range(STEPS):
        curvature = _curvature(objective, logs)
        free = ~(((logs <= low) & (gradient < 0)) | ((logs >= high) & (gradient > 0)))
        if not free.any() or np.abs(gradient[free]).max() < tolerance * abs(value):
            break
        step = _Step(curvature[np.ix_(free, free)], gradient[free])
        higher = None
        for _ in range(30):
            move = np.zeros(len(logs))
            move[free] = np.clip(step.damped(damping), -LONGEST_STEP, LONGEST_STEP)
            there = np.clip(logs + move, low, high)
            higher = objective(there)
            if np.isfinite(higher[0]) and higher[0] > value - 1e-13 * abs(value):
                break
            damping, higher = min(max(damping, 1e-6) * 10, 1e8), None
        if higher is None:
            break
        gained = higher[0] - value
        logs, (value, gradient), damping = there, higher, damping / 10
        if gained < 1e-13 * abs(value):
            break
    curvature = _curvature(objective, logs)
    free = ~(((logs <= low) & (gradient < 0)) | ((logs >= high) & (gradient > 0)))
    covariance = np.zeros_like(curvature)
    covariance[np.ix_(free, free)] = np.linalg.pinv(curvature[np.ix_(free, free)], hermitian=True)
    return Maximum(logs, value, covariance, ~free)


class _Step:
    """Newton's step with a damping, from one decomposition of the curvature."""

    def __init__(self, curvature: Floats, gradient: Floats) -> None:
        sizes, self.axes = np.linalg.eigh(curvature)
        self.sizes = np.abs(sizes)  # uphill also where the likelihood is not concave
        self.along = self.axes.T @ gradient

    def damped(self, damping: float) -> Floats:
        """The step; the more damping, the shorter."""
        step: Floats = self.axes @ (self.along / (self.sizes + damping * self.sizes.max()))
        return step


def _curvature(objective: Objective, logs: Floats) -> Floats:
    """Minus the Hessian, by central differences of the gradient."""
    rows = []
    for axis in np.eye(len(logs)) * DIFFERENCE:
        rows.append((objective(logs + axis)[1] - objective(logs - axis)[1]) / (2 * DIFFERENCE))
    hessian = np.array(rows)
    return -(hessian + hessian.T) / 2
