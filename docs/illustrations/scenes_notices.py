"""The illustrations of the notices.

Each scene only composes shared motifs; none knows how its picture is rasterised.
"""

# ruff: noqa: E501, INP001, S311

import math
from dataclasses import replace
from random import Random

from cast import (
    BOY_A,
    BOY_B,
    BOY_C,
    DAY,
    FATHER,
    GIRL_A,
    GIRL_B,
    GIRL_C,
    GIRL_E,
    GRANDMA,
    GRANDPA,
    MOTHER,
    TEACHER_A,
    TEACHER_C,
    open_air,
)
from motifs import (
    banner,
    bunting,
    bush,
    confetti,
    easel_shelf,
    peach_branch,
    phuong_flower,
    plant_pot,
    room,
    round_lantern,
    round_rug,
    window,
    yard,
)
from paint import (
    AMBER,
    CORAL,
    FLAME,
    FLAME_DEEP,
    GOLD,
    GREY,
    INK,
    LEAF,
    LEAF_DARK,
    LILAC,
    MOSS,
    NAVY,
    PINK,
    SKY_DEEP,
    SKY_PALE,
    WHITE,
    WOOD,
    WOOD_DARK,
    at,
    blossom,
    box,
    disc,
    leafage,
    line,
    oval,
    path,
    sheet,
)
from people import Figure, adult, child
from registry import scene


@scene("notices", 2026, "nghi-tet-binh-ngo", 1)
def lunar_new_year() -> str:
    """A child and grandparents at the door of a house dressed for the new year."""
    sign = "".join(
        box(px - 26, 250, 52, 240, FLAME, 4)
        + box(px - 20, 258, 40, 224, "none", 3, stroke=GOLD, stroke_width=3)
        + "".join(blossom(px, 290 + i * 54, 13, GOLD) for i in range(4))
        for px in (430, 770)
    )
    return sheet(
        open_air(470, sun=1060),
        confetti(40, 81, 40, 400, (FLAME, GOLD, "#f39ab0")),
        path("M250 234L600 62L950 234V580H250Z", "#f7d590"),
        path("M196 264L600 66L1004 264L984 212L600 22L216 212Z", "#cf5b3c"),
        box(490, 270, 220, 310, "#9c5f35", 6),
        box(502, 282, 94, 298, "#7b4726", 3),
        box(604, 282, 94, 298, "#7b4726", 3),
        box(520, 290, 160, 290, "#fbe0a6", 2),
        box(300, 330, 84, 110, SKY_DEEP, 4),
        box(816, 330, 84, 110, SKY_DEEP, 4),
        line("M342 330v110M300 385h84M858 330v110M816 385h84", WHITE, 5),
        sign,
        banner(600, 220, 300, 62, "Chúc mừng năm mới"),
        round_lantern(300, 290, 34, FLAME),
        round_lantern(900, 290, 34, FLAME),
        yard(570),
        path("M70 700L90 590H210L230 700Q150 716 70 700Z", FLAME_DEEP),
        line("M84 640Q150 656 218 640", GOLD, 5),
        peach_branch(140, 596, 1.55, 21),
        peach_branch(168, 596, 1.25, 27, flip=True),
        peach_branch(150, 560, 1.1, 29),
        path("M970 700L990 590H1110L1130 700Q1050 716 970 700Z", SKY_DEEP),
        line("M984 640Q1050 656 1118 640", GOLD, 5),
        kumquat(1050, 596, 1.25),
        adult(
            500,
            690,
            1.12,
            replace(
                GRANDPA,
                pose="stand",
                look=0.3,
                mood="smile",
                hands=((-34, -118), (52, -112)),
                holds=box(42, -130, 26, 36, FLAME, 3) + disc(55, -112, 6, GOLD),
            ),
        ),
        adult(
            700,
            690,
            1.12,
            replace(
                GRANDMA,
                pose="stand",
                wear="aodai",
                lower=WHITE,
                shirt="#a55f8a",
                look=-0.3,
                mood="open",
                hands=((-50, -114), (34, -118)),
            ),
        ),
        child(604, 762, 1.16, replace(GIRL_A, look=-0.2, mood="joy", hands=((-8, -84), (8, -84)))),
        child(
            330,
            748,
            1.2,
            replace(BOY_A, shirt=GOLD, look=0.5, mood="open", hands=((-36, -58), (46, -146))),
        ),
        child(
            870,
            748,
            1.2,
            replace(GIRL_C, shirt=PINK, look=-0.5, mood="smile", hands=((-46, -140), (36, -58))),
        ),
        defs=DAY,
    )


