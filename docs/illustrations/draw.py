"""Write the illustrations of the starter posts and notices as SVG files beside this script.

The same code always gives the same files. It does not know about JPEG: `rasterise.py` makes
the pictures that the site shows. Usage: `python docs/illustrations/draw.py [word …]`
"""

# ruff: noqa: INP001, T201

import sys
from pathlib import Path

import scenes_2025  # noqa: F401 - importing a scene registers it
import scenes_2026  # noqa: F401
import scenes_notices  # noqa: F401
from registry import SCENES

HERE = Path(__file__).resolve().parent


def main(wanted: list[str]) -> None:
    """Write the scenes whose name holds one of the wanted words, or all."""
    for name, draw in SCENES.items():
        if not wanted or any(word in name for word in wanted):
            (HERE / f"{name}.svg").write_text(draw() + "\n", encoding="utf-8")
            print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
