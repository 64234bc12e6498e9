"""Children and grown-ups: one figure is data, two functions draw it from head to shoes.

Does not know where the figures stand or what happens around them.
"""

# ruff: noqa: E501, INP001, PLR0911

from dataclasses import dataclass, field
from typing import Literal

from paint import (
    AMBER,
    CORAL,
    FLAME,
    FLAME_DEEP,
    GOLD,
    HAIR,
    INK,
    NAVY,
    SKIN,
    SKIN_DEEP,
    SKIN_WARM,
    WHITE,
    Point,
    at,
    blossom,
    box,
    disc,
    group,
    line,
    num,
    oval,
    path,
    star,
)

Mood = Literal["smile", "open", "calm", "joy"]


@dataclass(frozen=True)
class Figure:
    """How one person looks. Hands are points in the figure's own units, feet at (0, 0)."""

    shirt: str = FLAME
    lower: str = NAVY
    wear: str = "shorts"
    hair: str = "short"
    hair_colour: str = HAIR
    skin: str = SKIN
    view: Literal["front", "back"] = "front"
    look: float = 0
    mood: Mood = "smile"
    hands: tuple[Point, Point] = ((-34, -58), (34, -58))
    pose: Literal["stand", "sit", "kneel", "step"] = "stand"
    hat: str = ""
    scarf: str = ""
    bag: str = ""
    holds: str = ""
    shadow: float = 0.22
    accents: tuple[str, ...] = field(default=())


def arm(shoulder: Point, hand: Point, sleeve: str, skin: str, width: float, *, long: bool) -> str:
    """An arm bent a little outwards, with a short or a long sleeve."""
    (sx, sy), (hx, hy) = shoulder, hand
    out = 1 if sx > 0 else -1
    bend = 9 if abs(hx) > abs(sx) * 0.7 else 17
    ex, ey = (sx + hx) / 2 + out * bend * 0.6, (sy + hy) / 2 + 6
    whole = f"M{num(sx)} {num(sy)}Q{num(ex)} {num(ey)} {num(hx)} {num(hy)}"
    reach = 0.82 if long else 0.46
    qx, qy = sx + (ex - sx) * reach, sy + (ey - sy) * reach
    rx, ry = ex + (hx - ex) * reach, ey + (hy - ey) * reach
    tx, ty = qx + (rx - qx) * reach, qy + (ry - qy) * reach
    cut = f"M{num(sx)} {num(sy)}Q{num(qx)} {num(qy)} {num(tx)} {num(ty)}"
    return (
        line(whole, skin, width * 0.82)
        + disc(hx, hy, width * 0.53, skin)
        + line(cut, sleeve, width + 2)
    )


def face(figure: Figure, size: float) -> str:
    """Eyes, cheeks, nose and mouth on a head of the given radius around (0, 0)."""
    k = size / 35
    shift = figure.look * 9 * k
    parts = []
    for side in (-1, 1):
        ex = side * 12.5 * k + shift
        if figure.mood == "joy":
            parts.append(
                line(
                    f"M{num(ex - 5 * k)} {num(8 * k)}q{num(5 * k)} {num(-7 * k)} {num(10 * k)} 0",
                    INK,
                    2.8 * k,
                )
            )
        else:
            parts.append(oval(ex, 6 * k, 3.1 * k, 4.1 * k, INK))
            parts.append(disc(ex + 1.1 * k, 4.6 * k, 1.1 * k, WHITE))
        brow = f"M{num(ex - 4 * k)} {num(-3.5 * k)}q{num(4 * k)} {num(-2.6 * k)} {num(8 * k)} 0"
        parts.append(line(brow, figure.hair_colour, 1.7 * k, opacity=0.7))
        parts.append(
            oval(side * 20.5 * k + shift * 0.8, 15 * k, 6.8 * k, 4.8 * k, "#ee7f6b", opacity=0.42)
        )
    mx = shift * 1.05
    parts.append(
        line(
            f"M{num(mx - 1.5 * k)} {num(12 * k)}q{num(1.5 * k)} 2 {num(3 * k)} 0", SKIN_DEEP, 2 * k
        )
    )
    if figure.mood in ("open", "joy"):
        mouth = (
            f"M{num(mx - 7 * k)} {num(17.5 * k)}q{num(7 * k)} {num(1.5 * k)} {num(14 * k)} 0"
            f"q{num(-1 * k)} {num(9 * k)} {num(-7 * k)} {num(9 * k)}"
            f"q{num(-6 * k)} 0 {num(-7 * k)} {num(-9 * k)}Z"
        )
        parts.append(path(mouth, "#a33a2e"))
        parts.append(oval(mx, 24 * k, 3.6 * k, 2 * k, "#f08a7d"))
    else:
        dip = 6 if figure.mood == "smile" else 3
        parts.append(
            line(
                f"M{num(mx - 6 * k)} {num(19 * k)}q{num(6 * k)} {num(dip * k)} {num(12 * k)} 0",
                "#a33a2e",
                2.4 * k,
            )
        )
    return "".join(parts)


