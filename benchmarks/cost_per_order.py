"""The cost of an order as orders grow: processor time of `crmf summary` and hand-written SQL.

    python benchmarks/cost_per_order.py FOLDER [--orders 1000000 3000000 10000000] [--runs 3]

Makes the demo retailer's Parquet files in the folder where they are not there yet, runs both in
turn as whole processes, and draws the medians in docs/images/cost_per_order.svg.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from run import CRMF, HERE, PYTHON, in_turn, make_demo

CURVES = {
    "crmf summary": "#1f5fa8",
    "hand-written SQL, same figures": "#b5541c",
    "hand-written SQL, fewer figures": "#8a8a8a",
}
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 320, 60, 200, 40, 50
FONT = 'font-family="sans-serif" font-size="12"'


@dataclass(frozen=True)
class Point:
    """Microseconds of a core for each order of a file."""

    orders: int
    cost: float


def measured(file: Path, orders: int, runs: int) -> dict[str, Point]:
    """The cost of each on a file."""
    threads = ["--threads", "3"] if os.cpu_count() == 2 else []
    sql = [PYTHON, str(HERE / "hand_sql.py"), str(file), *threads]
    commands = dict(
        zip(
            CURVES,
            ([CRMF, "summary", str(file), "--format", "json"], [*sql, "--further"], sql),
            strict=True,
        )
    )
    made = in_turn(commands, runs)
    return {name: Point(orders, run.processor / orders * 1e6) for name, run in made.items()}


def drawn(curves: dict[str, list[Point]]) -> str:
    """The curves as SVG: orders on a logarithmic axis, microseconds an order on the other."""
    every = [point for points in curves.values() for point in points]
    low, high = (math.log10(f(p.orders for p in every)) for f in (min, max))
    top = math.ceil(max(p.cost for p in every) * 1.1)

    def x(orders: float) -> float:
        return LEFT + (math.log10(orders) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(cost: float) -> float:
        return HEIGHT - BOTTOM - cost / top * (HEIGHT - TOP - BOTTOM)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="20" {FONT}>Microseconds of a core for an order</text>',
    ]
    for cost in range(0, top + 1, max(top // 5, 1)):
        lines.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(cost):.1f}" y2="{y(cost):.1f}"'
            ' stroke="#ddd"/>'
            f'<text x="{LEFT - 8}" y="{y(cost) + 4:.1f}" text-anchor="end" {FONT}>{cost:g}</text>'
        )
    for orders in sorted({p.orders for p in every}):
        lines.append(
            f'<text x="{x(orders):.1f}" y="{HEIGHT - 25}" text-anchor="middle" {FONT}>'
            f"{orders / 1e6:g} M</text>"
        )
    # Labels keep clear of each other.
    ends = sorted((y(points[-1].cost), name) for name, points in curves.items())
    at = -math.inf
    for end, name in ends:
        at = max(end, at + 16)
        points = " ".join(f"{x(p.orders):.1f},{y(p.cost):.1f}" for p in curves[name])
        color = CURVES[name]
        lines.append(
            f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>'
            f'<text x="{WIDTH - RIGHT + 8}" y="{at + 4:.1f}" fill="{color}" {FONT}>{name}</text>'
        )
    return "\n".join([*lines, "</svg>", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--orders", type=int, nargs="+", default=[10**6, 3 * 10**6, 10**7])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--output", type=Path, default=HERE.parent / "docs" / "images" / "cost_per_order.svg"
    )
    options = parser.parse_args()
    curves: dict[str, list[Point]] = {name: [] for name in CURVES}
    for orders in options.orders:
        file = options.folder / f"demo-{orders}.parquet"
        if not file.exists():
            make_demo(file, orders)
        for name, point in measured(file, orders, options.runs).items():
            curves[name].append(point)
    for name, points in curves.items():
        told = ", ".join(f"{p.orders / 1e6:g} M {p.cost:.2f} µs" for p in points)
        print(f"{name}: {told}", file=sys.stderr)
    options.output.write_text(drawn(curves), encoding="utf-8")


if __name__ == "__main__":
    main()
