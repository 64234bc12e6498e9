"""Brackets that would cost the Markdown parser quadratic time, hidden from it and given back.

Knows how the parser looks for the end of a link; knows nothing of what a link means.
"""

import re
from collections.abc import Iterator

# At each opening bracket the parser reads on to its end, or to the end of the block.
BLOCK_END = re.compile(r"\n[^\S\n]*\n")
DEEPEST = 8
MOST_UNCLOSED = 8
# Noncharacters of Unicode: no text bears them, and Markdown takes them for letters.
STAND_INS = {"[": "\ufdd0", "(": "\ufdd1"}
CLOSERS = {"]": "[", ")": "("}
BRACKET = re.compile(r"[\[\]()]")
GIVEN_BACK = str.maketrans({stand_in: bracket for bracket, stand_in in STAND_INS.items()})
NOT_OURS = str.maketrans(dict.fromkeys(STAND_INS.values()))


def hide_costly(text: str) -> str:
    """The text with a stand-in for each opening bracket that is one of many without an end.

    Link brackets more than 8 deep, and in one block all but the first 8 that nothing closes, open
    no link: what is left costs time in proportion to the text.
    """
    letters = list(text.translate(NOT_OURS))
    whole = "".join(letters)
    start = 0
    for end in [*(match.start() for match in BLOCK_END.finditer(whole)), len(whole)]:
        for place in _costly(whole, start, end):
            letters[place] = STAND_INS[letters[place]]
        start = end
    return "".join(letters)


def give_back(html: str) -> str:
    """The rendered text with its own brackets again."""
    return html.translate(GIVEN_BACK)


def _costly(text: str, start: int, end: int) -> Iterator[int]:
    """The places of such brackets in one block of text."""
    still_open: dict[str, list[int]] = {bracket: [] for bracket in STAND_INS}
    partner: dict[int, int] = {}
    for match in BRACKET.finditer(text, start, end):
        bracket, place = match[0], match.start()
        if bracket in still_open:
            still_open[bracket].append(place)
        elif still_open[CLOSERS[bracket]]:
            partner[still_open[CLOSERS[bracket]].pop()] = place
    for bracket, places in still_open.items():
        unclosed = [place for place in places if _opens_link(text, place, bracket)]
        yield from unclosed[MOST_UNCLOSED:]
    for bracket in STAND_INS:
        yield from _too_deep(text, bracket, partner)


def _too_deep(text: str, bracket: str, partner: dict[int, int]) -> Iterator[int]:
    around: list[int] = []
    for place in sorted(p for p in partner if text[p] == bracket):
        while around and partner[around[-1]] < place:
            around.pop()
        if len(around) >= DEEPEST and _opens_link(text, place, bracket):
            yield place
        else:
            around.append(place)


def _opens_link(text: str, place: int, bracket: str) -> bool:
    # A round bracket matters only where an address would begin.
    return bracket == "[" or text[place - 1 : place] == "]"
