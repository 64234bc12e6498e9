"""Trees, buildings, furniture, food and feast-day things that the scenes share.

Every function returns a fragment of SVG as text; none knows which scene it is used in.
"""

# ruff: noqa: E501, INP001, PERF401, S311

import math
from collections.abc import Iterable
from random import Random

from paint import (
    AMBER,
    BRIGHT,
    CORAL,
    CREAM,
    FLAME,
    FLAME_DEEP,
    GOLD,
    GREY,
    HEIGHT,
    INK,
    LEAF,
    LEAF_DARK,
    LEAF_LIGHT,
    MOSS,
    NAVY,
    PAPER,
    PINK,
    SAND,
    SKY,
    SKY_DEEP,
    WHITE,
    WIDTH,
    WOOD,
    WOOD_DARK,
    WOOD_LIGHT,
    Point,
    at,
    blossom,
    box,
    disc,
    el,
    group,
    leafage,
    line,
    num,
    oval,
    path,
    star,
    words,
)


def phuong_flower(x: float, y: float, r: float, turn: float = 0) -> str:
    """A flame-tree flower: four red spoon petals, one pale speckled, long stamens."""
    petal = "M0 0C-10-10-46-40-34-78C-24-102 24-102 34-78C46-40 10-10 0 0Z"
    parts = []
    for i in range(5):
        pale = i == 0
        fill = "#ffe9b8" if pale else (FLAME if i % 2 else "#ea5a36")
        veins = line("M0-20L0-84M-6-34L-18-72M6-34L18-72", FLAME_DEEP, 3, opacity=0.28)
        specks = "".join(
            oval(px, py, 3.6, 6, FLAME, opacity=0.8)
            for px, py in ((-12, -78), (8, -84), (0, -62), (16, -64), (-16, -56))
        )
        parts.append(
            group(path(petal, fill), specks if pale else veins, transform=f"rotate({i * 72})")
        )
    for i in range(7):
        bend = -30 + i * 10
        parts.append(line(f"M0 0Q{num(bend)}-30 {num(bend * 1.5)}-56", FLAME_DEEP, 3))
        parts.append(oval(bend * 1.5, -58, 4.5, 6.5, GOLD))
    return at(x, y, r / 100, *parts, turn=turn)


def fern(x: float, y: float, length: float, turn: float, fill: str = LEAF) -> str:
    """A feathery flame-tree leaf."""
    parts = [line(f"M0 0Q{num(length / 2)}-8 {num(length)} 0", LEAF_DARK, 2.4)]
    count = max(6, int(length / 13))
    for i in range(1, count + 1):
        t = i / (count + 1)
        px, py = length * t, -16 * t * (1 - t)
        reach = 25 * math.sin(math.pi * (0.18 + 0.8 * t)) + 8
        for side in (-1, 1):
            parts.append(
                el(
                    "ellipse",
                    cx=float(reach / 2),
                    cy=0,
                    rx=float(reach / 2),
                    ry=4.1,
                    fill=fill,
                    transform=f"translate({num(px)} {num(py)}) rotate({side * 62})",
                )
            )
    return at(x, y, 1, *parts, turn=turn)


def spray(x: float, y: float, scale: float, seed: int, *, flip: bool = False) -> str:
    """A hanging branch of leaves and flowers, for a near corner."""
    rng = Random(seed)
    bough = line("M-40-30Q120 0 250 34M90-8Q150 60 190 100", WOOD_DARK, 8)
    leaves = [
        fern(px, py, rng.uniform(105, 150), angle, rng.choice((LEAF, MOSS, LEAF_LIGHT)))
        for px, py, angle in (
            (20, -20, 70),
            (60, -14, 38),
            (110, 0, 84),
            (150, 8, 18),
            (190, 18, 60),
            (244, 34, 8),
            (244, 34, 62),
            (170, 80, 96),
            (190, 100, 52),
            (60, -14, 104),
        )
    ]
    flowers = [
        phuong_flower(px, py, size, rng.uniform(-50, 50))
        for px, py, size in (
            (74, 34, 42),
            (140, 40, 50),
            (118, 92, 38),
            (208, 64, 40),
            (26, 8, 38),
            (176, 118, 34),
        )
    ]
    return at(x, y, scale, bough, *leaves, *flowers, flip=flip)


