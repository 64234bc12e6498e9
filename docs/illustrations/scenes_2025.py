"""The illustrations of the posts of 2025, from the opening day to December.

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
    DARK,
    DAY,
    GIRL_A,
    GIRL_B,
    GIRL_C,
    GIRL_D,
    GIRL_E,
    NIGHT,
    TEACHER_A,
    TEACHER_B,
    TEACHER_C,
    classroom,
    night_tree,
    night_yard,
    open_air,
)
from motifs import (
    balloon,
    banner,
    basket,
    book,
    bouquet,
    bunting,
    bush,
    cloud,
    confetti,
    drum,
    easel_shelf,
    flagpole,
    hand_flag,
    hills,
    lantern_stick,
    petals,
    phuong_flower,
    phuong_tree,
    plant_pot,
    round_lantern,
    round_rug,
    school,
    star_lantern,
    sunlight,
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
    HEIGHT,
    INK,
    LEAF,
    LEAF_DARK,
    LEAF_LIGHT,
    MOSS,
    NAVY,
    SAND,
    SKIN_WARM,
    SKY,
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
)
from people import adult, arms_over, child, ear_hands
from registry import scene


@scene("posts", 2025, "khai-giang-2025", 1)
def opening_yard() -> str:
    """The yard on the opening day, flags and balloons under the flame tree."""
    front = [
        child(
            150,
            720,
            1.15,
            replace(
                BOY_A, view="back", hands=((-36, -58), (46, -146)), holds=hand_flag(46, -146, 1, 10)
            ),
        ),
        child(
            300,
            742,
            1.2,
            replace(
                GIRL_A,
                view="back",
                hands=((-46, -148), (38, -60)),
                holds=hand_flag(-46, -148, 1, -8),
            ),
        ),
        child(
            470,
            724,
            1.1,
            replace(
                BOY_B,
                mood="joy",
                look=-0.5,
                hands=((-40, -60), (52, -142)),
                holds=hand_flag(52, -142, 1, 12),
            ),
        ),
        child(
            640,
            748,
            1.22,
            replace(
                GIRL_D, view="back", hands=((-38, -62), (44, -150)), holds=hand_flag(44, -150, 1, 6)
            ),
        ),
        child(
            800,
            726,
            1.12,
            replace(
                GIRL_C,
                mood="open",
                look=-0.6,
                hands=((-36, -60), (48, -148)),
                holds=hand_flag(48, -148, 1, 8),
            ),
        ),
        child(
            955,
            746,
            1.2,
            replace(
                BOY_C,
                view="back",
                hands=((-48, -146), (38, -60)),
                holds=hand_flag(-48, -146, 1, -8),
            ),
        ),
        child(
            1090,
            722,
            1.1,
            replace(
                GIRL_B,
                view="back",
                hands=((-36, -58), (46, -150)),
                holds=hand_flag(46, -150, 1, 12),
            ),
        ),
    ]
    stage = [
        path("M290 560L910 560L940 596L260 596Z", "#c9844b"),
        box(260, 594, 680, 26, WOOD_DARK, 4),
        banner(600, 300, 470, 76, "Ngày hội đến trường của bé"),
        adult(470, 562, 0.74, replace(TEACHER_B, hands=((-18, -138), (20, -136)))),
        adult(600, 564, 0.78, replace(TEACHER_A, mood="open", hands=((-40, -128), (58, -222)))),
        child(690, 566, 0.72, replace(GIRL_E, mood="open", hands=CHEER)),
        child(760, 568, 0.72, replace(BOY_D, mood="joy", hands=((-34, -60), (50, -150)))),
        child(400, 568, 0.7, replace(GIRL_D, mood="joy", hands=CHEER)),
    ]
    poles = line("M262 600V320M938 600V320", WOOD, 8)
    balloons = [
        balloon(208, 300, 27, FLAME, (262, 470)),
        balloon(262, 262, 29, GOLD, (262, 470)),
        balloon(316, 308, 26, SKY_DEEP, (262, 470)),
        balloon(884, 306, 26, CORAL, (938, 470)),
        balloon(938, 258, 30, GOLD, (938, 470)),
        balloon(992, 306, 27, LEAF, (938, 470)),
    ]
    return sheet(
        box(0, 0, WIDTH, HEIGHT, "url(#day)"),
        sunlight(1020, 110, 46),
        cloud(190, 110, 1),
        cloud(560, 74, 0.8, 0.75),
        cloud(820, 150, 0.6, 0.7),
        hills(470, "#b9dbb0", "#9ccb8d"),
        school(600, 540, 1.02),
        yard(520),
        flagpole(1030, 590, 400),
        phuong_tree(96, 612, 1.02, 3),
        bush(300, 552, 0.8, 4, AMBER),
        bush(930, 552, 0.8, 9, FLAME),
        bush(1160, 590, 1, 12, WHITE),
        bunting(150, 210, 600, 208, 26, 13),
        bunting(600, 208, 1030, 226, 26, 12),
        poles,
        *stage,
        *balloons,
        confetti(46, 4, 180, 560),
        petals(16, 8, 640, 790),
        *front,
        defs=DAY,
    )


def arch(x: float, y: float, rx: float, ry: float, seed: int) -> str:
    """A gate of balloons over (x, y)."""
    rng = Random(seed)
    parts = []
    for i in range(46):
        angle = math.pi * (1 + i / 45)
        for _ in range(2):
            px = x + math.cos(angle) * rx + rng.uniform(-17, 17)
            py = y + math.sin(angle) * ry + rng.uniform(-15, 15)
            size = rng.uniform(15, 24)
            parts.append(
                disc(px, py, size, rng.choice((FLAME, CORAL, GOLD, CREAM, SKY_DEEP, LEAF_LIGHT)))
            )
            parts.append(
                oval(
                    px - size * 0.34, py - size * 0.36, size * 0.2, size * 0.28, WHITE, opacity=0.5
                )
            )
    return "".join(parts)


@scene("posts", 2025, "khai-giang-2025", 2)
def opening_gate() -> str:
    """Older children lead the small ones in under a gate of balloons."""
    return sheet(
        open_air(520, sun=180),
        school(840, 530, 0.8),
        yard(514),
        phuong_tree(1086, 590, 0.98, 6, bloom=0.7),
        bush(420, 540, 0.75, 5, AMBER),
        bush(640, 536, 0.7, 8, WHITE),
        bunting(0, 130, 960, 270, 36, 20),
        oval(120, 668, 52, 14, "#c79a5e"),
        oval(720, 668, 52, 14, "#c79a5e"),
        petals(12, 5, 640, 790),
        arch(420, 660, 300, 430, 5),
        adult(
            880,
            700,
            1.12,
            replace(TEACHER_A, mood="open", look=-0.7, hands=((-64, -146), (32, -120))),
        ),
        child(
            300,
            640,
            0.86,
            replace(
                GIRL_E,
                mood="smile",
                look=0.4,
                hands=((-34, -58), (46, -146)),
                holds=hand_flag(46, -146, 0.9, 8),
            ),
        ),
        child(
            548,
            636,
            0.86,
            replace(BOY_C, mood="joy", look=0.3, hands=((-34, -60), (34, -58)), bag=FLAME),
        ),
        child(
            330,
            738,
            1.24,
            replace(BOY_A, look=0.5, mood="smile", hands=((-36, -58), (46, -52)), scarf=FLAME),
        ),
        child(
            438, 738, 0.92, replace(GIRL_C, look=-0.4, mood="calm", hands=((-55, -70), (30, -62)))
        ),
        child(
            596, 748, 1.26, replace(GIRL_A, look=0.6, mood="open", hands=((-40, -60), (48, -50)))
        ),
        child(
            706,
            748,
            0.94,
            replace(
                BOY_B,
                look=0.4,
                mood="smile",
                hands=((-53, -67), (44, -136)),
                holds=hand_flag(44, -136, 0.9, 8),
            ),
        ),
        confetti(30, 3, 60, 420),
        defs=DAY,
    )


@scene("posts", 2025, "khai-giang-2025", 3)
def opening_drum() -> str:
    """The drum of the new year; children cover their ears and laugh."""
    ears = ((-43, -132), (43, -132))
    covering = (
        (110, 700, 1.1, GIRL_B),
        (236, 736, 1.18, BOY_D),
        (372, 704, 1.1, GIRL_D),
        (964, 712, 1.12, BOY_A),
        (1090, 740, 1.18, GIRL_C),
    )
    kids = []
    for i, (x, y, size, look) in enumerate(covering):
        toward = 0.6 if x < 600 else -0.6
        figure = replace(look, mood="open" if i == 1 else "joy", look=toward, hands=ears)
        kids.append(child(x, y, size, figure) + ear_hands(x, y, size, figure))
    return sheet(
        open_air(500),
        school(300, 520, 0.86),
        yard(506),
        phuong_tree(1050, 580, 1.04, 9, bloom=0.7),
        flagpole(90, 570, 400),
        bunting(300, 272, 900, 210, 60, 13),
        petals(14, 12, 660, 790),
        bush(520, 536, 0.8, 5, FLAME),
        drum(640, 696, 1.3),
        adult(
            850,
            716,
            1.22,
            replace(
                TEACHER_A,
                look=-0.7,
                mood="open",
                hands=((-92, -176), (26, -128)),
                holds=line("M-92-176L-140-182", WOOD_LIGHT, 7) + disc(-140, -182, 9, FLAME),
            ),
        ),
        *kids,
        confetti(34, 14, 60, 460),
        defs=DAY,
    )


@scene("posts", 2025, "trung-thu-2025", 1)
def moon_procession() -> str:
    """Children carry lanterns round the yard under the moon."""
    line_up = (
        (140, 716, 1.16, BOY_B, FLAME, "star"),
        (300, 736, 1.22, GIRL_A, GOLD, "round"),
        (468, 712, 1.12, BOY_A, AMBER, "star"),
        (634, 740, 1.24, GIRL_D, CORAL, "round"),
        (800, 714, 1.14, BOY_D, FLAME, "star"),
        (968, 738, 1.2, GIRL_C, LEAF, "star"),
    )
    kids = []
    for i, (x, y, size, look, tone, kind) in enumerate(line_up):
        hand = (44, -118)
        lamp = star_lantern(0, 0, 25, tone) if kind == "star" else round_lantern(0, 0, 24, tone)
        figure = replace(
            look,
            pose="step",
            look=0.55,
            mood=("open", "smile", "joy")[i % 3],
            hands=((-38, -62), hand),
            holds=lantern_stick(hand, lamp),
        )
        kids.append(child(x, y, size, figure))
    string = line("M250 300Q480 330 700 226T1200 236", CREAM, 1.8, opacity=0.7)
    lamps = "".join(
        round_lantern(px, py, 20, tone)
        for px, py, tone in (
            (330, 336, GOLD),
            (450, 332, CORAL),
            (566, 310, FLAME),
            (1020, 222, AMBER),
            (1120, 242, FLAME),
        )
    )
    return sheet(
        night_yard(),
        night_tree(70, 580, 1.0, 4),
        string,
        lamps,
        adult(
            1114,
            690,
            1.06,
            replace(TEACHER_C, look=-0.6, mood="open", hands=((-58, -150), (36, -122))),
        ),
        child(
            382,
            602,
            0.8,
            replace(
                GIRL_B,
                pose="step",
                look=0.5,
                hands=((-34, -60), (44, -110)),
                holds=lantern_stick((44, -110), star_lantern(0, 0, 24, CORAL)),
            ),
        ),
        child(
            546,
            596,
            0.78,
            replace(
                BOY_C,
                pose="step",
                look=0.5,
                hands=((-34, -60), (44, -110)),
                holds=lantern_stick((44, -110), round_lantern(0, 0, 22, FLAME)),
            ),
        ),
        child(
            710,
            600,
            0.8,
            replace(
                GIRL_E,
                pose="step",
                look=0.5,
                hands=((-34, -60), (44, -110)),
                holds=lantern_stick((44, -110), star_lantern(0, 0, 24, AMBER)),
            ),
        ),
        *kids,
        defs=NIGHT + DARK,
        wash=0.16,
    )


def lion(x: float, y: float, scale: float) -> str:
    """A lion-dance lion with two dancers' legs under it, looking left."""
    fringe = "".join(
        line(
            f"M{num(-40 + i * 20)} {num(-66 + abs(i - 9) * 1.6)}v{num(22 + i % 2 * 5)}",
            CREAM if i % 2 else GOLD,
            10,
        )
        for i in range(19)
    )
    scales = "".join(
        path(f"M{px} {py}q20 30 40 0Z", GOLD if (px + py) % 3 else CREAM, opacity=0.85)
        for py, row in (
            (-200, (70, 120, 170)),
            (-160, (40, 90, 140, 190, 240)),
            (-120, (30, 80, 130, 180, 230, 280)),
        )
        for px in row
    )
    legs = "".join(
        line(f"M{px} -70Q{px - 6} -40 {px + lean} -14", AMBER, 30)
        + line(f"M{px - 12} -34h26", FLAME, 6)
        + path(f"M{px + lean - 26} 4q2-18 22-18q16 0 18 18Z", INK)
        for px, lean in ((0, -14), (46, 8), (250, -8), (300, 12))
    )
    tail = path("M330-150C380-190 396-240 380-262C364-246 350-214 318-190Z", FLAME) + disc(
        382, -264, 20, CREAM
    )
    body = path("M-30-150C10-230 120-250 220-226C300-206 350-160 344-90Q160-50-40-72Z", FLAME)
    mane = "".join(
        disc(-70 + math.cos(a) * 118, -170 + math.sin(a) * 106, 22, CREAM if i % 2 else GOLD)
        for i, a in enumerate(k * math.tau / 22 for k in range(22))
    )
    skull = (
        mane
        + oval(-70, -170, 116, 104, FLAME)
        + path("M-168-128C-160-60 20-60 32-128C0-104-130-104-168-128Z", FLAME_DEEP)
        + path("M-150-122C-140-86 0-86 14-122C-20-106-110-106-150-122Z", "#6d1f16")
        + "".join(path(f"M{-132 + i * 26} -115l11 15l11-15Z", WHITE) for i in range(5))
        + path("M-178-96C-160-40 24-40 42-96C20-70-150-70-178-96Z", CREAM)
        + "".join(
            disc(px, -190, 32, WHITE)
            + disc(px - 5, -186, 17, INK)
            + disc(px - 10, -193, 6, WHITE)
            + line(f"M{px - 34} -224Q{px} -246 {px + 34} -222", CREAM, 13)
            for px in (-118, -26)
        )
        + oval(-72, -146, 27, 19, AMBER)
        + disc(-82, -144, 5, INK)
        + disc(-62, -144, 5, INK)
        + disc(-72, -278, 17, GOLD)
        + path("M-86-262L-72-318L-58-262Z", AMBER)
        + disc(-150, -150, 13, CORAL)
        + disc(8, -150, 13, CORAL)
        + disc(-160, -268, 18, SKY_DEEP)
        + disc(22, -264, 18, LEAF_LIGHT)
    )
    return at(
        x,
        y,
        scale,
        oval(140, 4, 250, 18, "#1b1a30", opacity=0.3),
        legs,
        tail,
        body,
        scales,
        fringe,
        skull,
    )


