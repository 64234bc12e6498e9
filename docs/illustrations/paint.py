"""Colours, simple shapes and the painted sheet that every illustration is made of.

Every function returns a fragment of SVG as text; none knows what the picture shows.
"""

# ruff: noqa: INP001, PLR0913

import math
from collections.abc import Sequence
from random import Random

Point = tuple[float, float]


WIDTH, HEIGHT = 1200, 800


FLAME, FLAME_DEEP, CORAL = "#e1462c", "#b8301f", "#f27d5d"


AMBER, GOLD, HONEY = "#f5b13f", "#ffd66b", "#e39a2d"


CREAM, PAPER, SAND = "#fff6e4", "#fbe7c3", "#efcf9c"


LEAF, LEAF_DARK, LEAF_LIGHT, MOSS = "#5b9b4c", "#2f6e47", "#97c563", "#3f8350"


SKY, SKY_PALE, SKY_DEEP, NAVY = "#a9d9ea", "#e3f3f2", "#5fa9cb", "#27406e"


SKIN, SKIN_WARM, SKIN_DEEP = "#f8d0aa", "#f2bf93", "#e5a878"


HAIR, HAIR_BROWN, INK = "#35241f", "#4c3027", "#4b2f28"


WOOD, WOOD_DARK, WOOD_LIGHT = "#b3743f", "#82502c", "#d9a568"


PINK, LILAC, WHITE, GREY = "#f4a6a0", "#b79ac8", "#fffdf7", "#b9b4aa"


BRIGHT = (FLAME, AMBER, SKY_DEEP, LEAF, CORAL, GOLD, PINK)