def canopy(rng: Random, width: float, *, bloom: float = 1) -> str:
    """The wide crown of a flame tree around (0, 0): three depths of leaves, then flowers."""
    parts = []
    depths = (
        (24, (LEAF_DARK, MOSS), 0.12),
        (28, (MOSS, LEAF), 0.05),
        (20, (LEAF, LEAF_LIGHT), 0.0),
    )
    for count, colours, low in depths:
        for i in range(count):
            t = (i + rng.uniform(0.1, 0.9)) / count * 1.8 - 0.9
            dome = 0.3 * math.cos(t * 1.5)
            parts.append(
                leafage(
                    t * width / 2,
                    (low - dome * rng.uniform(0.05, 0.85)) * width,
                    width * rng.uniform(0.07, 0.11),
                    width * rng.uniform(0.038, 0.056),
                    rng.choice(colours),
                    rng,
                )
            )
    for _ in range(int(86 * bloom)):
        t = rng.uniform(-0.95, 0.95)
        dome = 0.34 * math.cos(t * 1.45)
        cx, cy = t * width / 2, (0.12 - dome * rng.uniform(0.1, 1.08)) * width
        tone = rng.choice((FLAME, FLAME, "#ea5a36", CORAL, FLAME_DEEP))
        rx, ry = width * rng.uniform(0.018, 0.036), width * rng.uniform(0.011, 0.02)
        parts.append(leafage(cx, cy, rx, ry, tone, rng))
        for _ in range(3):
            parts.append(
                disc(
                    cx + rng.gauss(0, width * 0.024),
                    cy + rng.gauss(0, width * 0.014),
                    width * rng.uniform(0.004, 0.0085),
                    rng.choice((tone, CORAL, AMBER, FLAME)),
                )
            )
    return "".join(parts)


def phuong_tree(x: float, y: float, scale: float, seed: int = 1, *, bloom: float = 1) -> str:
    """A flame tree, about 520 wide and 430 high at scale 1, standing at (x, y)."""
    rng = Random(seed)
    trunk = path(
        "M-26 0C-16-60-18-120-36-176C-60-212-110-232-150-246L-146-258C-96-246-52-232-24-204"
        "C-18-232-20-262-30-300L-16-302C-4-262 0-236 4-206C30-238 78-256 132-266L136-252"
        "C90-240 46-214 26-172C14-116 16-60 30 0Q0 10-26 0Z",
        WOOD_DARK,
    )
    light = line("M4-8C0-70-2-120 8-176", WOOD, 7, opacity=0.7)
    shade = oval(0, 4, 190, 22, "#3a2a1c", opacity=0.16)
    crown = group(canopy(rng, 540, bloom=bloom), transform="translate(0 -296)")
    return at(x, y, scale, shade, trunk, light, crown)


def bush(x: float, y: float, scale: float, seed: int, flower: str = "") -> str:
    """A low shrub, with flowers where a colour is given."""
    rng = Random(seed)
    spots = (
        (-46, -20, LEAF_DARK),
        (46, -20, LEAF_DARK),
        (0, -26, MOSS),
        (-30, -34, MOSS),
        (30, -36, LEAF),
        (-8, -18, LEAF),
        (26, -16, MOSS),
        (-34, -16, LEAF),
        (4, -42, LEAF_LIGHT),
    )
    parts = [
        leafage(px + rng.uniform(-6, 6), py, rng.uniform(26, 34), rng.uniform(18, 23), tone, rng)
        for px, py, tone in spots
    ]
    if flower:
        parts += [
            blossom(rng.uniform(-62, 62), rng.uniform(-56, -8), rng.uniform(6, 9), flower)
            for _ in range(9)
        ]
    return at(x, y, scale, *parts)