@scene("posts", 2025, "trung-thu-2025", 2)
def lion_dance() -> str:
    """The lion dances; a boy drums, children clap."""
    clap = ((-8, -92), (8, -92))
    drummer = replace(
        BOY_D,
        hat="turban",
        look=0.7,
        mood="joy",
        shirt=AMBER,
        wear="shorts",
        lower=FLAME,
        hands=((20, -74), (50, -104)),
    )
    small_drum = (
        oval(64, -4, 52, 10, "#1b1a30", opacity=0.3)
        + path("M18-58L110-58L100-4Q64 6 28-4Z", FLAME)
        + line("M20-46L108-46M27-12L101-12", GOLD, 4)
        + oval(64, -58, 46, 13, "#fbe6bd")
    )
    sticks = line("M166 634L214 650M202 598L238 650", WOOD_LIGHT, 6)
    return sheet(
        night_yard(),
        night_tree(120, 600, 0.98, 8),
        line("M0 150Q420 250 820 196T1200 210", CREAM, 1.8, opacity=0.7),
        *(
            round_lantern(px, py, 19, tone)
            for px, py, tone in (
                (330, 218, FLAME),
                (450, 236, GOLD),
                (580, 240, CORAL),
                (700, 230, AMBER),
                (1100, 226, FLAME),
                (1010, 214, GOLD),
            )
        ),
        child(316, 610, 0.84, replace(GIRL_E, mood="joy", look=0.5, hands=clap)),
        child(420, 604, 0.82, replace(BOY_A, mood="open", look=0.5, hands=CHEER)),
        child(1010, 606, 0.84, replace(GIRL_B, mood="joy", look=-0.5, hands=CHEER)),
        child(1104, 612, 0.86, replace(BOY_C, mood="open", look=-0.5, hands=clap)),
        lion(560, 708, 1.02),
        child(140, 724, 1.22, drummer),
        at(150, 734, 1.22, small_drum),
        sticks,
        child(1010, 752, 1.2, replace(GIRL_C, view="back", hands=((-46, -146), (46, -146)))),
        child(
            1132,
            758,
            1.22,
            replace(
                GIRL_A,
                view="back",
                hands=((-38, -60), (44, -120)),
                holds=lantern_stick((44, -120), star_lantern(0, 0, 23, GOLD)),
            ),
        ),
        confetti(40, 6, 250, 700),
        defs=NIGHT + DARK,
        wash=0.16,
    )


