"""The illustrations of the posts of 2026, from Tết to the next opening day.

Each scene only composes shared motifs; none knows how its picture is rasterised.
"""

# ruff: noqa: E501, INP001, PLR2004, S311

import math
from dataclasses import replace
from random import Random

from cast import (
    BOY_A,
    BOY_B,
    BOY_C,
    BOY_D,
    CHEER,
    COOK,
    DAY,
    FATHER,
    GIRL_A,
    GIRL_B,
    GIRL_C,
    GIRL_D,
    GIRL_E,
    GRANDMA,
    GRANDPA,
    HOLD,
    MOTHER,
    TEACHER_A,
    TEACHER_B,
    TEACHER_C,
    classroom,
    open_air,
)
from motifs import (
    balloon,
    banh_chung,
    banner,
    book,
    bunting,
    bush,
    cloud,
    easel_shelf,
    gate,
    hand_flag,
    peach_branch,
    petals,
    phuong_flower,
    phuong_tree,
    plant_pot,
    room,
    round_lantern,
    round_rug,
    school,
    spray,
    steam,
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
    GREY,
    HAIR,
    HAIR_BROWN,
    INK,
    LEAF,
    LEAF_DARK,
    LEAF_LIGHT,
    MOSS,
    PINK,
    SKIN_WARM,
    SKY_DEEP,
    SKY_PALE,
    WHITE,
    WIDTH,
    WOOD,
    WOOD_DARK,
    WOOD_LIGHT,
    at,
    blob,
    blossom,
    box,
    disc,
    group,
    line,
    num,
    oval,
    path,
    sheet,
    words,
)
from people import adult, arms_over, child, hat
from registry import scene


def leaf_stack(x: float, y: float, scale: float) -> str:
    """Green phrynium leaves in a pile."""
    return at(
        x,
        y,
        scale,
        *(
            group(
                path("M-70 0C-40-26 40-26 76 0C40 22-40 22-70 0Z", tone),
                line("M-66 0H72", LEAF_DARK, 2, opacity=0.6),
                transform=f"translate(0 {dy}) rotate({turn})",
            )
            for dy, turn, tone in (
                (0, 6, LEAF_DARK),
                (-7, -8, MOSS),
                (-14, 4, LEAF),
                (-20, -3, "#6fae57"),
            )
        ),
    )


def bowl(x: float, y: float, r: float, outside: str, inside: str) -> str:
    """A bowl filled to the brim."""
    return (
        path(
            f"M{num(x - r)} {num(y)}Q{num(x - r * 0.8)} {num(y + r * 0.72)} {num(x)} {num(y + r * 0.74)}Q{num(x + r * 0.8)} {num(y + r * 0.72)} {num(x + r)} {num(y)}Z",
            outside,
        )
        + oval(x, y, r, r * 0.32, WHITE)
        + oval(x, y, r * 0.88, r * 0.25, inside)
    )


@scene("posts", 2026, "goi-banh-chung-2026", 1)
def wrapping() -> str:
    """Grandparents and children wrap square rice cakes on flowered mats."""
    mat = (
        path("M90 560H1110L1230 810H-30Z", "#e7b86a")
        + path("M120 572H1080L1180 792H20Z", "#f3d492")
        + "".join(
            line(f"M{num(120 + i * 60)} 572L{num(20 + i * 72.5)} 792", "#d59a4d", 2, opacity=0.35)
            for i in range(17)
        )
        + line("M104 600H1096M62 700H1138M34 768H1166", FLAME, 5, opacity=0.55)
    )
    return sheet(
        room("#fbe3b9", "#d9a66c", 480),
        window(160, 120, 150, 190, SKY_PALE),
        window(900, 120, 150, 190, SKY_PALE),
        bush(235, 306, 0.8, 3),
        bush(975, 306, 0.8, 9, PINK),
        line("M160 310h150M900 310h150", WHITE, 9),
        banner(600, 150, 430, 74, "Tết Bính Ngọ 2026"),
        *(
            at(
                px,
                330,
                1,
                path("M0-74L74 0L0 74L-74 0Z", FLAME),
                path("M0-60L60 0L0 60L-60 0Z", "none", stroke=GOLD, stroke_width=3),
                words(0, 12, 34, text, GOLD),
            )
            for px, text in ((430, "Phúc"), (600, "Lộc"))
        ),
        *(
            line(f"M{px} 0v{drop}", INK, 1.8, opacity=0.5) + round_lantern(px, drop + 30, 30, FLAME)
            for px, drop in ((70, 60), (370, 34), (830, 34), (1130, 60))
        ),
        box(20, 440, 120, 60, WOOD, 6),
        path("M52 440L60 366Q80 356 100 366L108 440Z", SKY_DEEP),
        peach_branch(80, 372, 0.92, 3),
        box(1062, 440, 120, 60, WOOD, 6),
        path("M1094 440L1102 366Q1122 356 1142 366L1150 440Z", FLAME_DEEP),
        peach_branch(1122, 372, 0.92, 7, flip=True),
        adult(
            772,
            560,
            1.02,
            replace(
                COOK,
                look=-0.3,
                mood="open",
                hands=((-34, -124), (36, -124)),
                holds=leaf_stack(0, -118, 0.7),
            ),
        ),
        mat,
        adult(
            330,
            660,
            1.14,
            replace(GRANDPA, look=0.4, mood="smile", hands=((-24, -122), (46, -118))),
        ),
        adult(
            884,
            664,
            1.14,
            replace(GRANDMA, look=-0.4, mood="smile", hands=((-46, -118), (24, -122))),
        ),
        child(
            500,
            654,
            1.1,
            replace(GIRL_C, pose="sit", look=0.1, mood="smile", hands=((-30, -50), (26, -48))),
        ),
        child(
            690,
            652,
            1.1,
            replace(BOY_A, pose="sit", look=-0.2, mood="open", hands=((-26, -48), (30, -50))),
        ),
        bowl(420, 672, 44, SKY_DEEP, WHITE),
        bowl(790, 676, 42, CORAL, "#f6d964"),
        bowl(600, 660, 38, LEAF, "#efb5a0"),
        leaf_stack(560, 716, 0.9),
        banh_chung(690, 720, 76, -4),
        banh_chung(432, 740, 70, 5, FLAME),
        child(
            166,
            752,
            1.2,
            replace(GIRL_A, pose="sit", look=0.5, mood="joy", hands=((-34, -48), (46, -52))),
        ),
        leaf_stack(262, 756, 0.86),
        child(
            1040,
            756,
            1.2,
            replace(BOY_B, pose="sit", look=-0.5, mood="joy", hands=((-46, -52), (34, -48))),
        ),
        banh_chung(930, 758, 74, 4),
        banh_chung(860, 772, 66, -6),
        line("M560 770q40-22 80 0t80 0", "#e9d8a6", 5),
        line("M590 782q40-22 80 0", "#d9c48a", 5),
        defs=DAY,
    )


