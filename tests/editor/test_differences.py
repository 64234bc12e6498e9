from __future__ import annotations

from editor.differences import Mark, Names, Piece, compare, compare_files, visible, word_pieces
from workflow.content_types import CONTENT_TYPES
from workflow.entries import Edition
from workflow.repository import StoredMedia

NAMES = Names({"chuyen-mon": "Chuyên môn"}, {"mau-giao": "Tổ mẫu giáo"}, {"tb-1": "Thông báo 1"})


def test_only_the_words_that_changed_are_marked() -> None:
    pieces = word_pieces("Khám vào thứ Sáu tới.", "Khám vào thứ Tư tới.")

    assert pieces == (
        Piece(Mark.SAME, "Khám vào thứ "),
        Piece(Mark.REMOVED, "Sáu"),
        Piece(Mark.ADDED, "Tư"),
        Piece(Mark.SAME, " tới."),
    )


def test_the_pieces_give_both_texts_back() -> None:
    before, after = "Một.\n\nHai ba.\nBốn.\n", "Một.\n\nHai năm.\nBốn.\nSáu.\n"
    pieces = word_pieces(before, after)

    assert "".join(p.text for p in pieces if p.mark is not Mark.ADDED) == before
    assert "".join(p.text for p in pieces if p.mark is not Mark.REMOVED) == after


def test_characters_that_hide_are_shown_by_number() -> None:
    """Trojan Source: a reviewer must see what reorders the text."""
    assert visible("a\u202eb\u200bc\n") == "a[U+202E]b[U+200B]c\n"


def test_ids_are_shown_by_their_names() -> None:
    after = Edition({"title": "T", "category": "chuyen-mon", "group": "mau-giao"}, "Chữ.\n")
    shown = {d.label: d.after for d in compare(CONTENT_TYPES["posts"], None, after, NAMES)}

    assert shown["Chuyên mục"] == "Chuyên môn"
    assert shown["Tổ, bộ phận"] == "Tổ mẫu giáo"


def test_photos_that_came_went_and_changed_are_told_apart() -> None:
    old, new = StoredMedia("a" * 64, 1), StoredMedia("b" * 64, 1)
    photos = [{"file": f"anh-{n}.jpg", "alt": f"Ảnh {n}"} for n in (1, 2, 3)]
    before = Edition({"photos": photos[:2]}, "", {"anh-1.jpg": old, "anh-2.jpg": old})
    after = Edition({"photos": photos[1:]}, "", {"anh-2.jpg": new, "anh-3.jpg": new})

    rows = {row.file: row for row in compare_files("photos", before, after)}

    assert rows["anh-1.jpg"].mark is Mark.REMOVED
    assert rows["anh-2.jpg"].replaced
    assert rows["anh-3.jpg"].mark is Mark.ADDED


def test_a_text_made_to_be_compared_for_hours_is_shown_whole() -> None:
    pieces = word_pieces("a b " * 50_000, "b a c " * 33_000)

    assert [p.mark for p in pieces if p.text.strip()] == [Mark.REMOVED, Mark.ADDED]


def test_a_long_article_is_still_compared_word_by_word() -> None:
    paragraphs = [" ".join(f"từ{n * k % 97}" for n in range(80)) for k in range(1, 61)]
    after = [p.replace("từ5 ", "chữ5 ", 1) for p in paragraphs]
    removed = [
        p.text
        for p in word_pieces("\n\n".join(paragraphs), "\n\n".join(after))
        if p.mark is Mark.REMOVED
    ]

    assert removed == ["từ5"] * sum(a != b for a, b in zip(paragraphs, after, strict=True))
