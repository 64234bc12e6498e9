"""What is made of a picture, by the program and beside the pages."""

import hashlib
import io
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from newsroom import derivatives
from newsroom.derivatives import RECIPE, SHARE, Facts, Makers, Store, derived, look
from newsroom.errors import BrokenEntry
from newsroom.media import Media
from tests.theme import markup, samples
from tests.theme.samples import PUBLIC_URL, ROOT, build, files, governance

Photo = Callable[..., Path]


@pytest.fixture
def photo(tmp_path: Path) -> Photo:
    """Draw what compresses like a photo: shades and grain."""

    def make(
        name: str = "anh-1.jpg", size: tuple[int, int] = (900, 600), mode: str = "RGB"
    ) -> Path:
        noise = random.Random(14)
        bands = len(Image.new(mode, (1, 1)).getbands())
        small = Image.frombytes(mode, (30, 20), noise.randbytes(600 * bands))
        path = tmp_path / name
        small.resize(size, Image.Resampling.BICUBIC).save(path)
        return path

    return make


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def made(store: Path, master: Path) -> subprocess.CompletedProcess[str]:
    """Run the program as others do, for one picture."""
    command = [sys.executable, "-P", derivatives.__file__, str(store)]
    line = f"{sha256(master)} {master}\n"
    return subprocess.run(command, input=line, text=True, capture_output=True, check=False)


def test_the_bytes_are_the_same_at_every_making_and_in_every_process(
    photo: Photo, tmp_path: Path
) -> None:
    master = photo()
    for name in ("a", "b"):
        assert made(tmp_path / name, master).returncode == 0

    assert files(tmp_path / "a") == files(tmp_path / "b")
    here = {f"{sha256(master)[:2]}/{sha256(master)}/{RECIPE}/{n}": d for n, d in derived(master)}
    assert files(tmp_path / "a") == here


def test_three_formats_at_three_widths_and_one_to_share(photo: Photo) -> None:
    found = {name: Image.open(io.BytesIO(data)) for name, data in derived(photo(size=(1600, 1200)))}

    assert {name: (image.format, image.size) for name, image in found.items()} == {
        **{f"400.{form.lower()}": (form, (400, 300)) for form in ("AVIF", "WEBP")},
        **{f"800.{form.lower()}": (form, (800, 600)) for form in ("AVIF", "WEBP")},
        **{f"1280.{form.lower()}": (form, (1280, 960)) for form in ("AVIF", "WEBP")},
        "400.jpg": ("JPEG", (400, 300)),
        "800.jpg": ("JPEG", (800, 600)),
        "1280.jpg": ("JPEG", (1280, 960)),
        "share.jpg": ("JPEG", SHARE),
    }


@pytest.mark.parametrize(
    "size", [(1, 1), (1, 2560), (2560, 1), (300, 200), (410, 300), (801, 600), (1920, 2560)]
)
def test_nothing_is_larger_than_its_picture(size: tuple[int, int]) -> None:
    facts = Facts(*size, see_through=False)

    for made_size in (*facts.sizes, facts.share_size):
        assert made_size[0] <= size[0]
        assert made_size[1] <= size[1]
        assert min(made_size) >= 1
    widths = [width for width, _ in facts.sizes]
    assert widths == sorted(set(widths))
    assert all(w * h <= derivatives.AREA * 1.01 for w, h in facts.sizes)


def test_holes_stay_holes_but_for_the_one_to_share(photo: Photo) -> None:
    found = dict(derived(photo("anh-1.png", (500, 400), "RGBA")))

    assert "500.jpg" not in found
    for name in ("500.avif", "500.webp", "500.png"):
        assert Image.open(io.BytesIO(found[name])).mode == "RGBA"
    assert Image.open(io.BytesIO(found["share.jpg"])).mode == "RGB"


def test_a_picture_that_lies_on_its_side_is_put_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (600, 400), "red").save(tmp_path / "a.jpg", exif=exif.tobytes())

    assert look(tmp_path / "a.jpg") == Facts(400, 600, see_through=False)
    assert Image.open(io.BytesIO(dict(derived(tmp_path / "a.jpg"))["400.jpg"])).size == (400, 600)