FRINGES = {
    "short": "M-35 3C-42-44 42-46 35 3C32-8 28-17 15-19C4-13-14-22-22-15C-29-11-33-5-35 3Z",
    "bob": "M-36 9C-41-47 41-47 36 9C31-6 24-14 9-15C-3-12-24-11-36 9Z",
    "spiky": "M-35 3C-42-40-30-46-22-42L-16-50L-8-43L0-51L6-43L15-48L18-41C34-40 40-24 35 3"
    "C31-8 25-16 12-17L4-11L-3-18L-14-12L-22-17C-29-11-33-5-35 3Z",
}


def hair_behind(figure: Figure) -> str:
    """The hair that hangs behind the head."""
    c = figure.hair_colour
    if figure.hair in ("bob", "hairband"):
        return path(
            "M-38 0C-42-44 42-44 38 0C41 16 38 26 33 31C12 37-12 37-33 31C-38 26-41 16-38 0Z", c
        )
    if figure.hair == "pigtails":
        tail = "M0 0C16-4 22 12 14 30C8 36-2 34-4 26C0 18-6 8 0 0Z"
        return at(35, 2, 1, path(tail, c)) + at(-35, 2, 1, path(tail, c), flip=True)
    if figure.hair == "buns":
        return disc(-24, -31, 14, c) + disc(24, -31, 14, c)
    if figure.hair == "bun":
        return disc(0, -42, 15, c)
    if figure.hair == "tail":
        return path("M10-30C46-34 50 0 36 26C30 34 24 28 26 18C30 0 26-14 10-30Z", c)
    if figure.hair == "long":
        return path(
            "M-38 0C-42-44 42-44 38 0C43 34 40 58 34 74C12 80-12 80-34 74C-40 58-43 34-38 0Z", c
        )
    return ""


def hair_front(figure: Figure) -> str:
    """The fringe, and the ribbons in it."""
    kind = {"short": "short", "spiky": "spiky"}.get(figure.hair, "bob")
    shapes = path(FRINGES[kind], figure.hair_colour)
    shine = line("M-22-24Q-8-36 10-33", "#fff", 3.2, opacity=0.13)
    ribbon = ""
    if figure.hair == "pigtails":
        ribbon = disc(-37, 3, 5.5, FLAME) + disc(37, 3, 5.5, FLAME)
    elif figure.hair == "buns":
        ribbon = disc(-20, -24, 4.5, AMBER) + disc(20, -24, 4.5, AMBER)
    elif figure.hair == "hairband":
        ribbon = line("M-35-8C-30-40 30-40 35-8", CORAL, 5.5) + blossom(25, -26, 9, FLAME)
    return shapes + shine + ribbon