def pomelo_dog(x: float, y: float, scale: float) -> str:
    """The fluffy dog made of pomelo flesh that sits on a mid-autumn tray."""
    rng = Random(5)
    tones = ("#fff6e6", "#ffe7d2", "#fbdcc6")

    def fluff(x: float, y: float, rx: float, ry: float, count: int) -> str:
        parts = []
        for _ in range(count):
            angle, reach = rng.uniform(0, math.tau), math.sqrt(rng.random())
            px, py = x + math.cos(angle) * rx * reach, y + math.sin(angle) * ry * reach
            parts.append(disc(px, py, rng.uniform(9, 13), rng.choice(tones)))
        return "".join(parts)

    curls = fluff(8, -34, 40, 26, 60) + fluff(52, -58, 10, 14, 8)
    skull = fluff(-20, -92, 22, 20, 34)
    details = (
        oval(-44, -96, 9, 17, "#f3c9a8")
        + oval(6, -98, 9, 17, "#f3c9a8")
        + disc(-29, -96, 4.2, INK)
        + disc(-10, -96, 4.2, INK)
        + oval(-20, -85, 6, 4.6, INK)
        + line("M-27-77q7 7 14 0", INK, 2.4)
        + line("M-38-66Q-18-54 4-66", FLAME, 6)
        + disc(-18, -58, 6, GOLD)
    )
    return at(x, y, scale, curls, skull, details)