def num(value: float) -> str:
    """A coordinate with one decimal at most."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def el(tag: str, *inner: str, **attributes: object) -> str:
    """One element; underscores in attribute names become hyphens."""
    parts = []
    for name, value in attributes.items():
        shown = num(value) if isinstance(value, float) else str(value)
        parts.append(f' {name.rstrip("_").replace("_", "-")}="{shown}"')
    head = f"<{tag}{''.join(parts)}"
    return f"{head}>{''.join(inner)}</{tag}>" if inner else f"{head}/>"


def group(*inner: str, **attributes: object) -> str:
    """A group of fragments."""
    return el("g", *(inner or ("",)), **attributes)


def at(x: float, y: float, scale: float, *inner: str, flip: bool = False, turn: float = 0) -> str:
    """The fragments moved to a place, scaled, mirrored and turned."""
    move = f"translate({num(x)} {num(y)})"
    spin = f" rotate({num(turn)})" if turn else ""
    across = -scale if flip else scale
    return group(*inner, transform=f"{move}{spin} scale({across:.3g} {scale:.3g})")


def path(d: str, fill: str = "none", **attributes: object) -> str:
    """A path."""
    return el("path", d=d, fill=fill, **attributes)


def line(d: str, colour: str, width: float, **attributes: object) -> str:
    """A stroked path with round ends."""
    return path(
        d,
        "none",
        stroke=colour,
        stroke_width=width,
        stroke_linecap="round",
        stroke_linejoin="round",
        **attributes,
    )


def disc(x: float, y: float, r: float, fill: str, **attributes: object) -> str:
    """A circle."""
    return el("circle", cx=float(x), cy=float(y), r=float(r), fill=fill, **attributes)


def oval(x: float, y: float, rx: float, ry: float, fill: str, **attributes: object) -> str:
    """An ellipse."""
    return el(
        "ellipse",
        cx=float(x),
        cy=float(y),
        rx=float(rx),
        ry=float(ry),
        fill=fill,
        **attributes,
    )


def box(
    x: float, y: float, w: float, h: float, fill: str, r: float = 0, **attributes: object
) -> str:
    """A rectangle with rounded corners."""
    return el(
        "rect",
        x=float(x),
        y=float(y),
        width=float(w),
        height=float(h),
        rx=float(r),
        fill=fill,
        **attributes,
    )


def smooth(points: Sequence[Point]) -> str:
    """The path data of a closed soft curve through the points."""
    count = len(points)
    d = f"M{num(points[0][0])} {num(points[0][1])}"
    for i in range(count):
        before, start = points[i - 1], points[i]
        end, after = points[(i + 1) % count], points[(i + 2) % count]
        c1 = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        c2 = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        d += "C" + " ".join(f"{num(px)} {num(py)}" for px, py in (c1, c2, end))
    return d + "Z"


def blob(
    x: float, y: float, rx: float, ry: float, fill: str, rng: Random, *, rough: float = 0.1
) -> str:
    """A soft irregular patch of colour."""
    points = []
    for i in range(11):
        angle = i / 11 * math.tau
        reach = 1 + rng.uniform(-rough, rough)
        points.append((x + math.cos(angle) * rx * reach, y + math.sin(angle) * ry * reach))
    return path(smooth(points), fill)


def leafage(x: float, y: float, rx: float, ry: float, fill: str, rng: Random) -> str:
    """A clump of leaves: one tone with a scalloped edge."""
    lobes = [oval(x, y, rx * 0.8, ry * 0.78, fill)]
    for i in range(8):
        angle = i / 8 * math.tau + rng.uniform(-0.2, 0.2)
        px, py = x + math.cos(angle) * rx * 0.66, y + math.sin(angle) * ry * 0.6
        lobes.append(oval(px, py, rx * rng.uniform(0.26, 0.4), ry * rng.uniform(0.34, 0.5), fill))
    return "".join(lobes)


def words(x: float, y: float, size: float, text: str, fill: str = CREAM) -> str:
    """A short line of lettering, centred."""
    return el(
        "text",
        text,
        x=float(x),
        y=float(y),
        font_family="Nunito, sans-serif",
        font_weight=800,
        font_size=float(size),
        text_anchor="middle",
        fill=fill,
    )


def linear(name: str, *stops: tuple[float, str], across: bool = False) -> str:
    """A linear gradient, from top to bottom or from left to right."""
    marks = (el("stop", offset=offset, stop_color=colour) for offset, colour in stops)
    x2, y2 = (1, 0) if across else (0, 1)
    return el("linearGradient", *marks, id=name, x1=0, y1=0, x2=x2, y2=y2)


def glow(name: str, colour: str, strength: float = 0.9) -> str:
    """A radial gradient that fades to nothing."""
    return el(
        "radialGradient",
        el("stop", offset=0, stop_color=colour, stop_opacity=strength),
        el("stop", offset=0.45, stop_color=colour, stop_opacity=strength * 0.4),
        el("stop", offset=1, stop_color=colour, stop_opacity=0),
        id=name,
    )


FILTERS = (
    # Edges waver a little, as a brush does.
    '<filter id="brush" x="0" y="0" width="100%" height="100%" filterUnits="userSpaceOnUse">'
    '<feTurbulence type="fractalNoise" baseFrequency="0.022" numOctaves="2" seed="7"/>'
    '<feDisplacementMap in="SourceGraphic" scale="5" xChannelSelector="R" yChannelSelector="G"/>'
    "</filter>"
    # The grain of rough paper, laid over everything.
    '<filter id="paper" x="0" y="0" width="100%" height="100%">'
    '<feTurbulence type="fractalNoise" baseFrequency="0.55" numOctaves="2" seed="3"/>'
    '<feColorMatrix values="0 0 0 0 0.35  0 0 0 0 0.25  0 0 0 0 0.15  0 0 0 0.5 -0.18"/>'
    "</filter>"
    # Broad washes of lighter and darker paint.
    '<filter id="wash" x="0" y="0" width="100%" height="100%">'
    '<feTurbulence type="fractalNoise" baseFrequency="0.006 0.011" numOctaves="3" seed="11"/>'
    '<feColorMatrix values="0 0 0 0 1  0 0 0 0 0.96  0 0 0 0 0.86  0 0 0 1.6 -0.72"/>'
    "</filter>"
    '<filter id="soft" x="-20%" y="-20%" width="140%" height="140%">'
    '<feGaussianBlur stdDeviation="9"/></filter>'
    '<filter id="mist" x="-30%" y="-30%" width="160%" height="160%">'
    '<feGaussianBlur stdDeviation="22"/></filter>'
)


def sheet(*layers: str, defs: str = "", wash: float = 0.35) -> str:
    """A whole picture: the layers, painted with a wavering edge on grained paper."""
    # A little larger than the sheet: the wavering edge must not show at the border.
    grown = group(*layers, transform="translate(-12 -8) scale(1.02)")
    body = group(grown, filter="url(#brush)")
    washes = box(0, 0, WIDTH, HEIGHT, "#fff", filter="url(#wash)", opacity=wash)
    grain = box(0, 0, WIDTH, HEIGHT, "#fff", filter="url(#paper)", opacity=0.22)
    return el(
        "svg",
        el("defs", FILTERS + defs),
        body,
        washes,
        grain,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=1600,
        height=1067,
    )


def star(x: float, y: float, r: float, fill: str, turn: float = -90, **attributes: object) -> str:
    """A five-pointed star."""
    points = []
    for i in range(10):
        reach = r if i % 2 == 0 else r * 0.42
        angle = math.radians(turn + i * 36)
        points.append(f"{num(x + math.cos(angle) * reach)},{num(y + math.sin(angle) * reach)}")
    return el("polygon", points=" ".join(points), fill=fill, stroke_linejoin="round", **attributes)


def blossom(x: float, y: float, r: float, fill: str = FLAME, turn: float = 0) -> str:
    """A small flower of five round petals."""
    parts = []
    for i in range(5):
        angle = math.radians(turn + i * 72 - 90)
        parts.append(
            disc(x + math.cos(angle) * r * 0.58, y + math.sin(angle) * r * 0.58, r * 0.48, fill)
        )
    return "".join(parts) + disc(x, y, r * 0.3, GOLD)