@scene("posts", 2026, "goi-banh-chung-2026", 2)
def boiling() -> str:
    """The big pot on the fire, children behind the safety line."""
    flames = "".join(
        path(
            f"M{px - 34} 690C{px - 44} 640 {px - 12} 630 {px} {top}C{px + 14} 630 {px + 42} 644 {px + 32} 690Z",
            tone,
        )
        for px, top, tone in (
            (462, 560, FLAME),
            (560, 540, "#f0602e"),
            (658, 556, FLAME),
            (510, 590, AMBER),
            (608, 588, AMBER),
            (560, 616, GOLD),
        )
    )
    logs = "".join(
        at(
            px,
            py,
            1,
            box(-96, -14, 192, 28, WOOD_DARK, 13),
            disc(90, 0, 14, WOOD_LIGHT),
            disc(90, 0, 7, WOOD),
            turn=turn,
        )
        for px, py, turn in ((520, 704, 8), (612, 708, -10), (566, 722, 2))
    )
    bricks = "".join(
        box(px, 640 + row * 31, 66, 28, tone, 4)
        for row in range(-2, 3)
        for px, tone in (
            (366, "#c46a48"),
            (698, "#c46a48"),
            (344 if row % 2 else 356, "#a9522f"),
            (718 if row % 2 else 706, "#a9522f"),
        )
    )
    pot = (
        path("M380 400H740L726 590Q560 616 394 590Z", "#8a8f96")
        + path("M380 400H460L450 600Q420 598 394 590Z", "#a6abb1")
        + oval(560, 400, 180, 34, "#6f747b")
        + oval(560, 400, 162, 26, "#4b6b4c")
        + banh_chung(490, 396, 70, -6)
        + banh_chung(572, 400, 74, 5)
        + banh_chung(644, 392, 60, -4)
        + path("M400 402Q560 440 720 402Q720 426 560 434Q400 426 400 402Z", "#9cc4c0", opacity=0.8)
        + line("M376 450q-26 4-26 30t30 30M744 450q26 4 26 30t-30 30", "#6f747b", 13)
    )
    rope = (
        line("M24 690V600M318 690V600M806 690V600M1176 690V600", WOOD, 10)
        + line("M24 616Q170 656 318 616M806 616Q990 656 1176 616", GOLD, 6)
        + line("M-20 704H330M796 704H1220", GOLD, 9)
    )
    return sheet(
        open_air(470, sun=1060),
        path("M0 250L300 210V510H0Z", "#f3d08f"),
        path("M-20 250L330 196L330 226L-20 284Z", "#cf5b3c"),
        box(60, 320, 110, 190, "#9c5f35", 4),
        box(200, 330, 70, 80, SKY_DEEP, 4),
        line("M235 330v80M200 370h70", WHITE, 4),
        yard(500),
        phuong_tree(1040, 560, 0.9, 22, bloom=0),
        bunting(320, 220, 1000, 240, 40, 15),
        bush(380, 520, 0.7, 5),
        bush(820, 520, 0.75, 8, PINK),
        disc(560, 640, 260, "url(#lamp)"),
        bricks,
        pot,
        flames,
        logs,
        steam(500, 380, 1.5),
        steam(620, 380, 1.6),
        steam(560, 300, 1.3),
        adult(
            852,
            640,
            1.12,
            replace(
                COOK,
                look=-0.6,
                mood="smile",
                hands=((-58, -166), (34, -112)),
                holds=line("M-44-150L-118-216", WOOD_DARK, 10),
            ),
        ),
        rope,
        child(126, 748, 1.2, replace(BOY_D, view="back", hands=((-36, -60), (46, -120)))),
        child(
            254, 764, 1.16, replace(GIRL_A, look=0.6, mood="open", hands=((-36, -60), (36, -60)))
        ),
        child(1010, 768, 1.2, replace(GIRL_C, view="back", hands=((-40, -62), (40, -62)))),
        child(1120, 764, 1.14, replace(BOY_A, look=-0.7, mood="joy", hands=((-8, -84), (10, -84)))),
        defs=DAY,
    )