def mooncake(x: float, y: float, r: float) -> str:
    """A baked mooncake with its moulded top."""
    edge = "".join(
        disc(
            x + math.cos(k / 12 * math.tau) * r * 0.86,
            y + 7 + math.sin(k / 12 * math.tau) * r * 0.36,
            r * 0.24,
            "#a4602b",
        )
        for k in range(12)
    )
    top = "".join(
        disc(
            x + math.cos(k / 12 * math.tau) * r * 0.84,
            y - 8 + math.sin(k / 12 * math.tau) * r * 0.34,
            r * 0.22,
            "#cf8740",
        )
        for k in range(12)
    )
    return (
        edge
        + box(x - r, y - 8, r * 2, 16, "#a4602b", 4)
        + top
        + oval(x, y - 8, r * 0.9, r * 0.42, "#d9944a")
        + group(
            blossom(0, 0, r * 0.5, "#b87234"),
            transform=f"translate({num(x)} {num(y - 8)}) scale(1 .5)",
        )
    )


def banana_hand(x: float, y: float, scale: float) -> str:
    """A bunch of bananas."""
    fruit = "M-6-4C-4 34-24 62-56 74C-64 70-62 64-54 60C-34 46-26 22-24-4Z"
    turns = ((-74, "#e0b53c"), (-50, "#f0c84a"), (-26, "#f7d75f"), (0, "#f0c84a"), (24, "#e6bb40"))
    bunch = [group(path(fruit, tone), transform=f"rotate({turn})") for turn, tone in turns]
    return at(x, y, scale, *bunch, box(-22, -16, 20, 16, "#8a7a35", 5))