def nape(figure: Figure) -> str:
    """A head seen from behind, all hair."""
    c = figure.hair_colour
    long = figure.hair in ("bob", "hairband", "long", "tail")
    bottom = 30 if long else 20
    if figure.hair == "long":
        bottom = 66
    shape = f"M-36 0C-40-46 40-46 36 0C38 {bottom} 22 {bottom + 4} 0 {bottom + 4}C-22 {bottom + 4}-38 {bottom}-36 0Z"
    shine = line("M-20-24Q-4-35 14-30", "#fff", 3.4, opacity=0.14)
    extra = ""
    if figure.hair == "pigtails":
        extra = line("M0-34Q2-4 0 24", SKIN_DEEP, 1.6, opacity=0.5)
        extra += disc(-35, 4, 5.5, FLAME) + disc(35, 4, 5.5, FLAME)
    elif figure.hair == "tail":
        extra = path("M-7-12C-22 14-16 44-2 58C12 46 20 16 7-12Z", c) + disc(0, -10, 7, FLAME)
        extra += line("M-4 4Q-8 26-3 46", "#fff", 2, opacity=0.12)
    elif figure.hair == "bun":
        extra = disc(0, -10, 16, c) + line("M-9-18Q0-26 10-18", "#fff", 2.4, opacity=0.18)
    elif figure.hair == "hairband":
        extra = line("M-35-8C-30-38 30-38 35-8", CORAL, 5.5)
    return path(shape, c) + shine + extra


def hat(kind: str) -> str:
    """Something on the head, for a head of radius 35 around (0, 0)."""
    if kind == "cap":
        return path("M-35-6C-36-46 36-46 35-6Z", FLAME) + path(
            "M-38-6Q0-16 38-6Q34 3 0-1Q-34 3-38-6Z", FLAME_DEEP
        )
    if kind == "soldier":
        crown = path("M-36-8C-38-52 38-52 36-8Z", "#6f8a45") + line(
            "M-35-14Q0-22 35-14", "#53692f", 4
        )
        brim = path("M-50-5Q0-26 50-5Q40 6 0-1Q-40 6-50-5Z", "#7f9b50")
        return (
            crown
            + brim
            + star(0, -27, 9, GOLD)
            + disc(0, -27, 10.5, "none", stroke=FLAME, stroke_width=2.5)
        )
    if kind == "graduate":
        cap = path("M-34-12C-32-30 32-30 34-12L32-2Q0-12-32-2Z", "#2a3f73")
        board = path("M0-48L58-27L0-6L-58-27Z", NAVY)
        tassel = line("M0-27L44-22L46 2", GOLD, 3.2) + path("M41 0L51 0L53 17L39 17Z", AMBER)
        return cap + board + tassel
    if kind == "cook":
        return path(
            "M-26-16C-52-20-44-56-20-50C-14-68 16-68 20-50C44-56 52-20 26-16L26-8Q0-14-26-8Z", WHITE
        ) + line("M-26-17Q0-23 26-17", "#e8dcc5", 3)
    if kind == "conical":
        return (
            path("M0-66L66-8Q0 12-66-8Z", "#f3d79c")
            + line("M-52-12Q0 6 52-12", "#d9b46c", 2.5)
            + line("M-33-28Q0-18 33-28", "#d9b46c", 2)
        )
    if kind == "turban":
        return path("M-37-8C-40-46 40-46 37-8Q0-22-37-8Z", FLAME_DEEP) + line(
            "M-34-16Q0-32 34-16", FLAME, 4
        )
    if kind == "paper":
        return (
            path("M-30-18L0-60L30-18Q0-27-30-18Z", AMBER)
            + disc(0, -60, 6, FLAME)
            + disc(-8, -32, 4, FLAME)
            + disc(9, -36, 4, WHITE)
        )
    return ""


def head(figure: Figure, size: float) -> str:
    """A head of the given radius around (0, 0)."""
    if figure.view == "back":
        inner = (
            disc(-33, 4, 7, figure.skin)
            + disc(33, 4, 7, figure.skin)
            + (hair_behind(figure) if figure.hair in ("pigtails", "buns") else "")
            + nape(figure)
        )
    else:
        inner = (
            disc(-34 + figure.look * 4, 7, 6.5, SKIN_WARM)
            + disc(34 + figure.look * 4, 7, 6.5, SKIN_WARM)
            + oval(0, 3, 34, 33, figure.skin)
            + face(figure, 35)
            + group(hair_front(figure), transform=f"translate({num(figure.look * 3)} 0)")
        )
    return at(0, 0, size / 35, inner + hat(figure.hat))


def mane(figure: Figure, size: float, y: float) -> str:
    """The hair that a figure seen from the front has behind neck and shoulders."""
    if figure.view == "back":
        return ""
    return at(0, y, size / 35, hair_behind(figure))