@scene("posts", 2026, "goi-banh-chung-2026", 3)
def cakes_ready() -> str:
    """Finished cakes on a tray with peach blossom, two children admiring them."""
    friends = (
        (380, 684, 1.72, replace(GIRL_A, look=0.3, mood="open", hands=((-32, -62), (32, -62)))),
        (600, 676, 1.7, replace(GIRL_C, look=0, mood="smile", hands=((-32, -62), (32, -62)))),
        (820, 684, 1.72, replace(BOY_A, look=-0.3, mood="joy", hands=((-32, -62), (32, -62)))),
    )
    return sheet(
        room("#fbdcae", "#c98a52", 470),
        *(
            line(f"M{px} 0v{drop}", INK, 1.8, opacity=0.5) + round_lantern(px, drop + 34, 34, FLAME)
            for px, drop in ((120, 70), (330, 30), (870, 30), (1080, 70))
        ),
        box(392, 84, 416, 236, WHITE, 8),
        box(404, 96, 392, 212, SKY_PALE, 4),
        cloud(520, 160, 0.7),
        cloud(700, 200, 0.5),
        bush(480, 306, 1, 4, PINK),
        bush(700, 306, 1.05, 8),
        line("M600 96v212M404 200h392", WHITE, 8),
        box(384, 308, 432, 16, WHITE, 5),
        path("M58 520L76 372Q112 352 148 372L166 520Z", SKY_DEEP),
        line("M70 450Q112 470 156 450", WHITE, 5, opacity=0.6),
        peach_branch(112, 376, 1.5, 4),
        path("M1034 520L1052 372Q1088 352 1124 372L1142 520Z", FLAME_DEEP),
        line("M1046 450Q1088 470 1132 450", GOLD, 5, opacity=0.6),
        peach_branch(1088, 376, 1.5, 9, flip=True),
        *(child(x, y, size, f) for x, y, size, f in friends),
        path("M-20 560H1220V820H-20Z", "#a8522f"),
        path("M-20 560H1220V580H-20Z", "#c46a40"),
        *(arms_over(x, y, size, f) for x, y, size, f in friends),
        oval(600, 704, 440, 92, "#5f2c18", opacity=0.35),
        oval(600, 692, 436, 88, WOOD),
        oval(600, 684, 414, 76, WOOD_LIGHT),
        banh_chung(340, 660, 104, -3),
        banh_chung(470, 640, 104, 2),
        banh_chung(602, 632, 108, -1, FLAME),
        banh_chung(732, 640, 104, 3),
        banh_chung(862, 660, 104, -3),
        banh_chung(400, 720, 112, 3),
        banh_chung(535, 732, 112, -2),
        banh_chung(670, 732, 112, 2, FLAME),
        banh_chung(802, 718, 112, -3),
        blossom(220, 740, 16, "#f39ab0"),
        blossom(980, 744, 15, "#f7b6c4"),
        blossom(1060, 690, 12, "#ec7f99"),
        blossom(150, 690, 12, "#f39ab0"),
        defs=DAY,
    )