def kumquat(x: float, y: float, scale: float) -> str:
    """A round kumquat bush full of fruit, rising from (x, y)."""
    rng = Random(77)

    def inside(rx: float, ry: float) -> tuple[float, float]:
        angle, reach = rng.uniform(0, math.tau), math.sqrt(rng.random())
        return math.cos(angle) * rx * reach, -112 + math.sin(angle) * ry * reach

    leaves = "".join(
        leafage(*inside(62, 66), 26, 18, rng.choice((LEAF_DARK, MOSS, LEAF)), rng)
        for _ in range(56)
    )
    fruit = "".join(disc(*inside(74, 76), 8.5, rng.choice((AMBER, "#ef8f2e"))) for _ in range(42))
    return at(x, y, scale, line("M0 0V-60", WOOD_DARK, 10), leaves, fruit)


@scene("notices", 2026, "kham-suc-khoe-lan-2", 1)
def check_up() -> str:
    """A doctor listens to a child's heart; another is measured."""
    ruler = (
        box(960, 190, 74, 420, "#ffe9b6", 8)
        + "".join(
            line(f"M{966} {600 - i * 28}h{30 if i % 5 else 48}", INK, 3, opacity=0.6)
            for i in range(14)
        )
        + path("M960 190q37-70 74 0Z", LEAF)
        + blossom(997, 170, 16, FLAME)
    )
    doctor = Figure(
        shirt=SKY_DEEP,
        lower=NAVY,
        wear="coat",
        hair="bun",
        pose="kneel",
        look=0.7,
        mood="smile",
        hands=((-20, -86), (78, -120)),
    )
    scope = (
        line("M-14-196Q-22-160 0-150Q30-140 78-122M14-196Q22-162 4-150", NAVY, 5)
        + disc(80, -120, 12, GREY)
        + disc(80, -120, 7, WHITE)
    )
    return sheet(
        room("#e4f1ec", "#dcb98c", 520),
        window(110, 120, 150, 190, SKY_PALE),
        bush(185, 306, 0.8, 5, FLAME),
        line("M110 310h150", WHITE, 9),
        bunting(0, 44, 600, 40, 22, 13),
        bunting(600, 40, 1200, 44, 22, 13),
        box(400, 120, 330, 210, WHITE, 10),
        box(412, 132, 306, 186, "#fdf3dc", 6),
        path(
            "M565 300C470 240 490 168 532 168C552 168 562 182 565 192C568 182 578 168 598 168C640 168 660 240 565 300Z",
            FLAME,
        ),
        line("M500 232h34l12-26l20 52l16-36l8 10h42", WHITE, 6),
        easel_shelf(20, 560, 190, 130, 1, 4),
        plant_pot(80, 432, 0.8, 4),
        at(
            160,
            430,
            1,
            box(-36, -40, 72, 40, WHITE, 8),
            box(-6, -34, 12, 28, FLAME, 2),
            box(-14, -26, 28, 12, FLAME, 2),
        ),
        ruler,
        child(998, 640, 1.24, replace(BOY_B, look=-0.3, mood="joy", hands=((-34, -58), (34, -58)))),
        adult(
            1116,
            690,
            1.24,
            replace(TEACHER_C, look=-0.7, mood="smile", hands=((-86, -196), (30, -120))),
        ),
        round_rug(560, 724, 400, 70, "#8fc7b8", "#cfe8dc", "#a9d6c8"),
        adult(430, 732, 1.34, replace(doctor, holds=scope)),
        child(
            610, 736, 1.34, replace(GIRL_A, look=-0.5, mood="open", hands=((-34, -58), (36, -60)))
        ),
        child(
            780, 752, 1.16, replace(GIRL_B, look=-0.5, mood="smile", hands=((-30, -60), (30, -60)))
        ),
        child(
            880, 772, 1.16, replace(BOY_C, look=-0.5, mood="calm", hands=((-34, -58), (34, -58)))
        ),
        child(
            240,
            770,
            1.12,
            replace(
                GIRL_E,
                look=0.6,
                mood="joy",
                hands=((-12, -70), (14, -70)),
                holds=line("M0-58V-104", FLAME, 6)
                + box(0, -118, 12, 20, WHITE, 3)
                + line("M0-116V-98", FLAME, 6),
            ),
        ),
        defs=DAY,
    )


