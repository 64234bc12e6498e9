from pathlib import Path

import pytest

from newsroom.bodies import render_body
from newsroom.composition import Body, compose, fold, size_in_words, with_addresses
from newsroom.media import Media
from tests.theme.samples import picture

URL = "tin-tuc/2026/tin/"


@pytest.fixture
def media(tmp_path: Path) -> Media:
    for number in (1, 2):
        picture(tmp_path, f"anh-{number}.jpg", (64, 48))
    (tmp_path / "don.pdf").write_bytes(b"%PDF-" + b"x" * 2000)
    return Media(tmp_path, "posts/2026/tin")


def body(text: str, media: Media, *, clauses: bool = False) -> Body:
    return compose(render_body(text), media, URL, clauses=clauses)


def test_one_image_alone_is_a_figure_with_its_title_as_caption(media: Media) -> None:
    found = body('![Bé chơi](anh-1.jpg "Sân trường")', media)

    assert found.html == (
        '<figure class="figure"><a href="anh-1.jpg"><picture>'
        '<source type="image/avif" srcset="anh-1-64.avif 64w" sizes="min(64px, 92vw)">'
        '<source type="image/webp" srcset="anh-1-64.webp 64w" sizes="min(64px, 92vw)">'
        '<img src="anh-1-64.jpg" srcset="anh-1-64.jpg 64w" sizes="min(64px, 92vw)"'
        ' alt="Bé chơi" width="64" height="48" loading="lazy" decoding="async">'
        "</picture></a><figcaption>Sân trường</figcaption></figure>"
    )
    assert found.placed == ("anh-1.jpg",)


def test_several_images_alone_are_a_gallery(media: Media) -> None:
    found = body("![một](anh-1.jpg)\n![hai](anh-2.jpg)", media)

    assert found.html.startswith('<div class="gallery"><figure')
    assert found.html.count("<figure") == 2


def test_an_image_among_words_stays_among_them(media: Media) -> None:
    html = body("Bé ![vui](anh-1.jpg) lắm", media).html

    assert html.startswith("<p>Bé <picture><source ")
    assert html.endswith("></picture> lắm</p>")


def test_a_feed_is_offered_one_file_a_picture_with_its_full_address(media: Media) -> None:
    html = body("Bé ![vui](anh-1.jpg) lắm\n\n![một](anh-1.jpg)", media).html
    feed = with_addresses(html, f"https://mn.example/{URL}")

    assert "<source" not in feed
    assert "srcset" not in feed
    assert feed.count(f'src="https://mn.example/{URL}anh-1-64.jpg"') == 2
    assert "> lắm</p>" in feed


def test_a_picture_of_another_host_becomes_a_link(media: Media) -> None:
    html = body("![xa](https://example.org/a.png)", media).html

    assert "<img" not in html
    assert '<a href="https://example.org/a.png" rel="noopener nofollow">xa</a>' in html


@pytest.mark.parametrize("source", ["anh-9.jpg", "../anh-1.jpg", "/tin-tuc/anh-1.jpg"])
def test_a_picture_that_is_not_beside_the_page_is_said_to_be_absent(
    media: Media, source: str
) -> None:
    html = body(f"![ảnh lớp]({source})", media).html

    assert "<img" not in html
    assert "Chưa có ảnh: ảnh lớp" in html


def test_a_lone_link_to_a_pdf_shows_its_size(media: Media) -> None:
    assert "(PDF, 2 KB)" in body("[Đơn](don.pdf)", media).html


def test_a_video_is_a_link_and_no_player(media: Media) -> None:
    html = body("<https://www.youtube.com/watch?v=abc>", media).html

    assert '<p class="video">' in html
    assert "Xem phim trên YouTube" in html


def test_an_address_from_the_root_is_made_relative_for_the_page_and_full_for_the_feed(
    media: Media,
) -> None:
    found = body("[a](/van-ban/2026/x/) ![b](anh-1.jpg)", media)
    elsewhere = with_addresses(found.html, f"https://mn.example/{URL}")

    assert 'href="../../../van-ban/2026/x/"' in found.html
    assert 'href="https://mn.example/van-ban/2026/x/"' in elsewhere
    assert f'src="https://mn.example/{URL}anh-1-64.jpg"' in elsewhere


def test_only_links_to_other_sites_are_nofollow(media: Media) -> None:
    html = body("[a](/b/) [c](https://example.org/)", media).html

    assert html.count("nofollow") == 1


def test_headings_get_anchors_and_none_twice(media: Media) -> None:
    found = body("# Đón bé\n\n## Đón bé\n\n## Nội dung\n\n## ???", media)

    assert [line.anchor for line in found.contents] == ["don-be", "don-be-2", "noi-dung-2", "muc"]
    assert "<h1" not in found.html


def test_clauses_of_a_circular_are_anchored_by_number(media: Media) -> None:
    text = "Điều 1. Ban hành\n\n## Chương II Quy định\n\n### Điều 1. Phạm vi\n\n**Điều 4.** Khác"
    found = body(text, media, clauses=True)

    anchors = [line.anchor for line in found.contents]
    assert anchors == ["dieu-1", "chuong-ii", "dieu-1-2", "dieu-4"]
    assert [line.level for line in found.contents] == [4, 2, 3, 4]


def test_a_clause_in_a_post_is_only_words(media: Media) -> None:
    assert body("Điều 1. Ban hành", media).contents == ()


def test_a_wide_table_can_be_scrolled_by_keyboard_and_read_as_cards(media: Media) -> None:
    html = body("| a | b | c | d |\n|--|--|--|--|\n| 1 | 2 | 3 | 4 |", media).html

    assert (
        '<div class="scroller scroller-cards" role="region" aria-label="Bảng" tabindex="0">' in html
    )
    assert '<td role="cell" data-label="d">4</td>' in html


def test_an_author_cannot_forge_what_the_page_adds(media: Media) -> None:
    html = body(
        '<p class="download" data-label="x" id="trinh-don">&lt;b onclick=x&gt;</p>', media
    ).html

    assert html == "<p>&lt;b onclick=x&gt;</p>"


@pytest.mark.parametrize(("text", "folded"), [("Điều 4", "dieu-4"), ("HOÀ – hòa", "hoa-hoa")])
def test_words_fold_to_ascii(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(("size", "words"), [(0, "1 KB"), (655360, "640 KB"), (1258291, "1,2 MB")])
def test_sizes_are_written_the_vietnamese_way(size: int, words: str) -> None:
    assert size_in_words(size) == words
