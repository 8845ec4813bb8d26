"""The examples of the documentation are imported by their own names, from the folders they lie in."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in (ROOT / "docs/_ext", ROOT / "docs/connectors", ROOT):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