def plant_pot(x: float, y: float, scale: float, seed: int, colour: str = CORAL) -> str:
    """A pot with a green plant."""
    rng = Random(seed)
    leaves = "".join(
        group(
            path("M0 0C-16-24-12-58 0-78C12-58 16-24 0 0Z", rng.choice((LEAF, MOSS, LEAF_LIGHT))),
            transform=f"translate(0 -42) rotate({angle})",
        )
        for angle in (-64, -38, -14, 12, 36, 62)
    )
    pot = path("M-30-46L30-46L22 0Q0 5-22 0Z", colour) + box(-34, -54, 68, 14, colour, 6)
    rim = box(-34, -43, 68, 4, INK, 2, opacity=0.15)
    return at(x, y, scale, leaves, pot, rim)


def cloud(x: float, y: float, scale: float, opacity: float = 0.9) -> str:
    """A flat-bottomed cloud."""
    shape = "M-88 18C-110 18-112-10-86-14C-82-44-42-52-26-32C-8-62 44-54 46-20C76-30 104-4 82 18Z"
    return at(x, y, scale, path(shape, WHITE, opacity=opacity))


def sunlight(x: float, y: float, r: float) -> str:
    """A soft sun; the picture's definitions must hold the gradient 'sun'."""
    return disc(x, y, r * 3.2, "url(#sun)") + disc(x, y, r, "#ffe9a8")


def hills(y: float, *colours: str) -> str:
    """Rolling hills, the farthest first."""
    parts = []
    for i, colour in enumerate(colours):
        base = y + i * 26
        wave = 60 + i * 30
        parts.append(
            path(
                f"M0 {num(base)}C{wave + 120} {num(base - 66)} {wave + 240} {num(base - 52)} {wave + 380} {num(base - 12)}"
                f"S{wave + 640} {num(base - 70)} {wave + 800} {num(base - 24)}S1130 {num(base - 60)} 1200 {num(base - 20)}"
                f"L1200 {HEIGHT}L0 {HEIGHT}Z",
                colour,
            )
        )
    return "".join(parts)


def bunting(x1: float, y1: float, x2: float, y2: float, sag: float, count: int = 12) -> str:
    """A string of little flags between two points."""
    mx, my = (x1 + x2) / 2, (y1 + y2) / 2 + sag * 2
    colours = (FLAME, GOLD, SKY_DEEP, CREAM, LEAF, CORAL)
    parts = [
        line(f"M{num(x1)} {num(y1)}Q{num(mx)} {num(my)} {num(x2)} {num(y2)}", INK, 2, opacity=0.6)
    ]
    for i in range(count):
        t = (i + 0.5) / count
        px = (1 - t) ** 2 * x1 + 2 * (1 - t) * t * mx + t * t * x2
        py = (1 - t) ** 2 * y1 + 2 * (1 - t) * t * my + t * t * y2
        slope = math.degrees(
            math.atan2((1 - t) * (my - y1) + t * (y2 - my), (1 - t) * (mx - x1) + t * (x2 - mx))
        )
        width = math.dist((x1, y1), (x2, y2)) / count * 0.72
        flag = path(
            f"M{num(-width / 2)} 0L{num(width / 2)} 0L0 {num(width * 1.12)}Z",
            colours[i % len(colours)],
        )
        parts.append(at(px, py, 1, flag, turn=slope))
    return "".join(parts)


def banner(x: float, y: float, w: float, h: float, text: str, fill: str = FLAME) -> str:
    """A cloth banner with a line of lettering, its centre at (x, y)."""
    left, top = x - w / 2, y - h / 2
    cloth = path(
        f"M{num(left)} {num(top)}Q{num(x)} {num(top + 9)} {num(left + w)} {num(top)}"
        f"L{num(left + w)} {num(top + h)}Q{num(x)} {num(top + h + 9)} {num(left)} {num(top + h)}Z",
        fill,
    )
    hem = line(
        f"M{num(left + 9)} {num(top + 9)}Q{num(x)} {num(top + 18)} {num(left + w - 9)} {num(top + 9)}"
        f"M{num(left + 9)} {num(top + h - 9)}Q{num(x)} {num(top + h)} {num(left + w - 9)} {num(top + h - 9)}",
        GOLD,
        2.4,
        opacity=0.85,
    )
    return cloth + hem + words(x, y + h * 0.19, h * 0.4, text)


