"""The decision in the starter content against the sample it was transcribed from.

Knows only the two texts; how they look on a page is not its business.
"""

import re
from pathlib import Path

from workflow.front_matter import parse

ROOT = Path(__file__).parents[2]
SEED = Path(__file__).parent / "data" / "quyet-dinh-14B.txt"
ENTRY = ROOT / "content" / "circulars" / "2026" / "14b-qd-mnph" / "index.md"
NOTES = "\n## Ghi chú của người số hóa\n"


def words(markdown: str) -> list[str]:
    """Return the words in order, without heading marks, list hyphens, emphasis and escapes."""
    unmarked = re.sub(r"^(#+|-) ", "", markdown, flags=re.MULTILINE)
    return re.sub(r"\\(?=\.)|\*", "", unmarked).split()


def transcription() -> str:
    """Return the body of the entry without the transcriber's notes."""
    _, body = parse(ENTRY.read_bytes())
    text, notes, _ = body.partition(NOTES)
    assert notes
    return text


def test_the_transcription_has_the_words_of_the_printed_decision_and_no_others() -> None:
    assert words(transcription()) == words(SEED.read_text(encoding="utf-8"))


def test_a_single_corrected_letter_would_be_noticed() -> None:
    corrected = transcription().replace("Sau sát nhập", "Sau sáp nhập")

    assert words(corrected) != words(SEED.read_text(encoding="utf-8"))


def test_the_numbering_stays_as_printed() -> None:
    articles = [int(n) for n in re.findall(r"^#+ Điều (\d+)\.", transcription(), re.MULTILINE)]

    assert articles == [*range(1, 10), 9, 10, 11, 12, *range(1, 16), 19, 20]


def test_no_clause_is_a_markdown_list_that_would_be_renumbered() -> None:
    assert not re.search(r"^\s*\d+\. ", transcription(), re.MULTILINE)


def test_every_defect_that_the_notes_quote_stands_in_the_text() -> None:
    _, body = parse(ENTRY.read_bytes())
    text, _, notes = body.partition(NOTES)
    flat = " ".join(words(text))
    quoted = re.findall(r'"([^"]*)"', notes)
    readings = {
        reading
        for sentence in re.findall(r'(?:[Đđ]ọc là|[Cc]ó lẽ là)((?:(?: |, )"[^"]*")+)', notes)
        for reading in re.findall(r'"([^"]*)"', sentence)
    }
    printed = [quote.rstrip("…") for quote in quoted if quote not in readings]

    assert printed
    assert [q for q in printed if q not in flat] == []
