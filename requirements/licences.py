"""Writes THIRD_PARTY.txt: each installed package that the program uses, and its licence text.

It does not judge licences, and knows nothing of packages that only tests use.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

LICENCE_FILE = re.compile(r"(?:^|/)(?:LICEN[CS]E|COPYING|NOTICE|AUTHORS)[^/]*$", re.IGNORECASE)
FONTS = ("be-vietnam-pro", "nunito")


def main(root: Path) -> None:
    """Write the file at once or not at all."""
    parts = [*_python_packages(root / "requirements" / "run.txt"), *_fonts(root)]
    part = root / "THIRD_PARTY.txt.part"
    part.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    part.rename(root / "THIRD_PARTY.txt")


def _python_packages(requirements: Path) -> Iterator[str]:
    for name in re.findall(r"^([\w.-]+)==", requirements.read_text(encoding="utf-8"), re.MULTILINE):
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # the lock covers other systems too
        yield _entry(f"{package.name} {package.version}", _stated(package), _texts(package))


def _stated(package: Distribution) -> str:
    metadata = package.metadata
    classifiers = metadata.get_all("Classifier") or []
    licences = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License")]
    return metadata["License-Expression"] or ", ".join(licences) or "see the text below"


def _texts(package: Distribution) -> list[str]:
    return [
        file.read_text(encoding="utf-8").strip()
        for file in package.files or []
        if ".dist-info/" in str(file) and LICENCE_FILE.search(str(file))
    ]


def _fonts(root: Path) -> Iterator[str]:
    for family in FONTS:
        licence = root / "node_modules" / "@fontsource" / family / "LICENSE"
        yield _entry(f"{family} (font)", "OFL-1.1", [licence.read_text(encoding="utf-8").strip()])


def _entry(title: str, stated: str, texts: list[str]) -> str:
    return "\n\n".join([f"{title}\n{'=' * len(title)}\nLicence: {stated}", *texts])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