def balloon(x: float, y: float, r: float, colour: str, knot: Point) -> str:
    """A balloon on its string."""
    string = line(
        f"M{num(x)} {num(y + r * 1.2)}Q{num((x + knot[0]) / 2 + 8)} {num((y + knot[1]) / 2 + 12)} {num(knot[0])} {num(knot[1])}",
        INK,
        1.5,
        opacity=0.45,
    )
    body = oval(x, y, r, r * 1.16, colour) + path(
        f"M{num(x - 4)} {num(y + r * 1.26)}L{num(x)} {num(y + r * 1.1)}L{num(x + 4)} {num(y + r * 1.26)}Z",
        colour,
    )
    return string + body + oval(x - r * 0.32, y - r * 0.42, r * 0.18, r * 0.3, WHITE, opacity=0.5)


def hand_flag(x: float, y: float, scale: float = 1, turn: float = 0) -> str:
    """A small red paper flag with a yellow star, held at (x, y)."""
    return at(
        x,
        y,
        scale,
        line("M0 8L0-56", WOOD_LIGHT, 3),
        path("M0-56Q18-62 44-55L44-25Q18-31 0-25Z", "#da251d"),
        star(22, -41, 11, "#ffdf3d"),
        turn=turn,
    )


def flagpole(x: float, y: float, height: float) -> str:
    """A pole with the national flag."""
    top = y - height
    return (
        box(x - 34, y - 16, 68, 16, SAND, 4)
        + box(x - 22, y - 28, 44, 14, PAPER, 4)
        + line(f"M{num(x)} {num(y - 26)}L{num(x)} {num(top)}", "#cfc7b6", 7)
        + disc(x, top - 4, 7, GOLD)
        + path(
            f"M{num(x + 3)} {num(top + 8)}q34-18 66-4t66-4l0 84q-34 12-66 0t-66 6Z",
            "#da251d",
        )
        + star(x + 68, top + 46, 26, "#ffdf3d")
    )


def window(x: float, y: float, w: float, h: float, pane: str = SKY) -> str:
    """A window with shutters open at both sides."""
    shutter = w * 0.36
    parts = [
        box(x - shutter, y, shutter, h, SKY_DEEP, 3),
        box(x + w, y, shutter, h, SKY_DEEP, 3),
        box(x, y, w, h, pane, 2),
        path(
            f"M{num(x)} {num(y + h)}L{num(x + w * 0.7)} {num(y)}L{num(x + w)} {num(y)}L{num(x + w * 0.3)} {num(y + h)}Z",
            WHITE,
            opacity=0.28,
        ),
        line(f"M{num(x + w / 2)} {num(y)}v{num(h)}M{num(x)} {num(y + h / 2)}h{num(w)}", WHITE, 4),
        box(x - 5, y + h, w + 10, 7, WHITE, 2),
    ]
    for side in (x - shutter, x + w):
        for i in range(1, 6):
            parts.append(
                line(
                    f"M{num(side + 5)} {num(y + h * i / 6)}h{num(shutter - 10)}",
                    NAVY,
                    2,
                    opacity=0.25,
                )
            )
    return "".join(parts)


def school(x: float, y: float, scale: float) -> str:
    """The school: two storeys, yellow walls, tiled roof. 640 wide, standing on (x, y)."""
    parts = [
        box(-320, -250, 640, 250, "#f9dc96"),
        box(-320, -132, 640, 10, "#fff1cf"),
        path("M-346-246L-292-318L292-318L346-246Z", "#cf5b3c"),
        path("M-346-246L346-246L346-238L-346-238Z", "#a8432b"),
    ]
    for i in range(14):
        parts.append(
            line(f"M{-282 + i * 43} -312l{num((i - 6.5) * 5.4)} 62", "#a8432b", 2.5, opacity=0.4)
        )
    for i in range(4):
        parts.append(window(-268 + i * 80 + (220 if i > 1 else 0), -222, 40, 62))
    for i in range(4):
        parts.append(window(-268 + i * 80 + (220 if i > 1 else 0), -100, 40, 58))
    parts += [
        box(-76, -250, 152, 250, "#fff1cf"),
        path("M-92-248L0-330L92-248Z", "#cf5b3c"),
        path("M-72-250L0-312L72-250Z", "#fff1cf"),
        phuong_flower(0, -270, 25),
        box(-40, -104, 80, 104, "#9c5f35", 40),
        box(-32, -96, 31, 96, "#7b4726", 30),
        box(1, -96, 31, 96, "#85502d", 30),
        box(-52, -6, 104, 8, SAND, 2),
        box(-58, -200, 116, 52, SKY, 4),
        line("M-19-200v52M20-200v52", WHITE, 4),
        box(-66, -146, 132, 8, WHITE, 2),
    ]
    return at(x, y, scale, *parts)


