"""Our signatures, judged by the stock tools."""

import subprocess
from pathlib import Path

from tests.workflow.conftest import LEAD, School
from workflow import roster, signing
from workflow.entries import Change
from workflow.shelf import Published


def ssh_keygen_accepts(folder: Path, text: bytes, *, namespace: str = "git") -> bool:
    signer = signing.Signer("vanthu", signing.generate())
    (folder / "signers").write_text(f"vanthu {signing.public_key_line(signer.private_key)}\n")
    (folder / "signature").write_text(signer.sign(b"approved") + "\n")
    command = ["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", "vanthu", "-n", namespace]
    done = subprocess.run(
        [*command, "-s", "signature"], cwd=folder, input=text, capture_output=True, check=False
    )
    return done.returncode == 0


def test_ssh_keygen_accepts_a_signature_over_these_bytes_in_this_namespace(tmp_path: Path) -> None:
    assert ssh_keygen_accepts(tmp_path, b"approved")
    assert not ssh_keygen_accepts(tmp_path, b"approved!")
    assert not ssh_keygen_accepts(tmp_path, b"approved", namespace="file")


def verify_commit(school: School, commit: str, signers: Path) -> subprocess.CompletedProcess[str]:
    options = ["-c", "gpg.format=ssh", "-c", f"gpg.ssh.allowedSignersFile={signers}"]
    command = ["git", f"--git-dir={school.repo.path}", *options, "verify-commit", "--raw", commit]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_stock_git_accepts_every_decision_of_a_publication(
    school: School, a_published_post: Published, tmp_path: Path
) -> None:
    people = school.repo.governance().people.values()
    signers = tmp_path / "signers"
    signers.write_text(roster.allowed_signers(people))
    publication = school.repo.commit(school.repo.main())
    founding, approval = publication.parents
    chain = school.repo.chain(approval, founding)

    assert len(chain) == 4
    for commit in [*(c.oid for c in chain), founding]:
        done = verify_commit(school, commit, signers)
        assert done.returncode == 0, done.stderr


def test_stock_git_refuses_a_decision_of_somebody_who_is_not_in_the_file(
    school: School, a_checked_post: Change, tmp_path: Path
) -> None:
    people = school.repo.governance().people
    signers = tmp_path / "signers"
    signers.write_text(roster.allowed_signers(p for n, p in people.items() if n != LEAD))

    assert verify_commit(school, a_checked_post.head, signers).returncode != 0


def test_a_signature_names_its_key_and_anything_else_names_none() -> None:
    key = signing.generate()
    armour = signing.Signer("co.giaovien5a", key).sign(b"text")

    assert signing.key_of(armour) == signing.public_key_line(key)
    for broken in ("", "\n", "no armour", armour.replace("\n", ""), "-\nAAAA\n-", "-\n%\n-"):
        assert signing.key_of(broken) == ""
