"""The live site over HTTP, from a real server: what was planted is found, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.workflow import released
from tests.workflow.conftest import School
from workflow import publication, release, signing
from workflow.shelf import Published
from workflow.verification import RELEASE_LIST, RELEASE_SIGNATURE
from workflow.watching import Limits, Outbound, sentences, watch

COMMIT = "a" * 40
DAY = date(2026, 11, 24)
HOME = """<!doctype html><title>Trường</title><link rel="stylesheet" href="site.css">
<a href="tin-tuc/">Tin tức</a> <a href="gioi-thieu">Giới thiệu</a>
<a href="https://moet.gov.vn/">Bộ</a> <a href="khong-co/">hỏng</a> <a href="mailto:a@b.vn">x</a>"""
NEWS = '<!doctype html><a href="../">Trang chủ</a> <a href="?trang=2">sau</a><img src="a.jpg">'
SIGNED = (RELEASE_LIST, RELEASE_SIGNATURE)


class Server(SimpleHTTPRequestHandler):
    """A plain web server; ``for_crawlers`` is what an intruder shows to search engines only."""

    for_crawlers: bytes | None = None
    elsewhere: str | None = None

    def do_GET(self) -> None:
        if self.for_crawlers and self.path == "/" and "Googlebot" in self.headers["User-Agent"]:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.for_crawlers)
        elif self.elsewhere and self.path == "/tin-tuc/":
            self.send_response(302)
            self.send_header("Location", self.elsewhere)
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return signing.generate()


@pytest.fixture
def known(key: Ed25519PrivateKey) -> str:
    """The school's key as one has it from elsewhere."""
    return signing.public_key_line(key)


@pytest.fixture
def folder(tmp_path: Path, key: Ed25519PrivateKey) -> Path:
    """The web root with a small release."""
    site = tmp_path / "site"
    for name, text in {
        "index.html": HOME,
        "tin-tuc/index.html": NEWS,
        "tin-tuc/a.jpg": "pixels",
        "gioi-thieu/index.html": "<!doctype html>",
        "Ảnh đẹp.txt": "tên tệp có dấu",
        "site.css": "body{}",
        "404.html": "<!doctype html>không có",
        "van-ban/index.html": '<a href="https://moet.gov.vn/van-ban/">Văn bản</a>',
    }.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(text)
    released.write(site, COMMIT, DAY, key)
    return site


@pytest.fixture
def site(folder: Path) -> Iterator[str]:
    yield from serve(folder, Server)