def yard(y: float, seed: int = 5, *, joints: float = 0.25) -> str:
    """The paved yard in front, from y to the bottom edge, with soft light on it."""
    rng = Random(seed)
    parts = [box(0, y, WIDTH, HEIGHT - y, "url(#ground)")]
    for i in range(1, 7):
        row = y + (HEIGHT - y) * (i / 7) ** 1.5
        parts.append(line(f"M0 {num(row)}H{WIDTH}", "#fff", 2.2, opacity=joints))
    for i in range(-9, 10):
        parts.append(
            line(
                f"M{num(600 + i * 62)} {num(y)}L{num(600 + i * 175)} {HEIGHT}",
                "#fff",
                2.2,
                opacity=joints,
            )
        )
    for _ in range(16):
        parts.append(
            oval(
                rng.uniform(0, WIDTH),
                rng.uniform(y + 40, HEIGHT),
                rng.uniform(20, 60),
                rng.uniform(5, 11),
                WHITE,
                opacity=0.13,
            )
        )
    return "".join(parts)


def petals(count: int, seed: int, top: float, bottom: float) -> str:
    """Fallen or falling red petals."""
    rng = Random(seed)
    return "".join(
        at(
            rng.uniform(20, WIDTH - 20),
            rng.uniform(top, bottom),
            rng.uniform(0.7, 1.2),
            path("M0 0C-8-4-8-14 0-18C8-14 8-4 0 0Z", rng.choice((FLAME, CORAL, FLAME_DEEP))),
            turn=rng.uniform(0, 360),
        )
        for _ in range(count)
    )


def room(wall: str, floor: str, y: float) -> str:
    """A room: wall, skirting board and floor boards."""
    parts = [
        box(0, 0, WIDTH, y, wall),
        box(0, y, WIDTH, HEIGHT - y, floor),
        box(0, y - 14, WIDTH, 14, WHITE, opacity=0.8),
    ]
    for i in range(-9, 10):
        parts.append(
            line(
                f"M{num(600 + i * 90)} {num(y)}L{num(600 + i * 185)} {HEIGHT}", INK, 2, opacity=0.08
            )
        )
    return "".join(parts)


def round_rug(x: float, y: float, rx: float, ry: float, *colours: str) -> str:
    """A rug of concentric rings."""
    count = len(colours)
    return "".join(
        oval(x, y, rx * (1 - i / (count + 0.6)), ry * (1 - i / (count + 0.6)), colour)
        for i, colour in enumerate(colours)
    )


def table(x: float, y: float, w: float, h: float, top: str = WOOD_LIGHT) -> str:
    """A low children's table, the middle of its front edge at (x, y)."""
    left = x - w / 2
    return (
        oval(x, y + h + 2, w * 0.5, 12, "#3a2a1c", opacity=0.15)
        + box(left + 26, y, 20, h, WOOD, 6)
        + box(left + w - 46, y, 20, h, WOOD, 6)
        + path(
            f"M{num(left + 40)} {num(y - 62)}H{num(left + w - 40)}L{num(left + w)} {num(y)}H{num(left)}Z",
            top,
        )
        + box(left, y - 2, w, 18, WOOD, 8)
    )