@scene("posts", 2026, "hoi-nghi-trien-khai-quy-che", 1)
def meeting() -> str:
    """Staff in a meeting room, the principal beside a screen."""
    lock = (
        path("M-62-20V-62C-62-120 62-120 62-62V-20H38V-62C38-92-38-92-38-62V-20Z", SKY_DEEP)
        + box(-84, -26, 168, 128, AMBER, 18)
        + disc(0, 28, 19, INK)
        + path("M-9 34H9L14 72H-14Z", INK)
    )
    people = "".join(
        at(px, 0, 1, disc(0, -26, 22, tone), path("M-38 40C-38 0 38 0 38 40Z", tone))
        for px, tone in ((-190, CORAL), (190, LEAF))
    )
    ticks = "".join(line(f"M{px - 14} 62l10 11l20-24", LEAF, 7) for px in (-190, 190))
    rows = []
    looks = (
        TEACHER_A,
        TEACHER_B,
        TEACHER_C,
        replace(TEACHER_A, shirt="#9a78b4", hair="tail"),
        replace(GRANDPA, pose="stand", hair_colour=HAIR),
        replace(TEACHER_B, shirt=AMBER, hair="bob"),
    )
    for y, size, places in (
        (640, 1.0, (170, 330, 490, 650, 810)),
        (792, 1.28, (90, 290, 490, 700, 900, 1100)),
    ):
        for i, x in enumerate(places):
            f = looks[(i + (y > 700) * 2) % len(looks)]
            hands = ((-30, -120), (62, -232)) if (i, y) == (2, 640) else ((-30, -120), (30, -120))
            rows.append(
                adult(
                    x,
                    y + 120 * size,
                    size,
                    replace(
                        f, view="back", wear="shirt" if f.wear == "shirt" else "aodai", hands=hands
                    ),
                )
            )
            rows.append(
                line(
                    f"M{num(x - 46 * size)} {num(y + 60 * size)}v{num(64 * size)}M{num(x + 46 * size)} {num(y + 60 * size)}v{num(64 * size)}",
                    WOOD_DARK,
                    9 * size,
                )
                + box(x - 50 * size, y + 44 * size, 100 * size, 62 * size, WOOD_DARK, 8)
                + box(x - 56 * size, y - 40 * size, 112 * size, 92 * size, WOOD, 16)
                + box(x - 46 * size, y - 30 * size, 92 * size, 70 * size, WOOD_LIGHT, 12)
            )
    return sheet(
        room("#f6e6c8", "#cfa173", 520),
        window(60, 140, 110, 180, SKY_PALE),
        window(1030, 140, 110, 180, SKY_PALE),
        box(286, 70, 628, 372, "#8c6a4d", 10),
        box(300, 84, 600, 344, WHITE, 4),
        box(300, 84, 600, 74, FLAME, 4),
        words(600, 134, 36, "Mỗi người một tài khoản"),
        at(600, 286, 1, people, ticks, lock),
        blossom(350, 121, 17, GOLD),
        blossom(850, 121, 17, GOLD),
        plant_pot(232, 540, 1.25, 6),
        plant_pot(1130, 548, 1.35, 9, SKY_DEEP),
        adult(
            1000,
            600,
            1.2,
            replace(TEACHER_A, look=-0.5, mood="open", hands=((-82, -190), (30, -124))),
        ),
        *rows,
        defs=DAY,
    )


def rice_balls(x: float, y: float, r: float, seed: int, count: int = 9) -> str:
    """A plate of round rice-flour cakes sprinkled with sesame."""
    rng = Random(seed)
    parts = [
        oval(x, y + 6, r, r * 0.36, "#d8cdb8"),
        oval(x, y, r, r * 0.36, WHITE),
        oval(x, y, r * 0.84, r * 0.28, MOSS),
        oval(x, y, r * 0.76, r * 0.24, LEAF),
    ]
    for i in range(count):
        a = i / count * math.tau
        px, py = x + math.cos(a) * r * 0.54, y - 6 + math.sin(a) * r * 0.2
        parts.append(disc(px, py + 3, r * 0.125, "#cfc8b8") + disc(px, py, r * 0.125, "#fffefa"))
    parts.append(
        disc(x - r * 0.14, y - 6, r * 0.125, "#fffefa")
        + disc(x + r * 0.14, y - 4, r * 0.125, "#fffefa")
    )
    parts += [
        disc(
            x + rng.uniform(-r * 0.6, r * 0.6),
            y - 8 + rng.uniform(-r * 0.22, r * 0.2),
            1.8,
            "#a8843f",
        )
        for _ in range(20)
    ]
    return "".join(parts)


@scene("posts", 2026, "banh-troi-banh-chay", 1)
def rice_cakes() -> str:
    """Three-year-olds in aprons roll rice cakes."""
    dough = "".join(
        blob(px, py, 40, 20, "#fffaf0", Random(px)) for px, py in ((372, 676), (820, 678))
    )
    aprons = [
        replace(f, wear="apron", hat="cook", accents=(INK, tone))
        for f, tone in ((GIRL_E, WHITE), (BOY_B, "#f7d9a8"), (GIRL_D, WHITE), (BOY_A, "#f5b8a2"))
    ]
    places = ((228, 636, 0.3), (456, 626, -0.2), (700, 626, 0.2), (930, 636, -0.3))
    kids = [
        child(
            x,
            y,
            1.42,
            replace(
                f,
                look=look,
                mood=("smile", "joy", "open", "smile")[i],
                hands=((-14, -56), (16, -56)),
                holds=disc(0, -60, 12, "#fffdf4"),
                shadow=0,
            ),
        )
        for i, ((x, y, look), f) in enumerate(zip(places, aprons, strict=True))
    ]
    return sheet(
        classroom("#e9f2e4", "#dfb583"),
        box(400, 250, 400, 16, WOOD_LIGHT, 4),
        bowl(470, 210, 46, SKY_DEEP, CREAM),
        bowl(600, 206, 50, FLAME, "#f6d964"),
        bowl(730, 210, 46, LEAF, CREAM),
        adult(
            1090,
            640,
            1.26,
            replace(
                COOK,
                look=-0.5,
                mood="open",
                hands=((-40, -116), (34, -118)),
                holds=bowl(-2, -130, 44, FLAME, WHITE),
            ),
        ),
        plant_pot(80, 540, 1.3, 4),
        *kids,
        path("M60 600H1140L1240 820H-40Z", "#f2cf95"),
        path("M60 600H1140L1146 612H54Z", WOOD),
        *(
            path(f"M{num(60 + i * 108)} 600h54l{num(-6 + i)} 220h-64Z", FLAME, opacity=0.08)
            for i in range(10)
        ),
        dough,
        rice_balls(232, 706, 104, 3),
        rice_balls(600, 728, 126, 6, 11),
        rice_balls(972, 708, 104, 9),
        bowl(420, 744, 46, SKY_DEEP, "#c98a4a"),
        bowl(790, 748, 46, CORAL, "#f2d259"),
        *(
            box(px, py, 13, 11, "#a8682f", 2)
            for px, py in ((404, 734), (420, 738), (438, 734), (428, 744))
        ),
        disc(120, 660, 13, "#fffdf4"),
        disc(520, 668, 13, "#fffdf4"),
        disc(690, 664, 13, "#fffdf4"),
        disc(1080, 664, 13, "#fffdf4"),
        steam(600, 700, 0.9),
        defs=DAY,
    )


