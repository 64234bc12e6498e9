from __future__ import annotations

from pathlib import Path

import pytest

from editor.previewing import file_in, with_links_inside
from workflow.errors import NotFound


def test_links_of_the_site_stay_inside_the_preview() -> None:
    page = (
        '<link href="/theme/site.css"><a href="http://127.0.0.1:8000/tin-tuc/">Tin</a>'
        '<img srcset="/a.jpg 1x, /b.jpg 2x" src="anh-1.jpg"><a href="//khac.example/">x</a>'
    )

    assert with_links_inside(page, "/bai/x/xem-truoc", "http://127.0.0.1:8000") == (
        '<link href="/bai/x/xem-truoc/theme/site.css"><a href="/bai/x/xem-truoc/tin-tuc/">Tin</a>'
        '<img srcset="/bai/x/xem-truoc/a.jpg 1x, /bai/x/xem-truoc/b.jpg 2x" src="anh-1.jpg">'
        '<a href="//khac.example/">x</a>'
    )


def test_a_folder_is_its_index_page(tmp_path: Path) -> None:
    (tmp_path / "tin").mkdir()
    (tmp_path / "tin" / "index.html").write_text("x")

    assert file_in(tmp_path, "tin/") == tmp_path / "tin" / "index.html"


@pytest.mark.parametrize("path", ["../secret.key", "tin/../../secret.key", "khong-co", ""])
def test_nothing_outside_the_built_site_is_shown(tmp_path: Path, path: str) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (tmp_path / "secret.key").write_text("x")

    with pytest.raises(NotFound):
        file_in(site, path)