@scene("posts", 2025, "trung-thu-2025", 3)
def moon_feast() -> str:
    """The mid-autumn tray, children behind it."""
    eager = (
        (150, 668, 1.5, GIRL_A, 0.5),
        (372, 640, 1.46, BOY_B, 0.4),
        (610, 634, 1.46, GIRL_C, 0),
        (846, 640, 1.46, BOY_A, -0.4),
        (1060, 668, 1.5, GIRL_D, -0.5),
    )
    kids = [
        child(
            x,
            y,
            size,
            replace(
                look,
                look=toward,
                mood=("open", "joy", "smile")[i % 3],
                hands=((-30, -74), (30, -74)),
                shadow=0,
            ),
        )
        for i, (x, y, size, look, toward) in enumerate(eager)
    ]
    fruit = (
        disc(400, 590, 60, "#b7c94f")
        + oval(380, 566, 18, 26, WHITE, opacity=0.2)
        + path("M398 532q-8-24 22-30q10 22-22 30Z", LEAF_DARK)
        + disc(480, 616, 42, "#e9742f")
        + path("M462 580l18 8l18-8l-6 14l-24 0Z", MOSS)
        + disc(548, 626, 38, "#ee8238")
        + path("M532 594l16 7l16-7l-6 12l-20 0Z", MOSS)
        + disc(506, 574, 36, "#f08f45")
        + path("M492 544l14 7l14-7l-5 11l-18 0Z", MOSS)
        + custard_apple(792, 606, 46)
        + custard_apple(852, 622, 40)
    )
    return sheet(
        night_yard(),
        night_tree(60, 560, 0.9, 5),
        night_tree(1150, 560, 0.9, 7),
        line("M0 120Q300 220 600 150T1200 130", CREAM, 1.8, opacity=0.7),
        *(
            round_lantern(px, py, 19, tone)
            for px, py, tone in (
                (200, 190, GOLD),
                (330, 196, FLAME),
                (470, 184, CORAL),
                (1010, 150, AMBER),
            )
        ),
        *kids,
        path("M-20 600L1220 600L1220 820L-20 820Z", "#b8452f"),
        path("M-20 600L1220 600L1220 640Q600 664-20 640Z", "#d65a3d"),
        *(path(f"M{num(i * 80 - 40)} 644q40 56 80 0Z", GOLD, opacity=0.75) for i in range(17)),
        oval(600, 664, 430, 66, "#7c3a22", opacity=0.5),
        oval(600, 654, 420, 62, WOOD),
        oval(600, 646, 396, 52, WOOD_LIGHT),
        banana_hand(330, 590, 1.15),
        fruit,
        pomelo_dog(670, 648, 1.22),
        mooncake(470, 676, 46),
        mooncake(572, 690, 46),
        mooncake(688, 690, 44),
        mooncake(796, 676, 44),
        star_lantern(978, 560, 44, FLAME),
        line("M978 604L940 668", WOOD_LIGHT, 5),
        defs=NIGHT + DARK,
        wash=0.16,
    )


def custard_apple(x: float, y: float, r: float) -> str:
    """A custard apple."""
    rng = Random(int(x))
    bumps = "".join(
        disc(
            x + math.cos(a) * d * r,
            y + math.sin(a) * d * r,
            r * 0.2,
            rng.choice((LEAF_LIGHT, "#86b560", "#8fbd68")),
        )
        for d, count in ((0.8, 14), (0.48, 9), (0.16, 4))
        for a in (k / count * math.tau for k in range(count))
    )
    return disc(x, y, r, "#6fa355") + bumps


def card(x: float, y: float, w: float, turn: float, colour: str, flower: str) -> str:
    """A child's greeting card with a printed flower."""
    h = w * 0.74
    return at(
        x,
        y,
        1,
        box(-w / 2, -h / 2, w, h, colour, 4),
        box(-w / 2, -h / 2, w * 0.08, h, INK, 3, opacity=0.08),
        line(f"M4 {num(h * 0.36)}Q0 0 2 {num(-h * 0.04)}", MOSS, 4),
        oval(-9, h * 0.2, 11, 5, LEAF),
        blossom(2, -h * 0.14, w * 0.21, flower),
        turn=turn,
    )


def paint_pot(x: float, y: float, colour: str) -> str:
    """A dish of paint."""
    return oval(x, y + 5, 31, 13, "#d8cdb8") + oval(x, y, 31, 13, WHITE) + oval(x, y, 23, 9, colour)


