"""A witness grows with main, and no history can be shortened or forked behind its back."""

import subprocess
from pathlib import Path

import pytest

from tests.workflow.conftest import LEAD, TEACHER, VICE, School, post_fields
from workflow import verification, witness
from workflow.errors import Refused
from workflow.repository import MAIN, RefUpdate, Repository, WitnessRefused
from workflow.shelf import Published


@pytest.fixture
def copy(school: School, a_published_post: Published, tmp_path: Path) -> Path:
    """A witness that has seen the first post."""
    path = tmp_path / "usb" / "nhan-chung.git"
    witness.add(school.repo, tmp_path, str(path))
    return path


def publish_another(school: School) -> str:
    draft = school.create(TEACHER, "posts", **post_fields(title="Bài hai"))
    school.approve(VICE, school.check(LEAD, school.submit(TEACHER, draft)))
    return school.repo.main()


def cut_off(school: School) -> str:
    head = school.repo.main()
    founding = school.repo.commit(head).parents[0]
    school.repo.update_refs([RefUpdate(MAIN, founding, head)])
    return head


def test_a_witness_in_a_new_folder_has_main_at_once(
    school: School, copy: Path, tmp_path: Path
) -> None:
    assert witness.addresses(tmp_path) == [str(copy)]
    assert Repository(copy).main() == school.repo.main()
    assert Repository(copy).drafts() == {}


def test_a_witness_grows(school: School, copy: Path, tmp_path: Path) -> None:
    head = publish_another(school)

    assert witness.push(school.repo, tmp_path) == {}
    assert Repository(copy).main() == head
    assert witness.push(school.repo, tmp_path) == {}


def test_adding_a_witness_twice_keeps_one(school: School, copy: Path, tmp_path: Path) -> None:
    witness.add(school.repo, tmp_path, str(copy))

    assert witness.addresses(tmp_path) == [str(copy)]


def test_a_history_that_was_cut_off_is_refused(school: School, copy: Path, tmp_path: Path) -> None:
    head = cut_off(school)

    assert "cắt hoặc rẽ nhánh" in witness.push(school.repo, tmp_path)[str(copy)]
    assert Repository(copy).main() == head


def test_a_history_that_forked_is_refused(school: School, copy: Path, tmp_path: Path) -> None:
    head = cut_off(school)
    publish_another(school)

    assert "cắt hoặc rẽ nhánh" in witness.push(school.repo, tmp_path)[str(copy)]
    assert Repository(copy).main() == head


def test_a_witness_of_another_school_is_refused(school: School, copy: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.git"
    strange = Repository.create(other)
    tree = strange.first_tree({"a": strange.put_blob(b"a")})
    commit = strange.write_commit(tree, [], "Khác\n", school.now(), "x")
    strange.update_refs([RefUpdate(MAIN, commit, "0" * 40)])

    with pytest.raises(WitnessRefused):
        witness.add(school.repo, tmp_path, str(other))
    assert witness.addresses(tmp_path) == [str(copy)]


def test_a_witness_cannot_be_rewound_even_by_force(school: School, copy: Path) -> None:
    founding = school.repo.commit(school.repo.main()).parents[0]
    git = ["git", f"--git-dir={school.repo.path}", "push", "--quiet", "--force", str(copy)]
    for refused in (f"{founding}:{MAIN}", f":{MAIN}"):
        assert subprocess.run([*git, refused], capture_output=True, check=False).returncode != 0
    done = subprocess.run([*git, f"{founding}:refs/heads/x"], capture_output=True, check=False)

    assert done.returncode == 0, "the control: a push that loses nothing"
    assert Repository(copy).main() == school.repo.main()


def test_a_witness_that_is_gone_is_named_and_the_others_are_served(
    school: School, copy: Path, tmp_path: Path
) -> None:
    other = tmp_path / "second.git"
    witness.add(school.repo, tmp_path, str(other))
    copy.rename(tmp_path / "unplugged")
    head = publish_another(school)

    assert list(witness.push(school.repo, tmp_path)) == [str(copy)]
    assert Repository(other).main() == head


@pytest.mark.parametrize(
    "address",
    [
        "ext::sh -c x://",
        "file:///tmp/x",
        "git://host/x",
        "http://host/x",
        "https://user:secret@host/x",
        "https://host/x?y",
        "https://-host/x",
        "ssh://-oProxyCommand=x/y",
        "ssh://host/$(x)",
        "--upload-pack=x://",
        "https://host/x\n",
        "/a\nb",
    ],
)
def test_an_address_of_another_kind_is_refused(
    school: School, tmp_path: Path, address: str
) -> None:
    with pytest.raises(Refused):
        witness.add(school.repo, tmp_path, address)
    with pytest.raises(WitnessRefused):
        school.repo.push_main(address, school.repo.main())
    assert witness.addresses(tmp_path) == []


@pytest.mark.parametrize(
    "address",
    [
        "https://git.invalid:1/truong/nhan-chung.git",
        "ssh://git@127.0.0.1:1/truong/nhan-chung.git",
    ],
)
def test_an_address_of_a_known_kind_is_tried(school: School, tmp_path: Path, address: str) -> None:
    with pytest.raises(WitnessRefused) as refused:
        witness.add(school.repo, tmp_path, address)
    assert refused.value.reason


def test_the_audit_sees_that_a_witness_knows_more(
    school: School, copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(school.repo.path), "--witness", str(copy)]
    publish_another(school)
    assert verification.main(words) == 0

    witness.push(school.repo, tmp_path)
    assert verification.main(words) == 0
    assert "thuộc main" in capsys.readouterr().out
    cut_off(school)
    assert verification.main(words[:1]) == 0, "the control: nothing else is wrong"
    assert verification.main(words) == 1
    assert "lịch sử bị cắt hoặc rẽ nhánh" in capsys.readouterr().out