def serve(folder: Path, kind: type[Server]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(kind, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_site_as_it_was_signed_is_well(site: str, known: str) -> None:
    found = watch(site, known)

    assert found.ok, list(sentences(found))
    assert (found.commit, found.day) == (COMMIT, "2026-11-24")
    assert next(sentences(found)).startswith("OK")
    assert not any("khóa" in line for line in sentences(found))


def test_a_real_release_behind_the_real_address_is_well(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    publication.publish(school.repo, tmp_path, "http://127.0.0.1:8000", lambda _: None)
    for address in serve(tmp_path / "www" / "current", Server):
        found = watch(address, release.public_key(tmp_path))

        assert found.ok, list(sentences(found))
        assert found.looked_at > 20


def test_a_site_is_found_below_a_folder_too(folder: Path, known: str) -> None:
    for address in serve(folder.parent, Server):
        assert watch(f"{address}/site/", known).ok


def test_without_a_key_the_sites_own_is_believed_and_that_is_said(site: str) -> None:
    found = watch(site)

    assert found.ok
    assert any("lấy từ chính trang này" in line for line in sentences(found))


GAMBLING = "https://casino.invalid/nha-cai?x=1&y=2"


def change_a_page(folder: Path) -> tuple[str, ...]:
    page = folder / "tin-tuc" / "index.html"
    page.write_text(page.read_text().replace("Trang chủ", "Trang khác"))
    return ("bị đổi: tin-tuc/index.html",)


def change_a_picture(folder: Path) -> tuple[str, ...]:
    (folder / "tin-tuc" / "a.jpg").write_text("other pixels")
    return ("bị đổi: tin-tuc/a.jpg",)


def remove_a_page(folder: Path) -> tuple[str, ...]:
    (folder / "gioi-thieu" / "index.html").unlink()
    (folder / "gioi-thieu").rmdir()
    return ("bị thiếu: gioi-thieu/index.html",)


def inject_a_link(folder: Path) -> tuple[str, ...]:
    page = folder / "index.html"
    page.write_text(f"{page.read_text()}<a href='{GAMBLING.replace('&', '&amp;')}'>nhà cái</a>")
    return ("bị đổi: index.html", f"liên kết lạ: index.html → {GAMBLING}")


def inject_a_hidden_link(folder: Path) -> tuple[str, ...]:
    page = folder / "index.html"
    hidden = '<div style="position: absolute; LEFT: -9999px"><b>x</b>'
    page.write_text(f'{page.read_text()}{hidden}<a href="{GAMBLING}">nhà cái</a></div>')
    return ("bị đổi: index.html", f"liên kết lạ (bị giấu): index.html → {GAMBLING}")


def inject_a_script(folder: Path) -> tuple[str, ...]:
    page = folder / "index.html"
    page.write_text(f"{page.read_text()}<script>location='{GAMBLING}'</script>")
    return ("bị đổi: index.html", f"liên kết lạ: index.html → {GAMBLING}")


def add_a_page_with_a_link_to_it(folder: Path) -> tuple[str, ...]:
    page = folder / "index.html"
    page.write_text(f'{page.read_text()}<a href="/slot/">slot</a>')
    (folder / "slot").mkdir()
    (folder / "slot" / "index.html").write_text(f'<a href="bai-2.html">2</a> <p>{GAMBLING}')
    (folder / "slot" / "bai-2.html").write_text("bài 2")
    return (
        "bị đổi: index.html",
        "thừa, không có trong danh sách: slot/",
        "thừa, không có trong danh sách: slot/bai-2.html",
        f"liên kết lạ: slot/ → {GAMBLING}",
    )


def add_a_site_map_for_search_engines(folder: Path) -> tuple[str, ...]:
    (folder / "site.css").write_text("body{}/* x */")
    news = folder / "tin-tuc" / "index.html"
    news.write_text(f"{news.read_text()}<!-- -->")
    (folder / "gioi-thieu" / "index.html").write_text("Sitemap: <a href='/map.xml'>")
    (folder / "map.xml").write_text(f"<loc>{GAMBLING}</loc>")
    return (
        "bị đổi: gioi-thieu/index.html",
        "bị đổi: site.css",
        "bị đổi: tin-tuc/index.html",
        "thừa, không có trong danh sách: map.xml",
        f"liên kết lạ: map.xml → {GAMBLING}",
    )


@pytest.mark.parametrize(
    "plant",
    [
        change_a_page,
        change_a_picture,
        remove_a_page,
        inject_a_link,
        inject_a_hidden_link,
        inject_a_script,
        add_a_page_with_a_link_to_it,
        add_a_site_map_for_search_engines,
    ],
)
def test_what_was_planted_is_found(
    folder: Path, site: str, known: str, plant: Callable[[Path], tuple[str, ...]]
) -> None:
    assert watch(site, known).ok
    expected = plant(folder)

    found = watch(site, known)
    assert not found.ok
    first, _release, *told = sentences(found)
    assert first.startswith("KHÔNG ĐẠT")
    assert tuple(told) == expected


def test_what_only_search_engines_are_shown_is_found(folder: Path, known: str) -> None:
    class Cloaking(Server):
        for_crawlers = f'<a href="{GAMBLING}">nhà cái</a>'.encode()

    for address in serve(folder, Cloaking):
        found = watch(address, known)

        assert found.changed == ["index.html"]
        assert found.outbound == [Outbound("index.html", GAMBLING, is_hidden=False)]


def test_a_page_that_leads_to_another_host_is_found(folder: Path, known: str) -> None:
    class Leading(Server):
        elsewhere = "http://casino.invalid/"

    for address in serve(folder, Leading):
        assert watch(address, known).changed == ["tin-tuc/index.html → http://casino.invalid/"]


def test_a_list_signed_by_another_is_refused_where_the_key_is_known(
    folder: Path, site: str, known: str
) -> None:
    (folder / "index.html").write_text("defaced")
    released.write(folder, COMMIT, DAY, signing.generate())

    assert watch(site, known).refused == "chữ ký của danh sách tệp không đúng"
    assert watch(site).ok, "the control: the site's own key says nothing against it"


@pytest.mark.parametrize("name", SIGNED)
def test_a_site_without_its_list_or_signature_is_refused(
    folder: Path, site: str, known: str, name: str
) -> None:
    (folder / name).unlink()

    found = watch(site, known)
    assert not found.ok
    assert "không có danh sách" in found.refused


def test_a_site_that_does_not_answer_is_refused(known: str) -> None:
    assert watch("http://127.0.0.1:1", known).refused


@pytest.mark.parametrize("address", ["file:///etc", "ftp://x/", "127.0.0.1:80", "http://"])
def test_only_web_addresses_are_watched(address: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        watch(address)


def test_a_watch_that_ends_early_is_not_well(folder: Path, site: str, known: str) -> None:
    found = watch(site, known, Limits(seconds=0))
    assert (found.ok, found.looked_at) == (False, 0)

    (folder / "index.html").write_text("".join(f'<a href="/x{n}">' for n in range(9)))
    assert "ngoài danh sách" in watch(site, known, Limits(unlisted=5)).unfinished
    assert not watch(site, known, Limits(unlisted=50)).unfinished


GUIDE = Path(__file__).parents[2] / "docs" / "verify-by-hand.md"


def follow_the_guide(site: str, known: str) -> subprocess.CompletedProcess[str]:
    example, rest = GUIDE.read_text().split("```sh\n")[2].split("\n", 1)
    assert example.startswith("site=https://")
    lines = [f'site={site} key="{known}"', rest.partition("```")[0]]
    command = ["sh", "-eu", "-c", "\n".join(lines)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the guide uses curl")
def test_the_guide_compares_a_site_with_stock_tools(folder: Path, site: str, known: str) -> None:
    (folder / "Ảnh đẹp.txt").unlink()  # an address that curl does not quote by itself
    released.write(folder, COMMIT, DAY, signing.generate())
    assert follow_the_guide(site, known).returncode != 0

    known = (folder / release.PUBLIC_KEY).read_text().strip()
    done = follow_the_guide(site, known)
    assert 'Good "toasoan-release" signature' in done.stdout
    assert "DIFFERENT" not in done.stdout
    (folder / "site.css").write_text("body{}/* x */")
    assert follow_the_guide(site, known).stdout.splitlines()[-1] == "DIFFERENT site.css"


def test_a_release_that_comes_while_we_look_is_no_difference(
    folder: Path, site: str, known: str, key: Ed25519PrivateKey
) -> None:
    """The list is read anew before anything is reported."""

    class Arriving(Server):
        def do_GET(self) -> None:
            if self.path == "/tin-tuc/" and "mới" not in (folder / "index.html").read_text():
                for page in ("index.html", "tin-tuc/index.html"):
                    (folder / page).write_text("<p>mới")
                released.write(folder, "b" * 40, DAY, key)
            super().do_GET()

    for address in serve(folder, Arriving):
        found = watch(address, known)

        assert found.ok, list(sentences(found))
        assert found.commit == "b" * 40