@pytest.mark.parametrize("harm", ["cut", "none", "bomb"])
def test_what_is_no_whole_picture_is_named_and_hinders_no_other(
    photo: Photo, tmp_path: Path, harm: str
) -> None:
    good, bad = photo(), tmp_path / "xau.jpg"
    if harm == "bomb":
        Image.new("1", (10_000, 6_000)).save(bad, "PNG")
    else:
        bad.write_bytes(good.read_bytes()[:2000] if harm == "cut" else b"GIF89a....")
    makers = Makers(Store(tmp_path / "store"), 2)
    makers.make([(sha256(bad), bad), (sha256(good), good)])

    assert makers.unusable == [sha256(bad)]
    assert not makers.is_hindered
    assert Store(tmp_path / "store").lacks(sha256(bad))
    assert not Store(tmp_path / "store").lacks(sha256(good))
    assert not list((tmp_path / "store").glob(".tmp-*"))


def test_a_picture_that_takes_too_much_memory_ends_its_child_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "to.png"
    Image.new("L", (6000, 6000)).save(large, compress_level=1)
    own = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    monkeypatch.setattr(derivatives, "MEMORY", own + (50 << 20))
    makers = Makers(Store(tmp_path / "store"), 1)
    makers.make([("0" * 64, large)])

    assert makers.unusable == ["0" * 64]


@pytest.mark.parametrize(
    ("number", "is_unusable"), [(signal.SIGXCPU, True), (signal.SIGKILL, False)]
)
def test_who_takes_too_long_is_unusable_and_who_was_killed_is_not(
    photo: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, is_unusable: bool
) -> None:
    monkeypatch.setattr(Store, "make", lambda *_: os.kill(os.getpid(), number))
    makers = Makers(Store(tmp_path / "store"), 1)
    makers.make([("0" * 64, photo())])

    assert (makers.unusable, makers.is_hindered) == (["0" * 64] * is_unusable, not is_unusable)


def test_a_missing_file_is_not_held_against_the_picture(tmp_path: Path) -> None:
    """It was erased meanwhile, or the disk is full: the entry must not be left out for that."""
    makers = Makers(Store(tmp_path / "store"), 1)
    makers.make([("0" * 64, tmp_path / "fehlt.jpg")])

    assert makers.is_hindered
    assert makers.unusable == []


def test_what_is_made_is_made_once_and_what_an_older_recipe_made_goes(
    photo: Photo, tmp_path: Path
) -> None:
    store, master = Store(tmp_path / "store"), photo()
    older = store.folder("0" * 64).with_name("an-older-recipe")
    older.mkdir(parents=True)
    store.make("0" * 64, master)
    assert not older.exists()
    master.unlink()
    store.make("0" * 64, master)

    assert len(list(store.folder("0" * 64).iterdir())) == 10 - 3


def test_strangers_cannot_look_into_the_store(photo: Photo, tmp_path: Path) -> None:
    Store(tmp_path / "store").make("0" * 64, photo())

    assert (tmp_path / "store").stat().st_mode & 0o077 == 0


