"""A server with sign-in over a small real record, with small notebooks: for the tests of who may open what."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from books import write

from exchange.serve.app import Options, run

if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        run(Options(port=0, notebooks=write(Path(folder)), **given))
