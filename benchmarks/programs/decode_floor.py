"""The decode floor: ``decode_floor ENVELOPES`` reads every row into the connector's own shapes, and nothing else.

Only the typed decoding is inside the clock; finding the rows in the file is not.
"""

import gc
import json
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from autobook_bank.source import BankFiles
from autobook_stripe.source import StripeSource

#: Lines held at a time.
_LINES = 10_000


class _Line(msgspec.Struct):
    source: str
    type: str
    data: msgspec.Raw


def main(path: Path) -> dict[str, Any]:
    """Return CPU seconds and how many rows were decoded."""
    streams = [("stripe", stream) for stream in StripeSource.streams]
    streams += [("bank", stream) for stream in BankFiles.streams]
    decoders = {(source, one.name): msgspec.json.Decoder(one.shape).decode for source, one in streams}
    wrapped = msgspec.json.Decoder(_Line).decode
    cpu, rows = 0.0, 0
    gc.disable()
    with path.open("rb") as lines:
        while some := [wrapped(line) for line in islice(lines, _LINES)]:
            ready = [(decoders[one.source, one.type], bytes(one.data)) for one in some]
            begun = time.process_time()
            for decode, data in ready:
                decode(data)
            cpu += time.process_time() - begun
            rows += len(ready)
    return {"cpu": cpu, "rows": rows}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
