"""The list of scenes, each under the entry and the file name it is drawn for.

Does not know how a scene is drawn.
"""

# ruff: noqa: INP001

from collections.abc import Callable

Scene = Callable[[], str]


SCENES: dict[str, Scene] = {}


def scene(kind: str, year: int, entry: str, picture: int) -> Callable[[Scene], Scene]:
    """Register a scene under the entry and the file name it is drawn for."""

    def register(draw: Scene) -> Scene:
        SCENES[f"{kind}--{year}--{entry}--anh-{picture}"] = draw
        return draw

    return register
