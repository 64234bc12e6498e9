"""What was taken down is in no public byte, and its address still answers."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.theme import samples

ENTRY, FOLDER = "trung-thu-2025", "posts/2025/trung-thu-2025"
TITLE = "Bé vui đón Tết Trung thu"
URL = "tin-tuc/2025/be-vui-don-tet-trung-thu-ruoc-den-pha-co-tai-san-truong"


@pytest.fixture
def site_without(tmp_path: Path, derivatives: str) -> Callable[..., Path]:
    """Return what builds the starter site with one of its posts taken down."""

    def made(kind: str, reason: str = "Ảnh chụp nhầm buổi.") -> Path:
        content = tmp_path / "content"
        shutil.copytree(samples.ROOT / "content", content)
        (content / "governance" / "orders.toml").write_text(
            f"""
[[takedowns]]
entry = "{ENTRY}"
kind = "{kind}"
reason = "{reason}"
by = "quantri.web"
since = 2026-11-24T10:00:00+07:00
"""
        )
        built = samples.build(content, tmp_path / "out", TOASOAN_DERIVATIVES=derivatives)
        assert built.returncode == 0, built.stdout + built.stderr
        return tmp_path / "out"

    return made


def holders(site: Path, text: str) -> set[str]:
    return {
        str(path.relative_to(site))
        for path in site.rglob("*")
        if path.is_file() and text.encode() in path.read_bytes()
    }


def test_before_the_order_the_entry_is_in_lists_and_feeds(starter_site: Path) -> None:
    found = holders(starter_site, TITLE)

    assert {"feed.atom", f"{URL}/index.html"} <= found
    assert (starter_site / URL / "anh-1.jpg").exists()


def test_personal_data_leaves_a_note_without_the_data(site_without: Callable[..., Path]) -> None:
    site = site_without("personal_data", "Phụ huynh bé N. yêu cầu")

    assert holders(site, TITLE) == set()
    assert holders(site, "Phụ huynh bé N.") == set()
    assert [path.name for path in (site / URL).iterdir()] == ["index.html"]
    page = (site / URL / "index.html").read_text()
    assert "bảo vệ thông tin cá nhân" in page
    assert "24/11/2026" in page


def test_an_error_tells_its_reason_but_not_the_wrong_text(
    site_without: Callable[..., Path],
) -> None:
    site = site_without("error")

    assert holders(site, TITLE) == set()
    assert holders(site, "Ảnh chụp nhầm buổi.") == {f"{URL}/index.html"}


def test_an_explained_takedown_keeps_the_title_on_its_own_page_only(
    site_without: Callable[..., Path],
) -> None:
    site = site_without("explained")

    assert holders(site, TITLE) == {f"{URL}/index.html"}


@pytest.mark.parametrize(
    "name",
    ["sitemap-tin-tuc-2025.xml", "feed.atom", ".well-known/toasoan/entries/tin-tuc-2025.json"],
)
def test_machines_are_not_led_to_it(site_without: Callable[..., Path], name: str) -> None:
    site = site_without("explained")

    assert URL not in (site / name).read_text()
