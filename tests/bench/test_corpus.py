"""The archive of the benchmarks: always the same, and a site of ours can be built of it."""

import hashlib
from pathlib import Path

from tests.bench import corpus
from tests.theme.samples import build

ENTRIES = 24


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_archive(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        corpus.write(tmp_path / name / "content", ENTRIES)
    first = _hashes(tmp_path / "a")

    assert first == _hashes(tmp_path / "b")
    assert {one.kind for one in corpus.entries(ENTRIES)} == set(corpus.KINDS)
    assert any(path.endswith(".jpg") for path in first)


def test_a_site_is_built_of_it(tmp_path: Path) -> None:
    content, out = tmp_path / "content", tmp_path / "out"
    corpus.write(content, ENTRIES)
    done = build(content, out)

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list(out.rglob("bai-*/index.html"))) + len(list(out.rglob("*-kh-sgddt"))) == ENTRIES