@scene("posts", 2025, "thiep-20-10-2025", 1)
def cards() -> str:
    """Children print flowers on cards with their fingers."""
    pegs = [
        card(px, py, 74, turn, tone, flower)
        for px, py, turn, tone, flower in (
            (420, 180, -5, CREAM, FLAME),
            (512, 195, 4, "#d9eef2", CORAL),
            (602, 201, -3, "#ffe2b8", FLAME_DEEP),
            (694, 195, 5, CREAM, AMBER),
            (786, 179, -4, "#fbd9d3", FLAME),
        )
    ]
    makers = (
        (250, 700, 1.5, replace(GIRL_E, look=0.3, mood="smile", hands=((-30, -34), (30, -36)))),
        (482, 690, 1.5, replace(BOY_B, look=-0.2, mood="open", hands=((-32, -34), (28, -36)))),
        (718, 692, 1.5, replace(GIRL_A, look=0.2, mood="smile", hands=((-30, -34), (32, -32)))),
        (944, 698, 1.48, replace(BOY_A, look=-0.4, mood="joy", hands=((-32, -32), (28, -36)))),
    )
    return sheet(
        classroom(),
        line("M360 138Q600 214 850 136", INK, 2.2, opacity=0.6),
        *pegs,
        easel_shelf(20, 520, 150, 150, 2, 3),
        plant_pot(96, 372, 0.8, 4),
        adult(
            1092,
            660,
            1.34,
            replace(TEACHER_C, look=-0.6, mood="smile", hands=((-28, -118), (30, -120))),
        ),
        *(child(x, y, size, f) for x, y, size, f in makers),
        path("M60 596H1120L1230 820H-40Z", "#e8bd83"),
        path("M60 596H1120L1126 608H54Z", WOOD),
        *(
            card(x, y, 150, turn, tone, flower)
            for x, y, turn, tone, flower in (
                (252, 704, -6, CREAM, FLAME),
                (486, 712, 5, "#d9eef2", CORAL),
                (722, 706, -4, "#ffe2b8", FLAME),
                (948, 712, 6, "#fbd9d3", FLAME_DEEP),
            )
        ),
        *(arms_over(x, y, size, f) for x, y, size, f in makers),
        paint_pot(368, 640, FLAME),
        paint_pot(604, 640, AMBER),
        paint_pot(836, 640, LEAF),
        paint_pot(120, 684, SKY_DEEP),
        *(
            at(
                px,
                py,
                1,
                path("M0 0C-16-14-16-38 0-52C16-38 16-14 0 0Z", tone),
                line("M0 4V-46", INK, 1.4, opacity=0.3),
                turn=turn,
            )
            for px, py, turn, tone in (
                (640, 760, 40, AMBER),
                (392, 774, -30, "#c9793a"),
                (900, 770, 70, LEAF),
                (130, 780, 20, "#d9944a"),
            )
        ),
        line("M1076 748l60-26", FLAME, 9),
        line("M1070 770l66-16", SKY_DEEP, 9),
        defs=DAY,
    )


def blocks_bridge(x: float, y: float) -> str:
    """A bridge of wooden blocks with a fire engine before it."""
    return (
        box(x - 150, y - 70, 46, 70, AMBER, 4)
        + box(x + 104, y - 70, 46, 70, SKY_DEEP, 4)
        + box(x - 170, y - 92, 340, 24, WOOD_LIGHT, 5)
        + path(f"M{x - 170} {y - 70}L{x - 260} {y}H{x - 170}Z", CORAL)
        + path(f"M{x + 170} {y - 70}L{x + 260} {y}H{x + 170}Z", LEAF)
        + box(x - 150, y - 118, 30, 26, FLAME, 3)
        + box(x + 120, y - 118, 30, 26, LEAF, 3)
        + path(f"M{x - 20} {y - 92}l22-34l22 34Z", AMBER)
        + box(x - 66, y - 44, 112, 36, FLAME, 6)
        + box(x + 18, y - 62, 34, 30, FLAME_DEEP, 6)
        + box(x + 26, y - 56, 20, 16, SKY_PALE, 3)
        + line(
            f"M{x - 62} {y - 52}H{x + 10}M{x - 50} {y - 58}v12M{x - 30} {y - 58}v12M{x - 10} {y - 58}v12",
            GREY,
            4,
        )
        + disc(x - 40, y - 6, 12, INK)
        + disc(x + 26, y - 6, 12, INK)
        + disc(x - 40, y - 6, 5, GREY)
        + disc(x + 26, y - 6, 5, GREY)
    )


