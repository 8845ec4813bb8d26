"""``python -m autobook_core`` is ``autobook``."""

import sys

from autobook_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
