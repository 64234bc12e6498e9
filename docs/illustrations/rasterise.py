"""Turn the SVG sources of the illustrations into the JPEG files of the entries.

Needs a Chromium and the project's fonts; knows nothing of what the pictures show.
Usage: `python docs/illustrations/rasterise.py [name …]` after `draw.py`.
"""

# ruff: noqa: INP001, T201

import io
import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import ViewportSize, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SIZE: ViewportSize = {"width": 1600, "height": 1067}
QUALITY = 82

PAGE = """<!doctype html><meta charset="utf-8"><style>
@font-face {{ font-family: Nunito; src: url({fonts}/nunito-latin-800-normal.woff2);
  font-weight: 800; unicode-range: U+0000-00FF }}
@font-face {{ font-family: Nunito; src: url({fonts}/nunito-vietnamese-800-normal.woff2);
  font-weight: 800; unicode-range: U+0102-0103, U+0110-0111, U+0128-0129, U+0168-0169,
  U+01A0-01A1, U+01AF-01B0, U+0300-0301, U+0303-0304, U+0308-0309, U+0323, U+1EA0-1EF9 }}
body {{ margin: 0 }} svg {{ display: block; width: 1600px; height: 1067px }}
</style>{svg}"""


def target(source: Path) -> Path:
    """Where a source's JPEG belongs: `posts--2025--<id>--anh-1.svg` says it in its name."""
    kind, year, entry, picture = source.stem.split("--")
    return ROOT / "content" / kind / year / entry / f"{picture}.jpg"


def rasterise(sources: list[Path]) -> None:
    """Draw each source in a browser and write its JPEG beside the entry's text."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE)
        holder = HERE / ".page.html"
        for source in sources:
            fonts = (ROOT / "theme" / "static" / "fonts").as_uri()
            holder.write_text(
                PAGE.format(fonts=fonts, svg=source.read_text("utf-8")), encoding="utf-8"
            )
            page.goto(holder.as_uri())
            page.evaluate("document.fonts.ready")
            with Image.open(io.BytesIO(page.screenshot())) as shot:
                out = target(source)
                out.parent.mkdir(parents=True, exist_ok=True)
                shot.convert("RGB").save(
                    out, quality=QUALITY, optimize=True, progressive=True, subsampling="4:2:0"
                )
            print(out.relative_to(ROOT), f"{out.stat().st_size // 1024} kB")
        holder.unlink(missing_ok=True)
        browser.close()


if __name__ == "__main__":
    chosen = sys.argv[1:]
    every = sorted(HERE.glob("*--*.svg"))
    rasterise([s for s in every if not chosen or any(word in s.stem for word in chosen)])