@scene("posts", 2025, "chuyen-de-lay-tre-lam-trung-tam", 1)
def learning_corners() -> str:
    """A classroom at the height of a child: low shelves, open materials, a kneeling teacher."""
    baskets = (
        basket(
            438,
            430,
            0.62,
            *(
                disc(px, -50, 11, tone)
                for px, tone in ((-26, GREY), (-6, SAND), (14, "#8f8a80"), (30, GREY))
            ),
        )
        + basket(
            528,
            430,
            0.62,
            *(
                disc(px, -50, 11, tone)
                for px, tone in ((-26, FLAME), (-6, GOLD), (14, SKY_DEEP), (30, LEAF))
            ),
        )
        + basket(
            664,
            430,
            0.62,
            *(
                line(f"M{px} -40v-30", tone, 8)
                for px, tone in ((-26, LEAF_LIGHT), (-8, MOSS), (12, LEAF_LIGHT), (28, MOSS))
            ),
        )
        + basket(
            756,
            430,
            0.62,
            *(
                blob(px, -52, 16, 12, tone, Random(px))
                for px, tone in ((-22, CORAL), (2, SKY), (24, AMBER))
            ),
        )
    )
    pictures = "".join(
        at(px, 250, 1, box(-44, -34, 88, 68, tone, 3), inner, turn=turn)
        for px, turn, tone, inner in (
            (456, -3, WHITE, disc(-8, -6, 15, AMBER) + line("M-30 22h60", LEAF, 7)),
            (560, 2, "#e2f1f4", path("M-24 20L0-20L24 20Z", CORAL)),
            (662, -2, CREAM, blossom(0, 0, 22, FLAME)),
            (764, 3, WHITE, line("M-28 10q14-34 28 0t28 0", SKY_DEEP, 6)),
        )
    )
    return sheet(
        classroom("#fbeed3", "#e5bf8c", 470),
        pictures,
        box(380, 430, 440, 18, WOOD_LIGHT, 4),
        box(384, 446, 432, 74, "#c78f55", 4),
        line("M492 448v70M600 448v70M708 448v70", WOOD_DARK, 5, opacity=0.5),
        baskets,
        easel_shelf(26, 540, 250, 190, 2, 12),
        plant_pot(84, 352, 0.7, 3),
        plant_pot(216, 352, 0.7, 8, SKY_DEEP),
        easel_shelf(1010, 530, 160, 130, 1, 15),
        plant_pot(1090, 402, 0.9, 12, AMBER),
        round_rug(600, 680, 520, 104, "#f0a07f", "#f7cfa0", "#f0a07f", "#f9dfb6"),
        child(
            196,
            636,
            1.06,
            replace(
                GIRL_D,
                pose="sit",
                look=-0.2,
                mood="smile",
                hands=((-24, -50), (24, -50)),
                holds=book(0, -38, 78, FLAME),
            ),
        ),
        child(
            430,
            632,
            1.1,
            replace(BOY_C, pose="sit", look=0.6, mood="smile", hands=((-36, -50), (58, -66))),
        ),
        adult(
            866,
            664,
            1.16,
            replace(
                TEACHER_B, pose="kneel", look=-0.7, mood="smile", hands=((-66, -90), (38, -96))
            ),
        ),
        blocks_bridge(600, 708),
        child(
            300,
            754,
            1.2,
            replace(
                BOY_B,
                pose="sit",
                look=0.6,
                mood="open",
                hands=((-36, -52), (60, -70)),
                holds=box(50, -86, 28, 24, GOLD, 3),
            ),
        ),
        child(
            770,
            768,
            1.2,
            replace(GIRL_C, pose="sit", look=-0.6, mood="joy", hands=((-58, -60), (38, -52))),
        ),
        child(
            1010,
            770,
            1.16,
            replace(GIRL_B, pose="sit", look=-0.4, mood="calm", hands=((-20, -50), (24, -50))),
        ),
        basket(
            1010,
            776,
            0.8,
            *(disc(px, -48, 12, tone) for px, tone in ((-24, LEAF), (0, GOLD), (24, LEAF_LIGHT))),
        ),
        box(90, 742, 38, 30, FLAME, 4),
        box(134, 752, 34, 26, SKY_DEEP, 4),
        path("M100 742l19-30l19 30Z", AMBER),
        defs=DAY,
    )