@scene("posts", 2026, "ngay-sach-2026", 1)
def book_corner() -> str:
    """Under the flame tree a child tells the teacher a story from a picture book."""
    return sheet(
        open_air(470, sun=150),
        school(980, 500, 0.62),
        box(0, 486, WIDTH, 330, "url(#grass)"),
        *(
            line(
                f"M{num(px)} {num(py)}q4-16 1-24M{num(px + 8)} {num(py)}q2-14 8-20",
                MOSS,
                3,
                opacity=0.6,
            )
            for px, py in (
                (60, 560),
                (330, 540),
                (1110, 600),
                (900, 560),
                (40, 720),
                (1160, 730),
                (700, 530),
            )
        ),
        phuong_tree(520, 610, 1.46, 17, bloom=0.35),
        bunting(0, 210, 330, 300, 20, 7),
        bunting(720, 300, 1200, 190, 20, 10),
        banner(190, 450, 262, 58, "Bé kể cô nghe"),
        line("M70 478V620M310 478V620", WOOD, 9),
        easel_shelf(60, 640, 260, 168, 2, 8),
        plant_pot(352, 640, 0.8, 5),
        bush(1150, 540, 0.9, 9, FLAME),
        petals(14, 6, 660, 790),
        round_rug(660, 706, 500, 94, FLAME, "#f7cfa0", CORAL, "#f9e3bd"),
        adult(
            790,
            706,
            1.24,
            replace(
                TEACHER_B, pose="sit", look=-0.7, mood="smile", hands=((-26, -116), (28, -116))
            ),
        ),
        child(
            590,
            712,
            1.3,
            replace(
                GIRL_A,
                pose="sit",
                look=0.6,
                mood="open",
                hands=((-26, -50), (52, -92)),
                holds=book(2, -36, 92, SKY_DEEP, -3),
            ),
        ),
        child(
            420,
            724,
            1.14,
            replace(BOY_C, pose="sit", look=0.5, mood="smile", hands=((-20, -50), (20, -50))),
        ),
        child(
            990,
            730,
            1.16,
            replace(
                GIRL_D,
                pose="sit",
                look=-0.6,
                mood="joy",
                hands=((-26, -52), (26, -52)),
                holds=book(0, -38, 80, AMBER, 4),
            ),
        ),
        child(
            1100,
            700,
            1.04,
            replace(BOY_B, pose="sit", look=-0.6, mood="smile", hands=((-22, -50), (22, -50))),
        ),
        child(
            250,
            740,
            1.16,
            replace(
                BOY_A,
                view="back",
                hands=((-38, -60), (44, -116)),
                holds=box(32, -150, 34, 42, AMBER, 3),
            ),
        ),
        book(700, 780, 104, LEAF, 4),
        book(480, 784, 96, FLAME, -5),
        defs=DAY,
    )