# Beside the pages


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build an article whose pictures differ in size, with a cover that is not the first."""
    folder = tmp_path_factory.mktemp("anh")
    content = folder / "content"
    governance(content)
    photos = [{"file": f"anh-{n}.jpg", "alt": f"Ảnh {n}", "caption": "Sân"} for n in (1, 2)]
    fields = {"title": "Hội", "slug": "hoi", "date": samples._day("2026-09-05")}
    text = "Vào hội.\n\n![Vẽ](ve.png)\n"
    post = samples.entry(
        content, "posts/2026/hoi", {**fields, "photos": photos, "cover": "anh-2.jpg"}, text
    )
    samples.picture(post, "anh-1.jpg", (640, 480))
    samples.picture(post, "anh-2.jpg", (1600, 1200))
    Image.new("RGBA", (500, 300), (1, 2, 3, 4)).save(post / "ve.png")
    built = build(content, folder / "ra")
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


def test_every_file_that_a_choice_names_lies_there(site: Path) -> None:
    offered = set()
    for path, page in markup.pages(site / "ra"):
        for element in (*page.all("source"), *page.all("img")):
            for one in element.attributes.get("srcset", "").split(", "):
                if one:
                    name, width = one.split(" ")
                    target = (site / "ra" / path).parent / name
                    offered.add(target.resolve())
                    with Image.open(target) as image:
                        assert f"{image.width}w" == width

    beside = set((site / "ra/tin-tuc/2026/hoi").glob("*-[0-9]*.*")) - {
        site / "ra/tin-tuc/2026/hoi" / name for name in ("anh-1.jpg", "anh-2.jpg")
    }
    assert {path for path in beside if "share" not in path.name} == offered


def test_the_lead_picture_is_fetched_first_and_the_others_when_they_are_near(site: Path) -> None:
    images = markup.read(site / "ra/tin-tuc/2026/hoi/index.html").all("img")
    told = {i.attributes["src"]: i.attributes for i in images}

    assert told["anh-2-800.jpg"]["fetchpriority"] == "high"
    assert "loading" not in told["anh-2-800.jpg"]
    for name in ("anh-1-640.jpg", "ve-500.png"):
        assert told[name]["loading"] == "lazy"
        assert "fetchpriority" not in told[name]


def test_the_cover_alone_is_shared(site: Path) -> None:
    place = site / "ra/tin-tuc/2026/hoi"
    metas = {
        e.attributes.get("property", ""): e.attributes["content"]
        for e in markup.read(place / "index.html").all("meta")
        if "content" in e.attributes
    }

    assert [path.name for path in place.glob("*share*")] == ["anh-2-share.jpg"]
    assert metas["og:image"] == f"{PUBLIC_URL}/tin-tuc/2026/hoi/anh-2-share.jpg"
    assert (metas["og:image:width"], metas["og:image:height"]) == ("1200", "630")
    assert metas["og:image:alt"] == "Ảnh 2"


def test_a_figure_leads_to_the_whole_picture(site: Path) -> None:
    place = site / "ra/tin-tuc/2026/hoi"
    links = {link.attributes["href"] for link in markup.read(place / "index.html").all("a")}

    for name in ("anh-1.jpg", "anh-2.jpg", "ve.png"):
        assert name in links
        original = site / "content/posts/2026/hoi" / name
        assert (place / name).read_bytes() == original.read_bytes()


def test_a_kept_store_changes_no_byte_and_is_filled_once(site: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        store = str(tmp_path / "store")
        built = build(site / "content", tmp_path / name, TOASOAN_DERIVATIVES=store)
        assert built.returncode == 0, built.stderr
        assert files(tmp_path / name) == files(site / "ra")
        ages = {p: p.stat().st_mtime_ns for p in (tmp_path / "store").rglob("*")}
        if name == "a":
            first = ages

    assert ages == first


def test_an_entry_whose_picture_is_not_whole_is_left_out_and_named(
    site: Path, tmp_path: Path
) -> None:
    content = tmp_path / "content"
    governance(content)
    for name in ("tot", "xau"):
        fields = {"title": name, "slug": name, "date": samples._day("2026-09-05")}
        folder = samples.entry(content, f"posts/2026/{name}", fields)
        samples.picture(folder, "anh-1.jpg", (400, 300))
    photo = content / "posts/2026/xau/anh-1.jpg"
    photo.write_bytes(photo.read_bytes()[:-900])
    broken = tmp_path / "broken.json"
    built = build(content, tmp_path / "ra", TOASOAN_BROKEN=str(broken))

    assert built.returncode == 0, built.stderr
    assert "anh-1.jpg không phải là ảnh nguyên vẹn" in broken.read_text()
    assert (tmp_path / "ra/tin-tuc/2026/tot/anh-1-400.avif").exists()
    assert not (tmp_path / "ra/tin-tuc/2026/xau").exists()


def test_a_store_that_cannot_be_written_stops_the_build(site: Path, tmp_path: Path) -> None:
    """The entries are well: to leave them out would take them off the site."""
    (tmp_path / "store").write_text("no folder")
    broken = tmp_path / "broken.json"
    store = str(tmp_path / "store")
    built = build(
        site / "content", tmp_path / "ra", TOASOAN_BROKEN=str(broken), TOASOAN_DERIVATIVES=store
    )

    assert built.returncode != 0
    assert not broken.exists()


@pytest.mark.parametrize("twin", ["anh-1.png", "anh-1-64.jpg"])
def test_two_files_that_would_lie_at_one_name_are_refused(tmp_path: Path, twin: str) -> None:
    samples.picture(tmp_path, "anh-1.jpg")
    samples.picture(tmp_path, twin)

    with pytest.raises(BrokenEntry, match="trùng tên với"):
        _ = Media(tmp_path, "posts/2026/hoi").pictures


def test_the_program_needs_nothing_of_the_project(photo: Photo, tmp_path: Path) -> None:
    alone = tmp_path / "alone.py"
    alone.write_bytes(Path(derivatives.__file__).read_bytes())
    master = photo()
    done = subprocess.run(
        [sys.executable, "-P", str(alone), str(tmp_path / "store")],
        input=f"{sha256(master)} {master}\n",
        text=True,
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        check=False,
    )

    assert done.returncode == 0
    assert ROOT not in alone.parents
    assert not Store(tmp_path / "store").lacks(sha256(master))
