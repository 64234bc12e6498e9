"""The generated pages stay what the program is."""

from editor import reference


def test_the_reference_pages_are_as_generated() -> None:
    stored = {path.name: path.read_text() for path in reference.FOLDER.iterdir()}

    assert stored == reference.pages(), "run ./toasoan reference"