def child_legs(f: Figure) -> str:
    """Legs and shoes of a child, standing, stepping or sitting with crossed legs."""
    shoe = f.accents[0] if f.accents else INK
    long = f.wear == "trousers"
    leg = f.lower if long else f.skin
    if f.pose == "sit":
        cloth = f.shirt if f.wear == "dress" else f.lower
        return (
            oval(0, -8, 50, 15, cloth)
            + line("M-34-14Q-8 2 22-2", cloth, 20)
            + line("M34-14Q8 2-22-2", cloth, 20)
            + line("M-30-10Q-4 4 18 0", INK, 1.6, opacity=0.18)
            + oval(-27, 0, 12, 7, shoe)
            + oval(27, 0, 12, 7, shoe)
        )
    spread = 20 if f.pose == "step" else 12
    lift = -10 if f.pose == "step" else 0
    left = f"M-11-50Q{num(-12)} -28 {num(-spread)} -8"
    right = f"M11-50Q14 -30 {num(spread)} {num(-8 + lift)}"
    parts = line(left, leg, 15) + line(right, leg, 15)
    parts += path(f"M{num(-spread - 15)} 0q2-13 14-12q9 0 10 12Z", shoe)
    parts += path(f"M{num(spread + 15)} {num(lift)}q-2-13-14-12q-9 0-10 12Z", shoe)
    return parts


def child_clothes(f: Figure) -> str:
    """What a child wears between neck and knees."""
    trim = f.accents[1] if len(f.accents) > 1 else WHITE
    top = path("M-22-101Q0-92 22-101C30-94 31-70 30-48Q0-40-30-48C-31-70-30-94-22-101Z", f.shirt)
    if f.wear == "dress":
        skirt = (
            "M-22-101Q0-92 22-101C29-92 27-78 27-72L44-34Q0-22-44-34L-27-72C-27-78-29-92-22-101Z"
        )
        return (
            path(skirt, f.shirt)
            + line("M-40-40Q0-28 40-40", trim, 4)
            + line("M-26-73Q0-66 26-73", trim, 3.5)
        )
    if f.wear == "gown":
        gown = "M-23-101Q0-90 23-101C34-92 36-70 42-30Q0-20-42-30C-36-70-34-92-23-101Z"
        collar = path("M-21-101L0-70L21-101L13-103L0-84L-13-103Z", GOLD)
        return path(gown, f.shirt) + collar + line("M0-70L0-27", "#1d3057", 2.5)
    if f.wear == "skirt":
        skirt = path("M-28-64L28-64L42-34Q0-23-42-34Z", f.lower)
        pleats = line("M-13-58L-18-33M0-57L0-31M13-58L18-33", INK, 1.8, opacity=0.2)
        return skirt + pleats + top
    if f.wear == "apron":
        lower = path("M-29-58L29-58L29-36Q0-30-29-36Z", f.lower)
        bib = path("M-17-92L17-92L20-66L31-34Q0-24-31-34L-20-66Z", trim)
        pocket = line("M-12-58L12-58Q11-44 0-43Q-11-44-12-58", f.shirt, 2.4)
        return lower + top + bib + pocket + line("M-17-92L-19-101M17-92L19-101", trim, 4)
    lower = path("M-29-60L29-60L27-32Q14-28 3-33L0-44L-3-33Q-14-28-27-32Z", f.lower)
    stripes = ""
    if f.wear == "stripes":
        stripes = line("M-29-84Q0-76 29-84M-31-66Q0-58 31-66", trim, 5.5)
    return lower + top + stripes


