"""The program `ottla` that comes with the package: what `python -m ottla` and the command `ottla` run."""

from __future__ import annotations

import os
import pathlib
import sys

PATH = pathlib.Path(__file__).parent / "bin" / "ottla"


def main() -> None:
    """Becomes the program, with the same arguments, signals and streams."""
    os.execv(PATH, ["ottla", *sys.argv[1:]])
