import markdown
import pytest

from newsroom.bodies import LONGEST_BODY, render_body

HARMFUL = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "<a href='vbscript:x'>x</a>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<iframe src='https://example.org'></iframe>",
    "<form action='https://example.org'><input name=a></form>",
    "<p style='background:url(https://example.org)'>x</p>",
    "<style>body{display:none}</style>",
    "<object data='x'></object><embed src='x'><base href='https://example.org'>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    '![x](x"onerror="alert(1))',
]
SIGNS_OF_HARM = (
    "<script",
    "javascript:",
    "vbscript:",
    "data:",
    "<svg",
    "<iframe",
    "<form",
    "<style",
)


@pytest.mark.parametrize("text", HARMFUL)
def test_nothing_harmful_survives(text: str) -> None:
    html = render_body(text).lower()

    assert [sign for sign in SIGNS_OF_HARM if sign in html] == []
    assert "<" not in html or "onerror=" not in html.replace("&quot;", "").partition(">")[0]


def test_what_an_author_needs_survives() -> None:
    html = render_body(
        "## Đầu đề\n\n**đậm** _nghiêng_\n\n- một\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n"
    )

    for wanted in ("<h2>Đầu đề</h2>", "<strong>đậm</strong>", "<li>một</li>", '<td align="right">'):
        assert wanted in html


def test_markdown_alone_would_let_harm_through() -> None:
    text = "<script>alert(1)</script>\n\n<p onclick='x()'>chữ</p>"

    assert "<script>" in markdown.markdown(text)
    assert render_body(text).strip() == "<p>chữ</p>"


@pytest.mark.parametrize("attribute", ["id", "class", "name", "style"])
def test_an_author_cannot_name_parts_of_the_page(attribute: str) -> None:
    assert attribute not in render_body(f'<p {attribute}="noi-dung">chữ</p>')


@pytest.mark.parametrize(
    "scheme", ["https://example.org", "http://example.org", "mailto:a@b.vn", "tel:1"]
)
def test_honest_addresses_survive(scheme: str) -> None:
    assert f'href="{scheme}"' in render_body(f"[chữ]({scheme})")


def test_a_link_does_not_vouch_for_its_target() -> None:
    assert 'rel="noopener nofollow"' in render_body("[chữ](https://example.org)")


def test_a_body_has_a_longest_size() -> None:
    assert render_body("a" * LONGEST_BODY)
    with pytest.raises(ValueError, match="dài quá"):
        render_body("a" * (LONGEST_BODY + 1))


COSTLY = ["[", "[a", "[ ", "![", "[" * 15 + " ", "[a](", "[a]["]


@pytest.mark.parametrize("part", COSTLY)
def test_brackets_that_would_take_long_are_rendered_as_written(part: str) -> None:
    text = (part * 30_000)[:60_000].strip()

    assert render_body(text) == f"<p>{text}</p>"


def test_without_hiding_them_the_time_limit_stops_the_parser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: the parser alone takes quadratic time for them."""
    monkeypatch.setattr("newsroom.bodies.hide_costly", lambda text: text)
    monkeypatch.setattr("newsroom.bodies.MOST_SECONDS", 1.0)

    with pytest.raises(ValueError, match="quá lâu"):
        render_body("[" * 60_000)


def test_brackets_in_code_stay_as_they_are() -> None:
    html = render_body("`" + "[" * 50 + "`")

    assert html == f"<p><code>{'[' * 50}</code></p>"


def test_links_after_many_open_brackets_are_links_still() -> None:
    html = render_body("[ " * 20 + "[chữ](https://example.org)\n\n[hai](https://example.org)")

    assert html.count("<a ") == 2


def test_what_takes_longer_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = "<a " * 20_000
    monkeypatch.setattr("newsroom.bodies.MOST_SECONDS", 0.2)

    with pytest.raises(ValueError, match="quá lâu"):
        render_body(slow)
    assert render_body("chữ") == "<p>chữ</p>"


@pytest.mark.parametrize("text", ["<em>" * 500, "> " * 500 + "chữ", "<ul><li>" * 200])
def test_markup_too_deep_to_walk_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="quá sâu"):
        render_body(text)


def test_markup_of_ordinary_depth_is_taken() -> None:
    assert render_body("\n".join("    " * depth + "- chữ" for depth in range(10)))


def test_composed_letters_stay_composed() -> None:
    assert "Ữ Ẵ Ệ Ỡ ặ ỵ ₫" in render_body("Ữ Ẵ Ệ Ỡ ặ ỵ ₫")
