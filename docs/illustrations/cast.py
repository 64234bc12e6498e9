"""The people, the light and the places that come back from picture to picture.

Does not know the entries that the pictures belong to.
"""

# ruff: noqa: E501, INP001, PLR2004, S311

from random import Random

from motifs import (
    bunting,
    bush,
    cloud,
    hills,
    phuong_tree,
    room,
    round_lantern,
    school,
    sunlight,
    window,
    yard,
)
from paint import (
    AMBER,
    CORAL,
    CREAM,
    FLAME,
    FLAME_DEEP,
    GOLD,
    HAIR_BROWN,
    HEIGHT,
    INK,
    MOSS,
    NAVY,
    PINK,
    SKIN_DEEP,
    SKIN_WARM,
    SKY_DEEP,
    SKY_PALE,
    WHITE,
    WIDTH,
    box,
    disc,
    glow,
    group,
    line,
    linear,
    num,
)
from people import Figure

DAY = (
    linear("day", (0, "#9fd4e8"), (0.7, "#e2f3ee"), (1, "#fdf0d2"))
    + linear("ground", (0, "#e9c793"), (1, "#f3dcae"))
    + linear("grass", (0, "#a9cf74"), (1, "#7fb35a"))
    + glow("sun", "#fff0b8")
    + glow("lamp", "#ffd678", 0.75)
)


NIGHT = (
    linear("day", (0, "#1d2f5c"), (0.6, "#35508a"), (1, "#7a6a9c"))
    + linear("ground", (0, "#4a4a72"), (1, "#6a5a78"))
    + glow("sun", "#fff3c4")
    + glow("lamp", "#ffd070", 0.8)
)


GIRL_A = Figure(shirt=FLAME, wear="dress", hair="pigtails", accents=(WHITE, GOLD))


GIRL_B = Figure(shirt=WHITE, lower=FLAME, wear="skirt", hair="bob", accents=(FLAME_DEEP,))


GIRL_C = Figure(shirt=AMBER, wear="dress", hair="buns", accents=(WHITE, WHITE), skin=SKIN_WARM)


GIRL_D = Figure(shirt="#8fc7d8", wear="dress", hair="hairband", accents=(CORAL, WHITE))


GIRL_E = Figure(shirt=PINK, lower=NAVY, wear="skirt", hair="tail", accents=(WHITE,), skin=SKIN_WARM)


BOY_A = Figure(shirt=WHITE, lower=NAVY, hair="short", accents=(INK,))


BOY_B = Figure(
    shirt=GOLD, lower=MOSS, wear="stripes", hair="spiky", accents=(FLAME, FLAME), skin=SKIN_WARM
)


BOY_C = Figure(
    shirt=SKY_DEEP, lower="#8a5a36", hair="short", hair_colour=HAIR_BROWN, accents=(WHITE,)
)


BOY_D = Figure(shirt=CORAL, lower=NAVY, wear="stripes", hair="spiky", accents=(WHITE, CREAM))


TEACHER_A = Figure(shirt=FLAME, lower=WHITE, wear="aodai", hair="bun", accents=(GOLD,))


TEACHER_B = Figure(
    shirt="#5fa7a0", lower=WHITE, wear="aodai", hair="tail", accents=(CREAM,), skin=SKIN_WARM
)


TEACHER_C = Figure(shirt="#e8a0a8", lower=WHITE, wear="aodai", hair="bob", accents=(WHITE,))


WAVE = ((-34, -58), (52, -150))


CHEER = ((-50, -152), (50, -152))


HOLD = ((-12, -66), (14, -66))


POINT = ((-34, -58), (64, -104))


def open_air(ground: float, *, sun: float = 1020) -> str:
    """A fair sky over hills, and the yard."""
    return "".join(
        (
            box(0, 0, WIDTH, HEIGHT, "url(#day)"),
            sunlight(sun, 104, 44),
            cloud(180 if sun > 600 else 1010, 92, 0.9),
            cloud(600 if abs(sun - 600) > 200 else 380, 66, 0.7, 0.75),
            hills(ground - 46, "#b9dbb0", "#9ccb8d"),
        )
    )


