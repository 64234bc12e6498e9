"""A small site, built once for all tests that only look at it."""

from pathlib import Path

import pytest

from tests.theme import samples


@pytest.fixture(scope="session")
def derivatives(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One store for all: the starter content's pictures cost seconds."""
    return str(tmp_path_factory.mktemp("derivatives"))


@pytest.fixture(scope="session")
def small_school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    content = tmp_path_factory.mktemp("small") / "content"
    samples.school(content)
    return content


@pytest.fixture(scope="session")
def small_site(small_school: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("site") / "output"
    built = samples.build(small_school, output)
    assert built.returncode == 0, built.stdout + built.stderr
    return output


@pytest.fixture(scope="session")
def starter_site(tmp_path_factory: pytest.TempPathFactory, derivatives: str) -> Path:
    output = tmp_path_factory.mktemp("starter") / "output"
    built = samples.build(samples.ROOT / "content", output, TOASOAN_DERIVATIVES=derivatives)
    assert built.returncode == 0, built.stdout + built.stderr
    return output