def star_lantern(x: float, y: float, r: float, colour: str = FLAME) -> str:
    """A star lantern in its ring, with tassels; needs the gradient 'lamp'."""
    fringe = "".join(
        line(f"M{num(px * r)} {num(r * 0.98)}q3 {num(r * 0.25)} 0 {num(r * 0.5)}", AMBER, r * 0.07)
        for px in (-0.16, 0, 0.16)
    )
    return at(
        x,
        y,
        1,
        disc(0, 0, r * 2.3, "url(#lamp)"),
        disc(0, 0, r, "none", stroke=GOLD, stroke_width=r * 0.13),
        star(0, 0, r * 0.98, colour),
        star(0, 0, r * 0.62, AMBER),
        star(0, 0, r * 0.34, "#fff1b5"),
        fringe,
    )


def round_lantern(x: float, y: float, r: float, colour: str = FLAME) -> str:
    """A round paper lantern; needs the gradient 'lamp'."""
    ribs = line(
        f"M{num(-r * 0.5)} {num(-r * 0.8)}Q{num(-r * 0.95)} 0 {num(-r * 0.5)} {num(r * 0.8)}"
        f"M0 {num(-r * 0.9)}V{num(r * 0.9)}"
        f"M{num(r * 0.5)} {num(-r * 0.8)}Q{num(r * 0.95)} 0 {num(r * 0.5)} {num(r * 0.8)}",
        "#fff",
        1.8,
        opacity=0.35,
    )
    return at(
        x,
        y,
        1,
        disc(0, 0, r * 2.2, "url(#lamp)"),
        oval(0, 0, r, r * 0.92, colour),
        oval(0, 0, r * 0.5, r * 0.6, GOLD, opacity=0.55),
        ribs,
        box(-r * 0.38, -r * 1.02, r * 0.76, r * 0.18, GOLD, 3),
        box(-r * 0.38, r * 0.84, r * 0.76, r * 0.18, GOLD, 3),
        line(
            f"M0 {num(r)}v{num(r * 0.6)}M-5 {num(r)}v{num(r * 0.5)}M5 {num(r)}v{num(r * 0.5)}",
            AMBER,
            3,
        ),
    )


def banh_chung(x: float, y: float, size: float, turn: float = 0, ribbon: str = "#e9d8a6") -> str:
    """A square rice cake in its leaf, tied crosswise, lying a little tilted."""
    h = size / 2
    return at(
        x,
        y,
        1,
        box(-h, -h * 0.62, size, size * 0.72, LEAF_DARK, size * 0.07),
        box(-h, -h * 0.78, size, size * 0.66, "#4c8b4a", size * 0.07),
        path(
            f"M{num(-h)} {num(-h * 0.5)}L{num(h)} {num(-h * 0.7)}L{num(h)} {num(-h * 0.3)}L{num(-h)} 0Z",
            LEAF_LIGHT,
            opacity=0.3,
        ),
        line(
            f"M{num(-h * 0.34)} {num(-h * 0.78)}V{num(h * 0.8)}M{num(h * 0.34)} {num(-h * 0.78)}V{num(h * 0.8)}"
            f"M{num(-h)} {num(-h * 0.36)}H{num(h)}M{num(-h)} {num(h * 0.14)}H{num(h)}",
            ribbon,
            size * 0.045,
        ),
        turn=turn,
    )


def book(x: float, y: float, w: float, colour: str, turn: float = 0) -> str:
    """An open picture book seen from the front, its spine at (x, y)."""
    h = w * 0.62
    page = f"M0 {num(-h)}Q{num(w * 0.25)} {num(-h * 1.14)} {num(w / 2)} {num(-h)}V0Q{num(w * 0.25)} {num(-h * 0.14)} 0 0Z"
    return at(
        x,
        y,
        1,
        box(-w / 2 - 4, -h - 3, w + 8, h + 9, colour, 4),
        path(page, WHITE),
        at(0, 0, 1, path(page, CREAM), flip=True),
        disc(w * 0.25, -h * 0.62, h * 0.18, AMBER),
        line(f"M{num(w * 0.12)} {num(-h * 0.26)}h{num(w * 0.26)}", GREY, 2),
        path(
            f"M{num(-w * 0.38)} {num(-h * 0.3)}l{num(w * 0.13)} {num(-h * 0.42)}l{num(w * 0.13)} {num(h * 0.42)}Z",
            LEAF,
        ),
        turn=turn,
    )