def classroom(wall: str = "#fdeccb", floor: str = "#e3b985", y: float = 500) -> str:
    """A bright classroom with two windows and a string of flags."""
    return "".join(
        (
            room(wall, floor, y),
            window(150, 130, 150, 190, SKY_PALE),
            window(900, 130, 150, 190, SKY_PALE),
            bush(225, 316, 0.8, 31),
            bush(975, 316, 0.8, 33, FLAME),
            line("M150 320h150M900 320h150", WHITE, 9),
            bunting(0, 46, 600, 40, 24, 13),
            bunting(600, 40, 1200, 46, 24, 13),
        )
    )


def night_yard() -> str:
    """The yard by night, a nearly full moon over the school."""
    rng = Random(21)
    stars = "".join(
        disc(rng.uniform(0, WIDTH), rng.uniform(0, 330), rng.uniform(1, 2.6), CREAM, opacity=0.8)
        for _ in range(70)
    )
    dusk = group(school(640, 540, 0.92), filter="url(#dark)")
    panes = "".join(
        box(px - 1, py - 2, 38, 54, GOLD, 3)
        + line(f"M{px + 18} {py}v50M{px} {py + 25}h36", "#b98a3c", 3)
        for px, py in (
            (395, 338),
            (469, 338),
            (744, 338),
            (818, 338),
            (395, 449),
            (469, 449),
            (744, 449),
            (818, 449),
        )
    )
    return "".join(
        (
            box(0, 0, WIDTH, HEIGHT, "url(#day)"),
            stars,
            disc(880, 150, 230, "url(#sun)"),
            disc(880, 150, 82, "#fff2c2"),
            disc(856, 132, 13, "#f0dca0"),
            disc(902, 168, 18, "#f0dca0"),
            disc(896, 118, 8, "#f0dca0"),
            cloud(1010, 206, 0.8, 0.22),
            cloud(730, 236, 0.7, 0.18),
            cloud(220, 120, 0.9, 0.16),
            hills(478, "#2c4570", "#2b4d63"),
            dusk,
            panes,
            yard(522, joints=0.1),
        )
    )


def night_tree(x: float, y: float, scale: float, seed: int) -> str:
    """A flame tree in the dark, lanterns in its boughs."""
    lamps = "".join(
        line(f"M{num(x + dx * scale)} {num(y - (dy + 60) * scale)}v{num(40 * scale)}", CREAM, 1.6)
        + round_lantern(x + dx * scale, y - dy * scale, 21 * scale, tone)
        for dx, dy, tone in (
            (-190, 210, FLAME),
            (-110, 170, AMBER),
            (96, 186, CORAL),
            (184, 222, FLAME),
            (-20, 214, GOLD),
        )
    )
    shade = group(phuong_tree(x, y, scale, seed, bloom=0), filter="url(#dark)")
    return shade + lamps


DARK = '<filter id="dark"><feColorMatrix values=".42 0 0 0 .04 0 .46 0 0 .08 0 0 .5 0 .2 0 0 0 1 0"/></filter>'


GRANDMA = Figure(
    shirt="#a55f8a",
    lower=INK,
    wear="shirt",
    hair="bun",
    hair_colour="#b9b3ab",
    skin=SKIN_WARM,
    pose="sit",
    accents=(CREAM,),
)


GRANDPA = Figure(
    shirt="#6f8fa8",
    lower="#5a4a42",
    wear="shirt",
    hair="short",
    hair_colour="#d4cfc7",
    skin=SKIN_DEEP,
    pose="sit",
    accents=(WHITE,),
)


COOK = Figure(
    shirt="#8fc7d8",
    lower=NAVY,
    wear="apron",
    hair="bun",
    hat="cook",
    skin=SKIN_WARM,
    accents=(WHITE,),
)


MOTHER = Figure(
    shirt=CORAL, lower=NAVY, wear="shirt", hair="long", accents=(WHITE,), skin=SKIN_WARM
)


FATHER = Figure(
    shirt=SKY_DEEP, lower="#5a4a42", wear="shirt", hair="short", accents=(WHITE,), skin=SKIN_DEEP
)
