"""Finds the Chromium that the browser tests drive.

It does not install one from anywhere: the launcher does, and this module only unpacks what npm
brought. Run as a program by the launcher: `check` or `unpack NODE`.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE / "node_modules" / "@sparticuz" / "chromium" / "bin"
UNPACKED = HERE / ".chromium"
NAMES = (
    "chromium",
    "chromium-headless-shell",
    "google-chrome",
    "google-chrome-stable",
    "chromium-browser",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-software-rasterizer",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
INFLATE = """
const [source, target] = process.argv.slice(1), fs = require('fs'), zlib = require('zlib');
require('stream').pipeline(fs.createReadStream(source), zlib.createBrotliDecompress(),
    fs.createWriteStream(target), (error) => { if (error) throw error; });
"""
FONT_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class BrowserMissing(RuntimeError):
    """There is no Chromium to test with."""


@dataclass(frozen=True)
class Chromium:
    """A browser, and the variables that it alone needs (never set for the whole test run)."""

    executable: Path
    environment: dict[str, str] = field(default_factory=dict)


def find() -> Chromium:
    """Return the browser to use; a missing one is an error, never a skipped test.

    Raises:
        BrowserMissing: nothing was found, or TOASOAN_CHROMIUM names no program.
    """
    chosen = os.environ.get("TOASOAN_CHROMIUM")
    if chosen:
        if not os.access(chosen, os.X_OK):
            raise BrowserMissing(f"TOASOAN_CHROMIUM names no program: {chosen}")
        return Chromium(Path(chosen))
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Chromium(Path(found))
    if (UNPACKED / "chromium").exists():
        return _unpacked()
    raise BrowserMissing(
        "No Chromium: start the tests by ./toasoan test, which brings one, "
        "or set TOASOAN_CHROMIUM to one."
    )


def _unpacked() -> Chromium:
    return Chromium(
        UNPACKED / "chromium",
        {
            "LD_LIBRARY_PATH": str(UNPACKED / "lib"),
            "FONTCONFIG_FILE": str(UNPACKED / "fonts.conf"),
        },
    )


def check(chromium: Chromium) -> str:
    """Start the browser once and return the version that it prints."""
    answer = subprocess.run(
        [chromium.executable, "--no-sandbox", "--version"],
        env=os.environ | chromium.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return answer.stdout.strip()


def unpack(node: str) -> None:
    """Unpack the browser of the npm package; one that is only half unpacked is never taken."""
    part = UNPACKED.with_name(".chromium.part")
    for folder in (part, UNPACKED):
        shutil.rmtree(folder, ignore_errors=True)
    part.mkdir()
    for archive in sorted(PACKAGE.glob("*.br")):
        inflated = part / archive.stem
        subprocess.run([node, "-e", INFLATE, archive, inflated], check=True)
        if inflated.suffix == ".tar":
            subprocess.run(["tar", "-xf", inflated, "-C", part, "--no-same-owner"], check=True)
            inflated.unlink()
    (part / "chromium").chmod(0o755)
    configuration = FONT_CONFIGURATION.format(fonts=UNPACKED / "fonts", cache=UNPACKED / "cache")
    (part / "fonts.conf").write_text(configuration, encoding="utf-8")
    part.rename(UNPACKED)


def main(arguments: list[str]) -> int:
    """Do what the launcher asks: see the module's docstring."""
    match arguments:
        case ["check"]:
            print(check(find()))
        case ["unpack", node]:
            unpack(node)
        case _:
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