def book_row(x: float, y: float, w: float, h: float, seed: int) -> str:
    """Spines on a shelf, standing on y."""
    rng = Random(seed)
    parts, place = [], x
    while place < x + w - 12:
        thick = rng.uniform(9, 17)
        tall = h * rng.uniform(0.66, 0.96)
        colour = rng.choice((FLAME, AMBER, SKY_DEEP, LEAF, CREAM, CORAL, NAVY, PINK))
        parts.append(box(place, y - tall, thick, tall, colour, 2))
        parts.append(
            disc(
                place + thick / 2, y - tall * 0.25, 2.6, rng.choice((WHITE, GOLD, INK)), opacity=0.8
            )
        )
        place += thick + 1.5
    return "".join(parts)


def bouquet(x: float, y: float, scale: float, seed: int = 2, wrap: str = CREAM) -> str:
    """A bunch of flowers in paper, held at (x, y)."""
    rng = Random(seed)
    stems = "".join(fern(0, -10, 58, angle, MOSS) for angle in (-140, -110, -70, -40))
    heads = "".join(
        blossom(
            rng.uniform(-30, 30),
            rng.uniform(-74, -38),
            rng.uniform(11, 15),
            rng.choice((FLAME, CORAL, AMBER, PINK, WHITE)),
        )
        for _ in range(11)
    )
    paper = path("M-30-42Q0-22 30-42L10 16Q0 20-10 16Z", wrap) + line("M-10 0Q0 5 10 0", FLAME, 5)
    return at(x, y, scale, stems, heads, paper)


def confetti(
    count: int, seed: int, top: float, bottom: float, colours: Iterable[str] = BRIGHT
) -> str:
    """Scattered bits of coloured paper."""
    rng = Random(seed)
    tones = list(colours)
    return "".join(
        at(
            rng.uniform(0, WIDTH),
            rng.uniform(top, bottom),
            1,
            box(-4, -2.5, 8, 5, rng.choice(tones), 1.5, opacity=0.85),
            turn=rng.uniform(0, 180),
        )
        for _ in range(count)
    )


def lantern_stick(hand: Point, lantern: str) -> str:
    """A lantern on a stick, held at the hand; the lantern is drawn around (0, 0)."""
    hx, hy = hand
    tip = (hx + 36, hy - 52)
    return (
        line(f"M{num(hx - 6)} {num(hy + 9)}L{num(tip[0])} {num(tip[1])}", WOOD_LIGHT, 3.4)
        + line(f"M{num(tip[0])} {num(tip[1])}v18", CREAM, 1.6)
        + at(tip[0], tip[1] + 40, 1, lantern)
    )


def drum(x: float, y: float, scale: float) -> str:
    """A big school drum on its wooden stand, standing on (x, y)."""
    studs = "".join(
        disc(math.cos(i / 20 * math.tau) * 72, -140 + math.sin(i / 20 * math.tau) * 72, 4, GOLD)
        for i in range(20)
    )
    return at(
        x,
        y,
        scale,
        oval(20, 2, 130, 14, "#3a2a1c", opacity=0.2),
        line("M-70 0L-40-110M90 0L70-110M-46-60H76", WOOD_DARK, 13),
        path("M0-222C60-222 120-216 132-202C150-170 150-110 132-78C120-64 60-58 0-58Z", FLAME_DEEP),
        line("M52-220C66-180 66-100 52-60M96-216C112-176 112-104 96-64", GOLD, 4, opacity=0.7),
        disc(0, -140, 82, FLAME),
        studs,
        disc(0, -140, 64, "#fbe6bd"),
        disc(0, -140, 40, "none", stroke="#e7c68d", stroke_width=3),
        disc(0, -140, 20, "#f0d29b"),
    )