def child(x: float, y: float, scale: float, f: Figure, *, flip: bool = False) -> str:
    """A child of about five, 170 units high at scale 1."""
    drop = 36 if f.pose == "sit" else 0
    shoulders = ((-22, -93 + drop), (22, -93 + drop))
    long = f.wear in ("gown", "long")
    sleeve = f.shirt
    arms = [
        arm(shoulder, (hx, hy + drop), sleeve, f.skin, 13, long=long)
        for shoulder, (hx, hy) in zip(shoulders, f.hands, strict=True)
    ]
    body = group(child_clothes(f), transform=f"translate(0 {drop})")
    neck = box(-8, -108 + drop, 16, 14, SKIN_WARM, 6)
    bag = ""
    if f.bag:
        bag = group(
            box(-24, -100, 48, 52, f.bag, 13),
            box(-17, -76, 34, 24, WHITE, 8, opacity=0.35),
            line("M-10-100Q0-112 10-100", f.bag, 4),
            disc(0, -88, 4, GOLD),
            transform=f"translate(0 {drop})",
        )
    scarf = ""
    if f.scarf and f.view == "front":
        scarf = path(
            f"M-18{num(-103 + drop)}Q0{num(-92 + drop)} 18{num(-103 + drop)}L4{num(-90 + drop)}"
            f"L10{num(-74 + drop)}L0{num(-84 + drop)}L-10{num(-74 + drop)}L-4{num(-90 + drop)}Z",
            f.scarf,
        )
    skull = group(head(f, 36), transform=f"translate(0 {-134 + drop})")
    shade = oval(0, 1, 46 if f.pose == "sit" else 36, 8, "#3a2a1c", opacity=f.shadow)
    legs = child_legs(f) if f.pose != "sit" else ""
    lap = child_legs(f) if f.pose == "sit" else ""
    holds = group(f.holds, transform=f"translate(0 {drop})") if f.holds else ""
    if f.view == "back":
        stack = [shade, legs, *arms, holds, neck, body, lap, bag, skull]
    else:
        stack = [shade, mane(f, 36, -134 + drop), legs, neck, body, scarf, lap, *arms, holds, skull]
    return at(x, y, scale, *stack, flip=flip)


def arms_over(x: float, y: float, scale: float, f: Figure) -> str:
    """The arms of a child drawn once more, for one who sits behind a table and leans on it."""
    parts = [
        arm(shoulder, hand, f.shirt, f.skin, 13, long=False)
        for shoulder, hand in zip(((-22, -93), (22, -93)), f.hands, strict=True)
    ]
    return at(x, y, scale, *parts)


def adult_lower(f: Figure) -> str:
    """The lower half of a grown-up."""
    if f.pose == "kneel":
        return path("M-30-70C-62-58-76-24-66-2L66-2C78-24 62-58 30-70Z", f.lower)
    if f.pose == "sit":
        lap = path("M-34-30Q0-40 34-30L46-8Q0 2-46-8Z", f.shirt) if f.wear == "aodai" else ""
        legs = line("M-40-18Q-6 0 32-3", f.lower, 27) + line("M40-18Q6 0-32-3", f.lower, 27)
        return legs + lap + line("M-26-10Q0 2 26-6", INK, 1.8, opacity=0.16)
    shoes = path("M-27 0q2-11 13-11q9 0 10 11Z", INK) + path("M27 0q-2-11-13-11q-9 0-10 11Z", INK)
    if f.wear == "aodai":
        trousers = path("M-20-130L20-130L25-6Q14-2 3-6L0-70L-3-6Q-14-2-25-6Z", f.lower)
        behind = path("M-20-140L24-140C34-96 37-60 39-24L-20-24Z", f.shirt, opacity=0.72)
        return shoes + behind + trousers
    if f.wear == "skirt":
        return (
            shoes
            + line("M-10-60L-12-8M10-60L12-8", f.skin, 12)
            + path("M-24-140L24-140L34-52Q0-44-34-52Z", f.lower)
        )
    return shoes + path("M-25-132L25-132L27-7Q15-3 4-7L0-92L-4-7Q-15-3-27-7Z", f.lower)


