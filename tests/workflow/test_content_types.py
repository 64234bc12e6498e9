"""What may stand in the fields, and what a person reads when it may not."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.conftest import circular_fields, menu_fields, post_fields
from workflow.content_types import (
    CONTENT_TYPES,
    circular_key,
    free_media_name,
    parse_form,
    slug_for,
    validate,
)
from workflow.errors import InvalidFields
from workflow.text import SLUG, clean_line, fold, slugify

POSTS, CIRCULARS = CONTENT_TYPES["posts"], CONTENT_TYPES["circulars"]


def errors_of(kind: str, **raw: Any) -> dict[str, str]:
    ctype = CONTENT_TYPES[kind]
    try:
        fields = parse_form(ctype, raw)
        validate(ctype, fields | {"slug": "a", "author": "b"}, "Nội dung", complete=True)
    except InvalidFields as error:
        return {name: str(messages[0]) for name, messages in error.errors.items()}
    return {}


def test_complete_forms_have_no_errors() -> None:
    assert errors_of("posts", **post_fields()) == {}
    assert errors_of("circulars", **circular_fields()) == {}
    assert errors_of("menus", **menu_fields(title="x")) == {}


@pytest.mark.parametrize("day", ["31/02/2026", "2026-13-01", "hôm qua", "1/1/1900", "13/03/20265"])
def test_an_impossible_date_says_how_to_write_one(day: str) -> None:
    assert "13/03/2026" in errors_of("posts", **post_fields(date=day))["date"]


@pytest.mark.parametrize("day", ["2026-03-13", "13/03/2026", "13-3-2026", "13.3.2026"])
def test_a_date_is_read_in_both_ways_of_writing(day: str) -> None:
    assert parse_form(POSTS, {"date": day})["date"] == date(2026, 3, 13)


@pytest.mark.parametrize("title", ["a\nslug: b", "a\r\nb", "a\u2028b", "a\u202eb", "a\x00b"])
def test_a_title_of_two_lines_or_with_hidden_marks_is_refused(title: str) -> None:
    assert "một dòng" in errors_of("posts", **post_fields(title=title))["title"]


def test_an_empty_title_is_refused_for_drafts_too() -> None:
    with pytest.raises(InvalidFields, match="Tiêu đề"):
        validate(POSTS, {}, "", complete=False)


def test_a_title_is_cut_nowhere_but_refused_when_too_long() -> None:
    assert "tối đa 160" in errors_of("posts", **post_fields(title="a" * 161))["title"]


@pytest.mark.parametrize(
    "name", ["../x.jpg", "a/b.jpg", "x.php", ".jpg", "a.jpg\n", "-rf.jpg", "A.jpg"]
)
def test_a_media_name_is_ours(name: str) -> None:
    assert "photos" in errors_of("posts", **post_fields(photos=[{"file": name, "alt": "x"}]))


def test_unknown_and_pelican_keys_of_a_form_go_nowhere() -> None:
    fields = parse_form(POSTS, post_fields(save_as="index.html", template="x", status="hidden"))

    assert set(fields) == {"title", "date", "summary", "category", "group"}


def test_a_notice_cannot_expire_before_it_begins() -> None:
    raw = post_fields(expires_on="2026-11-01")

    assert "sau ngày đăng" in errors_of("notices", **raw)["expires_on"]


def test_a_menu_week_begins_on_monday() -> None:
    assert "thứ Hai" in errors_of("menus", **menu_fields(week_start="2026-12-01"))["week_start"]


@pytest.mark.parametrize(("number", "notation"), [("14 B", "QĐ-MNPH"), ("x", "QĐ"), ("7", "QĐ MN")])
def test_a_documents_number_follows_the_grammar(number: str, notation: str) -> None:
    raw = circular_fields(code_number=number, code_notation=notation)

    assert {"code_number", "code_notation"} & set(errors_of("circulars", **raw))


@pytest.mark.parametrize(
    ("number", "notation", "slug"),
    [
        ("14B", "QĐ-MNPH", "14b-qd-mnph"),
        ("85", "2016/NĐ-CP", "85-2016-nd-cp"),
        ("91", "2025/QH15", "91-2025-qh15"),
        ("2968", "SGD&ĐT-QLCL", "2968-sgd-dt-qlcl"),
    ],
)
def test_a_documents_address_comes_from_its_number(number: str, notation: str, slug: str) -> None:
    fields = parse_form(CIRCULARS, circular_fields(code_number=number, code_notation=notation))

    assert slug_for(CIRCULARS, fields, "id") == slug
    assert (
        errors_of("circulars", **circular_fields(code_number=number, code_notation=notation)) == {}
    )


def test_a_documents_key_folds_tone_marks_and_stroke() -> None:
    one = parse_form(CIRCULARS, circular_fields(code_notation="KH-SGDĐT"))
    two = parse_form(CIRCULARS, circular_fields(code_notation="KH-SGDDT"))

    assert circular_key(one) == circular_key(two)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Đường đến trường của bé", "duong-den-truong-cua-be"),
        ("  “Tết” – 2026!  ", "tet-2026"),
        ("..", ""),
        ("🥰", ""),
        ("Hoà, hòa", "hoa-hoa"),
    ],
)
def test_slugs(text: str, slug: str) -> None:
    assert slugify(text) == slug


@given(st.text())
def test_a_slug_is_empty_or_valid(text: str) -> None:
    slug = slugify(text)

    assert not slug or SLUG.match(slug)
    assert len(slug) <= 80


@given(st.text(alphabet="aăâđêôơưÁẠỆỄðĐ hòaủy"))
def test_folding_is_stable_and_blind_to_normal_form(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(clean_line(text)).strip() == fold(text).strip() or "  " in text


def test_a_title_of_signs_alone_gets_the_entrys_id_as_address() -> None:
    assert slug_for(POSTS, {"title": "🥰🥰"}, "20261124-abcd") == "20261124-abcd"


def test_free_media_names_count_past_what_is_taken() -> None:
    assert free_media_name(["anh-1.jpg", "anh-2.png"], "jpg") == "anh-3.jpg"