@scene("posts", 2026, "tong-ket-2025-2026", 1)
def graduation() -> str:
    """Five-year-olds in gowns on the stage under the flowering tree."""
    gown = "#2f4a86"
    cast = (GIRL_B, BOY_A, GIRL_A, BOY_B, GIRL_E, BOY_C, GIRL_D)
    poses = (HOLD, CHEER, HOLD, ((-36, -58), (52, -150)), HOLD, CHEER, HOLD)
    under_cap = {"buns": "bob", "pigtails": "bob", "hairband": "bob", "spiky": "short"}
    scroll = box(-26, -74, 52, 16, CREAM, 7) + box(-4, -76, 8, 20, FLAME, 3)
    row = [
        child(
            186 + i * 138,
            690 + (i % 2) * 14,
            1.2,
            replace(
                f,
                shirt=gown,
                wear="gown",
                hat="graduate",
                hair=under_cap.get(f.hair, f.hair),
                mood=("smile", "joy", "open")[i % 3],
                hands=poses[i],
                holds=scroll if poses[i] == HOLD else "",
                look=(3 - i) * 0.14,
            ),
        )
        for i, f in enumerate(cast)
    ]
    crowd = [
        at(
            px,
            806,
            size,
            box(-12, -50, 24, 30, SKIN_WARM, 8),
            path("M-58 30C-58-52 58-52 58 30Z", cloth),
            disc(-36, -66, 7, SKIN_WARM),
            disc(36, -66, 7, SKIN_WARM),
            disc(0, -72, 37, tone),
        )
        for px, size, tone, cloth in (
            (70, 1.3, HAIR, CORAL),
            (240, 1.1, HAIR_BROWN, SKY_DEEP),
            (420, 1.25, HAIR, LEAF),
            (600, 1.12, HAIR, AMBER),
            (790, 1.26, HAIR_BROWN, PINK),
            (960, 1.12, HAIR, SKY_DEEP),
            (1130, 1.3, HAIR, FLAME),
        )
    ]
    return sheet(
        open_air(480, sun=600),
        school(600, 520, 0.9),
        yard(500),
        phuong_tree(90, 600, 1.24, 31, bloom=1.5),
        phuong_tree(1120, 600, 1.24, 37, bloom=1.5),
        banner(600, 330, 430, 80, "Tạm biệt mầm non"),
        *(
            balloon(px, py, 25, tone, (knot, 520))
            for px, py, tone, knot in (
                (300, 330, FLAME, 326),
                (330, 282, GOLD, 326),
                (358, 336, SKY_DEEP, 326),
                (842, 336, LEAF, 874),
                (870, 282, CORAL, 874),
                (902, 330, GOLD, 874),
            )
        ),
        adult(
            352,
            610,
            0.98,
            replace(TEACHER_C, mood="smile", look=0.3, hands=((-18, -132), (20, -130))),
        ),
        adult(
            848,
            610,
            0.98,
            replace(TEACHER_A, mood="smile", look=-0.3, hands=((-20, -130), (18, -132))),
        ),
        path("M40 630H1160L1210 712H-10Z", "#d79a5f"),
        box(-12, 710, 1224, 30, "#b06f3a", 3),
        petals(46, 40, 120, 700),
        *row,
        *crowd,
        defs=DAY,
    )


def seedling() -> str:
    """A seedling in a milk carton."""
    return (
        box(-52, -116, 104, 116, SKY_DEEP, 6)
        + box(-52, -86, 104, 46, WHITE)
        + disc(0, -63, 16, FLAME)
        + blossom(0, -63, 13, GOLD)
        + oval(0, -116, 48, 10, "#6b4a33")
        + line("M0-116Q-6-170 4-214", MOSS, 7)
        + "".join(
            oval(px, py, 34, 15, tone, transform=f"rotate({turn} {px} {py})")
            for px, py, turn, tone in (
                (-32, -170, 24, LEAF),
                (36, -184, -26, LEAF_LIGHT),
                (-26, -216, 30, LEAF_LIGHT),
                (34, -226, -22, LEAF),
            )
        )
    )


@scene("posts", 2026, "tong-ket-2025-2026", 2)
def farewell() -> str:
    """A teacher kneels and hugs two children in gowns under the flame tree."""
    gown = "#2f4a86"
    girl = replace(
        GIRL_A,
        shirt=gown,
        wear="gown",
        hair="tail",
        look=0.7,
        mood="joy",
        hands=((20, -84), (46, -92)),
    )
    boy = replace(
        BOY_A, shirt=gown, wear="gown", look=-0.7, mood="joy", hands=((-46, -92), (-20, -84))
    )
    teacher = replace(TEACHER_B, pose="kneel", mood="joy", hands=((-104, -122), (104, -122)))
    hands = disc(442, 655, 13, SKIN_WARM) + disc(754, 655, 13, SKIN_WARM)
    return sheet(
        open_air(470, sun=140),
        school(1010, 506, 0.66),
        box(0, 490, WIDTH, 330, "url(#grass)"),
        path("M420 490L520 490L760 820H240Z", "#f0d7a6", opacity=0.75),
        phuong_tree(610, 620, 1.7, 44, bloom=1.7),
        bush(70, 580, 1, 3, AMBER),
        bush(1140, 590, 1, 6, WHITE),
        petals(64, 51, 270, 790),
        child(
            210,
            690,
            0.98,
            replace(
                GIRL_D,
                shirt=gown,
                wear="gown",
                hat="graduate",
                look=0.5,
                mood="smile",
                hands=((-34, -60), (46, -142)),
            ),
        ),
        child(
            960,
            694,
            0.98,
            replace(
                BOY_C,
                shirt=gown,
                wear="gown",
                hat="graduate",
                look=-0.5,
                mood="open",
                hands=((-48, -140), (34, -60)),
            ),
        ),
        child(
            1064,
            706,
            0.98,
            replace(
                GIRL_E,
                shirt=gown,
                wear="gown",
                hat="graduate",
                hair="bob",
                look=-0.5,
                mood="joy",
                hands=((-30, -62), (34, -60)),
            ),
        ),
        oval(600, 744, 270, 22, "#3a2a1c", opacity=0.18),
        adult(598, 744, 1.5, teacher),
        child(498, 756, 1.34, girl),
        child(698, 756, 1.34, boy),
        hands,
        at(316, 760, 1, group(hat("graduate"), transform="translate(0 10) scale(1.1)")),
        at(880, 770, 0.62, seedling()),
        spray(-20, 20, 0.9, 7),
        spray(1220, 20, 0.9, 9, flip=True),
        defs=DAY,
    )