@scene("notices", 2026, "thong-bao-tuyen-sinh-2026", 1)
def enrolment() -> str:
    """A teacher kneels to greet a small child who comes with his parents."""
    door = (
        box(500, 130, 300, 400, "#fff1cf", 6)
        + box(520, 150, 260, 380, "#fbe3b3")
        + path("M520 150H580V530H520Z", SKY_DEEP)
        + disc(570, 350, 6, GOLD)
    )
    return sheet(
        room("#f9dc96", "#e6bd86", 520),
        door,
        box(620, 220, 130, 100, WHITE, 6),
        path("M636 306L676 246L706 286L722 266L738 306Z", LEAF),
        disc(720, 246, 13, AMBER),
        easel_shelf(610, 500, 150, 110, 1, 5),
        phuong_flower(650, 96, 50),
        line("M500 130h300", "#cf5b3c", 14),
        window(160, 160, 140, 180, SKY_PALE),
        window(960, 160, 140, 180, SKY_PALE),
        bunting(0, 50, 560, 60, 24, 11),
        bunting(740, 60, 1200, 50, 24, 9),
        *(
            at(
                px,
                430,
                1,
                box(-34, -6, 68, 10, WOOD, 4),
                line("M0 4v14", WOOD_DARK, 5),
                box(-24, 14, 48, 54, tone, 14),
                box(-15, 40, 30, 22, WHITE, 7, opacity=0.4),
            )
            for px, tone in (
                (100, FLAME),
                (190, SKY_DEEP),
                (280, GOLD),
                (370, LEAF),
                (900, CORAL),
                (990, LILAC),
                (1080, AMBER),
            )
        ),
        plant_pot(450, 560, 1, 5),
        plant_pot(850, 560, 1, 8, SKY_DEEP),
        oval(600, 730, 540, 60, "#fff", opacity=0.15),
        child(
            690, 560, 0.86, replace(GIRL_E, look=-0.2, mood="joy", hands=((-34, -60), (50, -146)))
        ),
        adult(
            330,
            726,
            1.3,
            replace(TEACHER_A, pose="kneel", look=0.6, mood="open", hands=((-30, -86), (78, -110))),
        ),
        adult(
            700,
            730,
            1.28,
            replace(MOTHER, look=-0.5, mood="smile", hands=((-56, -104), (30, -118))),
        ),
        adult(
            880,
            734,
            1.3,
            replace(
                FATHER,
                look=-0.5,
                mood="smile",
                hands=((-30, -116), (34, -118)),
                holds=box(-34, -156, 60, 76, "#f0c987", 4)
                + box(-28, -148, 48, 60, WHITE, 2)
                + line("M-20-132h32M-20-118h32M-20-104h22", GREY, 3),
            ),
        ),
        child(
            560,
            752,
            1.02,
            replace(BOY_B, look=-0.5, mood="smile", hands=((-52, -92), (54, -96)), bag=FLAME),
        ),
        child(
            1060, 766, 1.2, replace(GIRL_C, look=-0.5, mood="open", hands=((-46, -140), (36, -60)))
        ),
        child(150, 768, 1.18, replace(BOY_C, look=0.5, mood="joy", hands=((-36, -60), (46, -142)))),
        defs=DAY,
    )
