"""In which zone an instant has its day.

The source declares it: a column of a Parquet file or frame its zone, a database the zone of its
session, a text its offset. ``--time-zone`` gives another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from crmformulas.errors import InputError
from crmformulas.orders.reading.expressions import dtype, ibis
from crmformulas.translations import Translated

__all__ = ["arrow_days", "checked_zone", "local_time", "parquet_zones"]

OFFSET = "(?i)[0-9](?: ?(?:Z|UTC|GMT)| ?[-+][0-9]{2}(?::?[0-9]{2})?)[ ]*$"
"""How a text ends that names an instant."""
UTC = "UTC"


@cache
def checked_zone(name: str) -> str:
    """The name of a zone, if there is one of that name.

    Raises:
        InputError: there is none.

    Examples:
        >>> checked_zone("Europe/Stockholm")
        'Europe/Stockholm'
    """
    zones = import_module("zoneinfo")
    try:
        zones.ZoneInfo(name)
    except (KeyError, ValueError, OSError, zones.ZoneInfoNotFoundError) as error:
        raise InputError(
            Translated(
                f"--time-zone {name!r} is not known; give a name such as Europe/Stockholm or UTC",
                f"--time-zone {name!r} är inte känd; ange ett namn som Europe/Stockholm eller UTC",
            )
        ) from error
    return name


def arrow_days(cells: Any, kind: Any, time_zone: str | None) -> Any:
    """Instants of Arrow as the clock on the wall shows them in their zone, or in that given."""
    pyarrow, compute = import_module("pyarrow"), import_module("pyarrow.compute")
    if time_zone is not None:
        cells = cells.cast(pyarrow.timestamp(kind.unit, checked_zone(time_zone)))
    return compute.local_timestamp(cells)


def parquet_zones(path: Path, names: Sequence[str], time_zone: str | None) -> dict[int, str]:
    """The zones of the columns of a Parquet file that hold instants, by position."""
    if time_zone is not None:
        checked_zone(time_zone)
    schema = import_module("pyarrow.parquet").read_schema(str(path))
    zones = {}
    for position in range(min(len(schema), len(names))):
        declared = getattr(schema.field(position).type, "tz", None)
        if declared is not None:
            zones[position] = time_zone or declared
    return zones


def local_time(column: Any, zone: str) -> Any:
    """The clock on the wall of a zone, for a column of instants, in the engine."""
    offset = re.fullmatch(r"([-+])([0-9]{2}):?([0-9]{2})", zone)
    if offset is not None:
        minutes = int(offset[1] + "1") * (int(offset[2]) * 60 + int(offset[3]))
        return local_time(column, UTC) + ibis.interval(minutes=minutes)
    if column.get_backend().name == "pyspark":
        function = ibis.udf.scalar.builtin(
            _instant_first,
            name="from_utc_timestamp",
            signature=((column.type(), dtype("string")), dtype("timestamp")),
        )
        return function(column, zone)
    function = ibis.udf.scalar.builtin(
        _signature,
        name="timezone",
        signature=((dtype("string"), column.type()), dtype("timestamp")),
    )
    return function(zone, column)


def _signature(zone: str, instant: object) -> None:
    """The shape of the engines' function: a zone and an instant in, the time of day there out."""


def _instant_first(instant: object, zone: str) -> None:
    """The shape of Spark's: its sessions tell the clock of UTC."""