@scene("posts", 2026, "tong-ket-2025-2026", 3)
def keepsakes() -> str:
    """A bench with a graduation cap, a keepsake book with pressed petals and a seedling."""
    prints = "".join(
        oval(px, py, 10, 13, tone, opacity=0.85)
        for px, py, tone in (
            (-150, -66, CORAL),
            (-122, -78, FLAME),
            (-94, -78, AMBER),
            (-68, -64, LEAF),
        )
    )
    album = (
        path(
            "M-220 26L-196-120Q-100-150 0-118Q100-150 196-120L220 26Q110-6 0 28Q-110-6-220 26Z",
            FLAME_DEEP,
        )
        + path("M-204 14L-184-116Q-96-140 0-110V16Q-104-18-204 14Z", WHITE)
        + path("M204 14L184-116Q96-140 0-110V16Q104-18 204 14Z", CREAM)
        + prints
        + line("M-164-30Q-110-44-50-32M-166-10Q-110-24-48-12", GREY, 3)
        + phuong_flower(96, -62, 54, 18)
    )
    return sheet(
        open_air(440, sun=1010),
        school(250, 480, 0.7),
        box(0, 460, WIDTH, 340, "url(#grass)"),
        phuong_tree(1010, 560, 1.1, 52, bloom=1.6),
        child(
            330, 530, 0.56, replace(GIRL_B, view="back", bag=FLAME, hands=((-34, -58), (44, -62)))
        ),
        child(
            384, 532, 0.57, replace(BOY_D, view="back", bag=SKY_DEEP, hands=((-46, -62), (34, -58)))
        ),
        child(450, 526, 0.54, replace(GIRL_A, view="back", hands=((-34, -58), (46, -144)))),
        oval(600, 790, 620, 26, "#3a2a1c", opacity=0.2),
        box(-20, 640, 1240, 76, "#c9874c", 6),
        box(-20, 640, 1240, 14, "#dda265", 6),
        box(-20, 724, 1240, 60, "#a86a38", 6),
        line("M60 676H420M500 690H760M860 674H1140", WOOD_DARK, 3, opacity=0.3),
        at(250, 690, 1.0, seedling()),
        at(616, 706, 1.16, album),
        at(980, 700, 2.3, group(oval(2, 2, 56, 9, "#3a2a1c", opacity=0.2), hat("graduate"))),
        phuong_flower(420, 700, 34, 30),
        phuong_flower(838, 724, 38, -20),
        phuong_flower(1140, 700, 30, 60),
        petals(26, 60, 200, 770),
        spray(-30, 10, 1.05, 12),
        defs=DAY,
    )


@scene("posts", 2026, "khai-giang-2026", 1)
def new_year_gate() -> str:
    """Families come through the school gate on the first day."""
    fence = "".join(
        line(f"M{px} 530V624", LEAF_DARK, 8) + disc(px, 526, 7, GOLD)
        for px in (*range(-10, 250, 34), *range(964, 1230, 34))
    )
    rails = line("M-20 552H236M-20 602H236M964 552H1220M964 602H1220", LEAF_DARK, 8)
    return sheet(
        open_air(470, sun=1050),
        school(600, 520, 0.78),
        yard(500),
        phuong_tree(96, 570, 1.1, 61, bloom=0.6),
        phuong_tree(1120, 570, 1.06, 67, bloom=0.6),
        bunting(280, 300, 920, 300, 44, 15),
        child(
            1040,
            600,
            0.92,
            replace(BOY_D, look=-0.5, mood="joy", bag=FLAME, hands=((-50, -146), (34, -60))),
        ),
        child(
            1130,
            604,
            0.92,
            replace(GIRL_E, look=-0.5, mood="open", bag=SKY_DEEP, hands=((-46, -146), (34, -60))),
        ),
        petals(14, 70, 640, 790),
        fence,
        rails,
        adult(470, 590, 0.86, replace(TEACHER_A, mood="open", hands=((-38, -120), (60, -176)))),
        adult(730, 590, 0.86, replace(TEACHER_C, mood="smile", hands=((-62, -176), (36, -120)))),
        child(600, 596, 0.8, replace(GIRL_B, mood="joy", hands=CHEER)),
        gate(600, 690, "Trường Mầm non Phượng Hồng"),
        balloon(226, 330, 24, GOLD, (262, 470)),
        balloon(268, 296, 25, FLAME, (262, 470)),
        balloon(936, 296, 25, SKY_DEEP, (938, 470)),
        balloon(976, 332, 24, CORAL, (938, 470)),
        adult(420, 764, 1.24, replace(MOTHER, view="back", hands=((-34, -118), (52, -112)))),
        child(
            512, 768, 1.06, replace(GIRL_C, view="back", bag=FLAME, hands=((-27, -112), (36, -58)))
        ),
        child(
            676,
            772,
            1.08,
            replace(BOY_B, view="back", bag=SKY_DEEP, hands=((-36, -58), (34, -114))),
        ),
        adult(772, 766, 1.28, replace(FATHER, view="back", hands=((-50, -110), (34, -118)))),
        child(
            214,
            770,
            1.16,
            replace(
                GIRL_D,
                look=0.5,
                mood="open",
                hands=((-36, -58), (46, -148)),
                holds=hand_flag(46, -148, 1, 8),
            ),
        ),
        child(
            976,
            772,
            1.16,
            replace(
                BOY_A,
                look=-0.5,
                mood="joy",
                hands=((-48, -146), (36, -58)),
                holds=hand_flag(-48, -146, 1, -8),
            ),
        ),
        defs=DAY,
    )


