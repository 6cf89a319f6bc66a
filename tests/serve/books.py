"""Seven small notebooks that answer in the place of the workbook's own, each with one thing to test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from pathlib import Path

PARAMETERS = """city: str = "rotterdam"  # short name of the city
network: str = ""  # short name of the network
round: str = ""  # round of learning
language: str = "en"  # en, es or ar"""

BUTTON = """import ipywidgets as ipw

said = ipw.Label("Nothing yet.")
button = ipw.Button(description="Answer")
button.on_click(lambda _: setattr(said, "value", f"Heard for {city}."))
ipw.VBox([button, said])"""

TABLE = """import pandas as pd

class Plain:
    def _repr_html_(self):
        rows = {"item": ["P1.1", "P1.2"], "question": ["Plan making", "Coordination"], "level": [2, 3]}
        return pd.DataFrame(rows).to_html(index=False, border=0)

Plain()"""

FAILURE = """from exchange.errors import InputError

if round == "ours":
    raise InputError.at("row 3", "<7> is not on the scale 0-3", "Use 0, 1, 2 or 3.")
raise KeyError("<b>private detail</b>")"""

ENVIRONMENT = """import os

print("environment", *sorted(os.environ))"""

BOOKS: dict[str, list[str]] = {
    "00_start.ipynb": ["# Start\n\nWhere does your city stand?", PARAMETERS, 'print("city", city)',
                       "Next: [assess your city](01_self_assessment.ipynb)."],
    "01_self_assessment.ipynb": ["# Assess\n\nWhere are we strong?", PARAMETERS, BUTTON,
                                 "## A table\n\nEach row is an item.", TABLE,
                                 'import warnings\n\nwarnings.warn("nobody should read this")'],
    "02_lessons.ipynb": ["# Discover", PARAMETERS, ENVIRONMENT, 'print("kernel", os.getpid())'],
    "03_peer_matching.ipynb": ["# Match", PARAMETERS, FAILURE, 'print("never reached")'],
    "04_exchange.ipynb": ["# Exchange", PARAMETERS + '\nexchange: str = ""  # id of the exchange',
                          'print("asked", exchange, round, language, network)'],
    "05_evaluation.ipynb": ["# Evaluate", PARAMETERS, "import os\n\nos._exit(1)"],
    "06_network_learning.ipynb": ["# Learn", PARAMETERS, "import time\n\ntime.sleep(1.5)",
                                  'print("learn", network, city)'],
}


def write(folder: Path) -> Path:
    """Write the seven into a folder; what begins with a heading or with "Next:" is prose."""
    for name, cells in BOOKS.items():
        # A kernel of this name is on no machine: the server must use its own.
        kernel = {"name": "no-such-kernel", "display_name": "None"}
        node = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
        for source in cells:
            if source.startswith(("#", "Next:")):
                node.cells.append(nbformat.v4.new_markdown_cell(source))
            else:
                tags = ["parameters"] if source.startswith(PARAMETERS) else []
                node.cells.append(nbformat.v4.new_code_cell(source, metadata={"tags": tags}))
        nbformat.write(node, folder / name)
    return folder