def easel_shelf(x: float, y: float, w: float, h: float, rows: int, seed: int) -> str:
    """A low open bookcase standing on (x, y), its left edge at x."""
    rng = Random(seed)
    step = h / rows
    parts = [
        box(x, y - h, w, h, WOOD_LIGHT, 6),
        box(x + 8, y - h + 8, w - 16, h - 12, "#a9713f", 3),
    ]
    for i in range(rows):
        base = y - h + step * (i + 1) - 6
        parts.append(book_row(x + 14, base, w - 28, step - 16, rng.randint(1, 999)))
        parts.append(box(x + 4, base, w - 8, 8, WOOD_LIGHT, 2))
    return "".join(parts)


def basket(x: float, y: float, scale: float, *inner: str) -> str:
    """A wicker basket with things in it, standing on (x, y)."""
    weave = "".join(
        line(f"M-40 {-8 - i * 9}Q0 {-2 - i * 9} 40 {-8 - i * 9}", "#a8743a", 2, opacity=0.5)
        for i in range(4)
    )
    return at(
        x,
        y,
        scale,
        *inner,
        path("M-46-42L46-42L38 0Q0 6-38 0Z", "#d7a45c"),
        weave,
        box(-50, -48, 100, 11, "#c58d45", 5),
    )


def steam(x: float, y: float, scale: float) -> str:
    """Wisps of steam rising from (x, y)."""
    return at(
        x,
        y,
        scale,
        line(
            "M-30 0C-60-40 0-70-30-120M0-6C-30-60 34-90 0-160M32 0C6-44 62-70 34-124",
            WHITE,
            13,
            opacity=0.55,
            filter="url(#soft)",
        ),
    )


def peach_branch(x: float, y: float, scale: float, seed: int, *, flip: bool = False) -> str:
    """A branch of pink peach blossom."""
    rng = Random(seed)
    wood = line(
        "M0 0Q40-90 20-170M20-100Q80-140 110-210M28-60Q-40-110-70-190M60-136Q120-150 170-140M-28-128Q-70-130-104-116",
        WOOD_DARK,
        7,
    )
    spots = (
        (20, -170),
        (110, -210),
        (-70, -190),
        (170, -140),
        (-104, -116),
        (24, -120),
        (70, -150),
        (-40, -130),
        (120, -146),
        (90, -180),
        (-54, -160),
        (30, -76),
        (-10, -96),
        (16, -146),
        (140, -172),
        (-84, -150),
    )
    buds = "".join(
        disc(px + rng.uniform(-16, 16), py + rng.uniform(-16, 16), 5, "#e76f86") for px, py in spots
    )
    flowers = "".join(
        blossom(
            px + rng.uniform(-8, 8),
            py + rng.uniform(-8, 8),
            rng.uniform(13, 19),
            rng.choice(("#f39ab0", "#f7b6c4", "#ec7f99")),
            rng.uniform(0, 70),
        )
        for px, py in spots
    )
    return at(x, y, scale, wood, buds, flowers, flip=flip)


def gate(x: float, y: float, text: str) -> str:
    """The school gate, open, its name above."""
    pillar = "".join(
        box(px - 34, y - 330, 68, 330, "#f6d48a", 4)
        + box(px - 42, y - 344, 84, 20, "#cf5b3c", 5)
        + box(px - 42, y - 22, 84, 22, "#e2b25f", 4)
        + box(px - 22, y - 290, 44, 240, "#fff1cf", 6)
        for px in (x - 330, x + 330)
    )
    sign = (
        path(
            f"M{x - 380} {y - 344}Q{x} {y - 450} {x + 380} {y - 344}L{x + 380} {y - 400}Q{x} {y - 540} {x - 380} {y - 400}Z",
            FLAME,
        )
        + line(
            f"M{x - 372} {y - 352}Q{x} {y - 458} {x + 372} {y - 352}M{x - 372} {y - 394}Q{x} {y - 532} {x + 372} {y - 394}",
            GOLD,
            4,
        )
        + el(
            "path",
            id="bow",
            d=f"M{x - 380} {y - 362}Q{x} {y - 478} {x + 380} {y - 362}",
            fill="none",
        )
        + el(
            "text",
            el("textPath", text, href="#bow", startOffset="50%"),
            font_family="Nunito, sans-serif",
            font_weight=800,
            font_size=37,
            text_anchor="middle",
            fill=CREAM,
        )
    )
    return pillar + sign