def sapling(x: float, y: float, scale: float, seed: int) -> str:
    """A young tree in a heap of earth, with its stake."""
    rng = Random(seed)
    leaves = "".join(
        oval(
            px,
            py,
            23,
            11,
            rng.choice((LEAF, LEAF_LIGHT, MOSS)),
            transform=f"rotate({turn} {px} {py})",
        )
        for px, py, turn in (
            (-22, -100, 24),
            (24, -112, -26),
            (-24, -138, 30),
            (26, -150, -22),
            (-14, -172, 50),
            (12, -182, -56),
            (0, -196, 90),
        )
    )
    return at(
        x,
        y,
        scale,
        line("M16 0V-130", WOOD_LIGHT, 6),
        line("M0 0Q-5-90 0-190", WOOD_DARK, 8),
        leaves,
        line("M-4-90L20-92", FLAME, 5),
        path("M-62 6C-50-26 50-26 62 6Q0 18-62 6Z", "#7a4f33"),
        path("M-40-6C-30-20 20-20 34-8", "#95653f"),
    )


@scene("posts", 2026, "khai-giang-2026", 2)
def planting() -> str:
    """Children and teachers plant young trees in the yard."""
    can = at(
        0,
        0,
        1,
        path("M-22-30H22L26 6Q0 12-26 6Z", SKY_DEEP),
        line("M24-6L54-32", SKY_DEEP, 9),
        path("M46-42L66-28L58-22L44-34Z", SKY_DEEP),
        line("M-16-30Q0-60 16-30", SKY_DEEP, 5),
    )
    drops = "".join(
        line(f"M{px} {py}v10", "#7cc3de", 4) for px, py in ((66, -22), (72, -6), (62, 4), (76, 12))
    )
    return sheet(
        open_air(460, sun=170),
        school(700, 490, 0.8),
        box(0, 470, WIDTH, 350, "url(#grass)"),
        phuong_tree(1100, 560, 1.02, 71, bloom=0.6),
        path("M60 640C300 590 900 590 1150 640L1230 820H-30Z", "#a8734a"),
        path("M60 640C300 590 900 590 1150 640L1156 656C900 608 300 608 54 656Z", "#c08a5c"),
        sapling(250, 606, 0.72, 3),
        sapling(420, 590, 0.66, 5),
        sapling(800, 592, 0.66, 7),
        sapling(960, 606, 0.72, 9),
        child(
            374, 604, 0.8, replace(GIRL_B, look=-0.4, mood="smile", hands=((-44, -66), (34, -58)))
        ),
        child(880, 614, 0.84, replace(BOY_C, look=0.4, mood="open", hands=((-34, -58), (46, -70)))),
        bunting(0, 150, 480, 252, 24, 12),
        sapling(590, 720, 1.12, 11),
        sapling(190, 740, 1.0, 13),
        sapling(1010, 742, 1.0, 17),
        adult(
            760,
            734,
            1.2,
            replace(
                TEACHER_B, pose="kneel", look=-0.6, mood="smile", hands=((-66, -70), (20, -82))
            ),
        ),
        child(
            464,
            744,
            1.22,
            replace(
                GIRL_A,
                look=0.5,
                mood="open",
                hands=((-30, -66), (40, -74)),
                holds=at(52, -60, 0.9, can, drops),
            ),
        ),
        child(
            298,
            770,
            1.2,
            replace(
                BOY_B,
                look=-0.5,
                mood="joy",
                hands=((-46, -70), (36, -60)),
                holds=line("M-46-76L-62-10", WOOD, 6)
                + path("M-76-14L-50-8L-58 14Q-72 14-78 4Z", GREY),
            ),
        ),
        child(
            890, 772, 1.18, replace(GIRL_D, look=0.5, mood="smile", hands=((-36, -60), (50, -76)))
        ),
        child(70, 776, 1.16, replace(BOY_A, look=0.6, mood="smile", hands=((-34, -60), (44, -74)))),
        child(
            1130, 778, 1.16, replace(GIRL_C, look=-0.6, mood="joy", hands=((-44, -74), (34, -60)))
        ),
        defs=DAY,
    )
