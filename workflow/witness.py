"""Witnesses: copies of ``main`` on other machines or disks that only ever grow.

Whoever shortens or forks the history here meets what a witness has already seen. It knows the
list of witnesses; how git speaks to them is the repository's affair.
"""

import tomllib
from pathlib import Path
from typing import Final

import tomli_w

from workflow.errors import Message, Refused
from workflow.release import replace_file
from workflow.repository import ADDRESS, MAIN, Repository, WitnessRefused

_BAD_ADDRESS: Final = Message(
    "Địa chỉ nhân chứng phải là thư mục, ssh://… hoặc https://…, không kèm mật khẩu."
)


def addresses(data: Path) -> list[str]:
    """Return the addresses of all witnesses, as they were added."""
    try:
        table = tomllib.loads(_path(data).read_text())
    except FileNotFoundError:
        return []
    return [str(row["address"]) for row in table["witness"]]


def add(repo: Repository, data: Path, given: str) -> str:
    """Send ``main`` to a new witness and keep its address, which is returned.

    A folder that does not exist yet becomes a bare repository that refuses to lose anything.

    Raises:
        Refused: no address of a witness.
        WitnessRefused: it cannot be reached, or has seen another history.
    """
    address = given if "://" in given else str(Path(given).resolve())
    if not ADDRESS.fullmatch(address):
        raise Refused([_BAD_ADDRESS])
    if address.startswith("/") and not Path(address).exists():
        Repository.create(Path(address), is_witness=True)
    repo.push_main(address, repo.main())
    known = addresses(data)
    if address not in known:
        rows = [{"address": one} for one in (*known, address)]
        replace_file(_path(data), tomli_w.dumps({"witness": rows}))
    return address


def push(repo: Repository, data: Path) -> dict[str, str]:
    """Bring every witness up to date; return why not, by address, where one was not."""
    head = repo.resolve(MAIN)
    if head is None:
        return dict.fromkeys(addresses(data), "kho không có nhánh main")
    failures = {}
    for address in addresses(data):
        try:
            repo.push_main(address, head)
        except WitnessRefused as error:
            failures[address] = error.reason
    return failures


def _path(data: Path) -> Path:
    return data / "witness.toml"