def tunic(f: Figure, trim: str) -> str:
    """The upper part of an áo dài, with its panel where it is seen."""
    bodice = "M-27-195Q0-186 27-195C32-176 25-160 22-143"
    back = "C-25-160-32-176-27-195Z"
    ends = {
        "kneel": "C34-126 54-100 54-70Q0-56-54-70C-54-100-34-126-22-143",
        "sit": "L30-106Q0-98-30-106L-22-143",
    }
    flowers = {
        "kneel": ((-10, -168), (14, -92), (-16, -84), (34, -80), (-2, -104)),
        "sit": ((-10, -168),),
    }
    standing = "C27-104 28-66 27-28Q2-20-25-28C-28-66-27-104-22-143"
    sprigs = ((-8, -52), (10, -66), (-2, -84), (8, -40), (-12, -166))
    shape = bodice + ends.get(f.pose, standing) + back
    pattern = "".join(blossom(x, y, 7, trim) for x, y in flowers.get(f.pose, sprigs))
    collar = ""
    if f.view == "front":
        collar = path("M-11-203L11-203L12-191Q0-186-12-191Z", f.shirt)
        collar += line("M-12-193Q0-187 12-193", INK, 1.4, opacity=0.3)
    return path(shape, f.shirt) + collar + pattern


def coat(f: Figure, low: float) -> str:
    """A doctor's white coat."""
    shape = f"M-29-195Q0-186 29-195C36-170 34-130 36{low}Q0{low + 8}-36{low}C-34-130-36-170-29-195Z"
    opening = line(f"M0-168L0{low + 4}", "#d9d2c2", 2.2)
    return path(shape, WHITE) + path("M-12-193L0-168L12-193Z", f.shirt) + opening


def apron(low: float, trim: str) -> str:
    """A cook's apron."""
    bib = f"M-19-178L19-178L21-140L33{low}Q0{low + 9}-33{low}L-21-140Z"
    return path(bib, trim) + line("M-19-178L-22-194M19-178L22-194", trim, 4.5)


def adult_top(f: Figure) -> str:
    """The upper half of a grown-up."""
    trim = f.accents[0] if f.accents else WHITE
    low = f.pose in ("kneel", "sit")
    if f.wear == "aodai":
        return tunic(f, trim)
    if f.wear == "coat":
        return coat(f, -76 if low else -72)
    hem = "C36-176 31-150 30-122Q0-114-30-122C-31-150-36-176"
    shape = path(f"M-29-195Q0-186 29-195{hem}-29-195Z", f.shirt)
    if f.wear == "apron":
        return shape + apron(-96 if low else -74, trim)
    if f.pose == "kneel":
        shape += path("M-30-124L30-124L33-90Q0-82-33-90Z", f.shirt)
    if f.view == "front":
        shape += path("M-12-194L0-182L12-194L8-198L0-190L-8-198Z", trim)
        shape += line("M0-182L0-122", INK, 1.5, opacity=0.22)
    return shape


def adult(x: float, y: float, scale: float, f: Figure, *, flip: bool = False) -> str:
    """A grown-up, 265 units high at scale 1."""
    drop = {"kneel": 62, "sit": 88}.get(f.pose, 0)
    shoulders = ((-27, -186 + drop), (27, -186 + drop))
    arms = [
        arm(
            shoulder, (hx, hy + drop), WHITE if f.wear == "coat" else f.shirt, f.skin, 15, long=True
        )
        for shoulder, (hx, hy) in zip(shoulders, f.hands, strict=True)
    ]
    top = group(adult_top(f), transform=f"translate(0 {drop})")
    neck = box(-8, -208 + drop, 16, 18, SKIN_WARM, 6)
    skull = group(head(f, 31), transform=f"translate(0 {-230 + drop})")
    shade = oval(0, 1, 62 if f.pose != "stand" else 40, 9, "#3a2a1c", opacity=f.shadow)
    holds = group(f.holds, transform=f"translate(0 {drop})") if f.holds else ""
    lower = adult_lower(f)
    if f.view == "back":
        stack = [shade, lower, *arms, holds, neck, top, skull]
    elif f.pose == "sit":
        stack = [shade, mane(f, 31, -230 + drop), neck, top, lower, *arms, holds, skull]
    else:
        stack = [shade, mane(f, 31, -230 + drop), lower, neck, top, *arms, holds, skull]
    return at(x, y, scale, *stack, flip=flip)


def ear_hands(x: float, y: float, size: float, f: Figure) -> str:
    """Hands laid over the ears of a child drawn at the same place."""
    return at(
        x,
        y,
        size,
        disc(-39, -130, 9, f.skin),
        disc(39, -130, 9, f.skin),
        line("M-44-124L-38-100M44-124L38-100", f.skin, 11),
    )
