"""The benchmarks of Redress: `python -m benchmarks [--quick] [--only MEASURE ...] [--json FILE] [--peers]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.running import MEASURES, Order, run_bench
from complaints.errors import RedressError


def main() -> None:
    """Run what was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three minutes: one run of the main measures")
    parser.add_argument("--only", action="append", choices=sorted(MEASURES), help="only this measure; may be repeated")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file too")
    parser.add_argument("--peers", action="store_true", help="run DBOS and stock Prefect side by side")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep databases and logs in a new folder")
    given = parser.parse_args()
    order = Order(tuple(given.only or ()), given.quick, given.json, given.peers, given.keep)
    try:
        run_bench(order)
    except RedressError as wrong:
        raise SystemExit(str(wrong)) from wrong


if __name__ == "__main__":
    main()
