"""Write one file of the simulated workload: ``generate envelopes|flat|tail CHARGES PATH``."""

import sys
from pathlib import Path

from autobook_core.testing.company import Workload, write_envelopes, write_flat_csv


def main(what: str, charges: int, path: Path) -> None:
    """Write beside the path first, so that a half-written file is never taken for a whole one."""
    workload = Workload(charges)
    beside = path.with_suffix(".part")
    if what == "flat":
        write_flat_csv(workload, beside)
    else:
        write_envelopes(workload.tail() if what == "tail" else workload, beside, movements="separate")
    beside.rename(path)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
