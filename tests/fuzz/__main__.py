"""Check hostile inputs by the thousand: ``python -m tests.fuzz files --from 0 --count 10000``.

Each input follows from its number. It is checked in a process of its own kind, which is started
again after an abort or a hang, so that one fault does not hide the others. What was tried and what
went wrong is printed at the end; ``--only N`` checks one input here, with its traceback.
"""

from __future__ import annotations

import argparse
import json
import select
import subprocess
import sys
import time
from collections import Counter

from tests.fuzz.checks import CHECKS

HANG = 10.0
"""Seconds of processor time after which an input counts as a hang."""


class Worker:
    """A process that checks inputs by their numbers."""

    def __init__(self, area: str) -> None:
        self.area = area
        self.process: subprocess.Popen[str] | None = None

    def check(self, number: int) -> str:
        """The outcome of an input: what its check returns, or its fault after ``fault:``."""
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "tests.fuzz", self.area, "--worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        process = self.process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{number}\n")
        process.stdin.flush()
        before = _seconds(process.pid)
        while not select.select([process.stdout], [], [], 1.0)[0]:
            if _seconds(process.pid) - before > HANG:
                process.kill()
                process.wait()
                return "fault: a hang"
        line = process.stdout.readline()
        if not line:
            return f"fault: the process ended with status {process.wait()}"
        return str(json.loads(line))


def _seconds(pid: int) -> float:
    """Processor time of a process: on a busy machine the clock says little."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / 100


def work(area: str) -> None:
    """Check the numbers that come in, one a line."""
    for line in sys.stdin:
        try:
            came = CHECKS[area](int(line))
        except BaseException as error:
            kind = f"{type(error).__module__}.{type(error).__name__}"
            came = f"fault: {kind}: {str(error)[:150]!r}"
        print(json.dumps(came), flush=True)


def main() -> None:
    """Check a range of inputs of an area, and tell what came of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("area", choices=CHECKS)
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="N")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--only", type=int, metavar="N")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        work(args.area)
        return
    if args.only is not None:
        print(CHECKS[args.area](args.only))
        return
    worker, came, faults = Worker(args.area), Counter[str](), list[tuple[int, str]]()
    end = time.monotonic() + args.seconds
    number = args.first
    for number in range(args.first, args.first + args.count):
        try:
            result = worker.check(number)
        except KeyboardInterrupt:
            # A long run is ended when there is no more time; what it tried is told.
            break
        if result.startswith("fault: "):
            faults.append((number, result))
            print(number, result, flush=True)
        came["a fault" if result.startswith("fault: ") else result] += 1
        if time.monotonic() > end:
            break
    if worker.process is not None:
        worker.process.kill()
    tried = sum(came.values())
    told = ", ".join(f"{count} {what}" for what, count in came.most_common())
    print(f"{args.area}: {tried} inputs, {args.first} to {number}: {told}")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