@scene("posts", 2025, "nha-giao-2025", 1)
def teachers_day() -> str:
    """Teachers receive flowers on the stage."""
    curtain = [
        path(
            f"M{num(i * 92 - 30)} 0Q{num(i * 92 + 30)} 260 {num(i * 92 - 30)} 560H{num(i * 92 + 62)}Q{num(i * 92 + 122)} 260 {num(i * 92 + 62)} 0Z",
            ("#f3b58f", "#f0a67f")[i % 2],
        )
        for i in range(14)
    ]
    swags = [
        path(f"M{num(i * 200 - 10)} 0q110 96 220 0Z", FLAME)
        + line(f"M{num(i * 200 - 10)} 0q110 96 220 0", GOLD, 5)
        for i in range(6)
    ]
    plum = replace(
        TEACHER_A, shirt="#9a78b4", hair="bob", look=-0.2, accents=(CREAM,), skin=SKIN_WARM
    )
    elder = replace(
        TEACHER_B, shirt="#c9793a", hair="bun", hair_colour="#a9a29a", mood="smile", accents=(GOLD,)
    )
    pots = [
        bush(px, 640, 0.7, seed, tone)
        for px, seed, tone in ((40, 3, AMBER), (170, 5, GOLD), (1040, 7, AMBER), (1165, 9, GOLD))
    ]
    return sheet(
        *curtain,
        *swags,
        banner(600, 176, 560, 84, "Chào mừng ngày 20-11"),
        phuong_flower(272, 182, 46, -20),
        phuong_flower(928, 182, 46, 20),
        path("M0 560H1200V820H0Z", "#d79a5f"),
        path("M0 560H1200V590H0Z", "#c08247"),
        *(
            line(f"M{num(600 + i * 100)} 590L{num(600 + i * 200)} 820", INK, 2, opacity=0.09)
            for i in range(-7, 8)
        ),
        *pots,
        adult(
            214,
            672,
            1.3,
            replace(
                TEACHER_B,
                look=0.3,
                mood="smile",
                hands=((-16, -130), (18, -128)),
                holds=bouquet(2, -122, 0.72, 3),
            ),
        ),
        adult(
            418,
            662,
            1.32,
            replace(
                plum,
                look=0.2,
                mood="open",
                hands=((-14, -126), (20, -128)),
                holds=bouquet(2, -122, 0.74, 5, "#f9d5cb"),
            ),
        ),
        adult(
            628,
            660,
            1.34,
            replace(
                elder, hands=((-16, -128), (18, -126)), holds=bouquet(2, -122, 0.78, 9, "#d9eef2")
            ),
        ),
        adult(
            838,
            664,
            1.32,
            replace(TEACHER_A, look=-0.3, mood="smile", hands=((-18, -126), (66, -104))),
        ),
        adult(
            1030,
            674,
            1.28,
            replace(TEACHER_C, look=-0.4, mood="open", hands=((-60, -104), (20, -128))),
        ),
        bouquet(932, 604, 0.95, 12),
        child(930, 792, 1.1, replace(GIRL_A, view="back", hands=((-34, -158), (36, -158)))),
        child(520, 770, 1.2, replace(BOY_A, view="back", hands=((-42, -118), (36, -62)))),
        blossom(468, 622, 17, GOLD),
        line("M468 640v34", MOSS, 5),
        child(
            320,
            768,
            1.16,
            replace(
                GIRL_D,
                look=0.3,
                mood="joy",
                hands=((-12, -78), (14, -78)),
                holds=card(0, -78, 56, -4, CREAM, FLAME),
            ),
        ),
        child(
            1120,
            776,
            1.16,
            replace(
                BOY_B,
                look=-0.5,
                mood="open",
                hands=((-48, -140), (36, -60)),
                holds=blossom(-48, -156, 15, FLAME) + line("M-48-140v22", MOSS, 4),
            ),
        ),
        child(
            110,
            776,
            1.16,
            replace(
                GIRL_E,
                look=0.5,
                mood="smile",
                hands=((-36, -58), (46, -136)),
                holds=blossom(46, -154, 15, AMBER) + line("M46-138v22", MOSS, 4),
            ),
        ),
        confetti(44, 10, 60, 560),
        defs=DAY,
    )


def folded_blanket(x: float, y: float, scale: float, tone: str) -> str:
    """A blanket folded square."""
    return at(
        x,
        y,
        scale,
        box(-46, -20, 92, 20, tone, 8),
        box(-44, -40, 88, 22, tone, 9),
        box(-42, -58, 84, 20, tone, 9),
        line("M-42-20H42M-40-40H40", INK, 2, opacity=0.22),
        box(-42, -54, 84, 5, WHITE, 2, opacity=0.45),
    )


@scene("posts", 2025, "be-tap-lam-bo-doi", 1)
def little_soldiers() -> str:
    """Five-year-olds march in file with soldiers' hats; folded blankets lie ready."""
    green = "#7d9a55"
    dress = [
        replace(f, shirt=green, lower="#6b8548", wear="shorts", hat="soldier", accents=(INK,))
        for f in (
            BOY_A,
            replace(GIRL_A, hair="bob"),
            replace(BOY_B, hair="short"),
            replace(GIRL_E, hair="bob"),
            BOY_C,
        )
    ]
    rear = [
        child(
            x,
            618,
            0.84,
            replace(
                dress[i % 5], pose="step", look=0.4, mood="smile", hands=((-40, -78), (36, -58))
            ),
        )
        for i, x in enumerate((250, 360, 470, 580))
    ]
    front = [
        child(
            x,
            740,
            1.24,
            replace(
                dress[i % 5],
                pose="step",
                look=0.5,
                mood=("open", "smile", "joy")[i % 3],
                hands=((-42, -74), (44, -82)),
            ),
        )
        for i, x in enumerate((130, 300, 470, 640))
    ]
    mat = path("M770 690H1150L1200 780H740Z", "#e98f66") + path(
        "M786 698H1136L1176 770H764Z", "#f3b58b"
    )
    return sheet(
        open_air(500, sun=180),
        school(380, 520, 0.82),
        yard(506),
        phuong_tree(1010, 590, 1.12, 14, bloom=0),
        flagpole(700, 560, 380),
        bush(90, 540, 0.8, 3, AMBER),
        bush(600, 536, 0.7, 6, WHITE),
        line("M60 640H720M20 764H760", WHITE, 7, opacity=0.75),
        *rear,
        adult(
            812,
            640,
            0.98,
            replace(
                TEACHER_B,
                wear="shirt",
                shirt=CREAM,
                lower=NAVY,
                look=-0.6,
                mood="open",
                hands=((-70, -170), (34, -118)),
                hat="cap",
                accents=(FLAME,),
            ),
        ),
        mat,
        folded_blanket(842, 742, 0.94, SKY_DEEP),
        folded_blanket(1106, 744, 0.94, GOLD),
        child(
            974,
            768,
            1.16,
            replace(dress[1], pose="sit", look=-0.3, mood="smile", hands=((-34, -44), (34, -44))),
        ),
        folded_blanket(974, 786, 1, CORAL),
        *front,
        defs=DAY,
    )
