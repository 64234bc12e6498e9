"""Use cases that change who may do what: appointments, delegations, freeze, takedowns, profile.

Each writes one signed commit on ``main`` that changes ``governance/`` only; the auditor judges it
before the ref moves. It knows no account and no password.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import tomli_w

from workflow import delegations, roster, services
from workflow.auditing import advance_main
from workflow.delegating import wrong_delegation
from workflow.delegations import Delegation, Standing
from workflow.entries import NO_KEY, Trailers
from workflow.errors import InvalidFields, Message, NotFound, Refused
from workflow.repository import Repository
from workflow.roster import Governance, InvalidGovernance
from workflow.signing import Signer, public_key_line
from workflow.states import Action, Role
from workflow.text import clean_line, hidden_characters

TAKEDOWN_KINDS: Final = {
    "error": "Đăng nhầm, có sai sót",
    "explained": "Gỡ và giải thích trên trang",
    "personal_data": "Có thông tin cá nhân, hình ảnh cần gỡ",
}
TAKERS_DOWN: Final = (Role.PRINCIPAL, Role.VICE_PRINCIPAL, Role.SITE_ADMIN)

Tables = dict[str, dict[str, Any]]
"""The parsed files of ``governance/`` by path."""


@dataclass(frozen=True)
class Appointment:
    """What the principal signs for one person (R02, R25): roles, groups, fields, key, decision."""

    name: str
    roles: frozenset[Role]
    groups: tuple[str, ...]
    fields: tuple[str, ...]
    key: str
    decision: str = ""


def appoint(
    repo: Repository, signer: Signer, username: str, given: Appointment, now: datetime
) -> Governance:
    """Write a person into the roster, or change the row that is there.

    Raises:
        Refused: the signer is not the principal.
        InvalidFields: an unusable user name, no role, an unknown group, or roles that exclude
            each other.
    """
    governance = repo.governance()
    _check_appointment(governance, username, given)
    if Role.SITE_ADMIN in given.roles:
        _refuse_a_delegate(governance, username, now)

    def edit(tables: Tables) -> None:
        row: dict[str, Any] = {
            "name": given.name,
            "roles": [role.value for role in Role if role in given.roles],
            "groups": list(given.groups),
            "fields": list(given.fields),
            "key": given.key,
            "since": now.date(),
        }
        if given.decision:
            row["decision"] = given.decision
        tables[roster.ROSTER]["people"][username] = row
        if Role.SITE_ADMIN in given.roles:
            drop_delegations(tables, username)

    return govern(repo, signer, f"Phân quyền: {username}", edit, now)


def dismiss(repo: Repository, signer: Signer, username: str, now: datetime) -> Governance:
    """Take a person out of the roster; what the person wrote and decided stays in the history.

    Raises:
        Refused: the signer is not the principal, or it is the principal's own row.
        NotFound: nobody of that name.
    """
    if username == signer.username:
        raise Refused([Message("Hiệu trưởng không tự xóa mình khỏi danh sách phân quyền.")])
    if username not in repo.governance().people:
        raise NotFound

    def edit(tables: Tables) -> None:
        del tables[roster.ROSTER]["people"][username]
        drop_delegations(tables, username)

    return govern(repo, signer, f"Thôi phân quyền: {username}", edit, now)


def delegate(repo: Repository, signer: Signer, given: Delegation, now: datetime) -> Governance:
    """Give a role to another person for dated days (Ủy quyền phê duyệt; DOMAIN §1.2).

    The delegate acts as himself; the four-eyes rule counts him as the one person that he is.

    Raises:
        Refused: the signer is not the principal.
        InvalidFields: nobody, or somebody who can hold no such role; no group, field or number;
            impossible days.
    """
    if errors := wrong_delegation(repo.governance(), given, now):
        raise InvalidFields(errors)

    def edit(tables: Tables) -> None:
        rows = tables[roster.ROSTER].setdefault("delegations", [])
        rows.append(delegations.as_row(given))

    return govern(repo, signer, f"Ủy quyền phê duyệt: {given.person}", edit, now)


def end_delegation(repo: Repository, signer: Signer, which: str, now: datetime) -> Governance:
    """End a delegation at once; what the delegate has decided by then stands.

    Raises:
        Refused: the signer is not the principal, or it is over already.
        NotFound: there is no such delegation.
    """
    found = {row.id: row for row in repo.governance().delegations}
    if which not in found:
        raise NotFound
    if found[which].standing(now) is Standing.OVER:
        raise Refused([Message("Ủy quyền này đã kết thúc.")])

    def edit(tables: Tables) -> None:
        tables[roster.ROSTER]["delegations"] = [
            delegations.as_row(replace(row, ended=now) if row.id == which else row)
            for row in map(delegations.read, tables[roster.ROSTER]["delegations"])
        ]

    return govern(repo, signer, f"Kết thúc ủy quyền: {found[which].person}", edit, now)


def freeze(repo: Repository, signer: Signer, reason: str, now: datetime) -> Governance:
    """Stop all publication until it is lifted (R56); drafts and decisions go on.

    Raises:
        Refused: the signer is not the principal.
        InvalidFields: no reason (under ``reason``).
    """
    words = words_of(reason)

    def edit(tables: Tables) -> None:
        tables[roster.ORDERS]["freeze"] = {"reason": words, "since": now}

    return govern(repo, signer, "Tạm khóa đăng bài", edit, now)


def lift_freeze(repo: Repository, signer: Signer, now: datetime) -> Governance:
    """Let publication go on; what was approved meanwhile is published by ``publish_due``."""

    def edit(tables: Tables) -> None:
        tables[roster.ORDERS].pop("freeze", None)

    return govern(repo, signer, "Mở lại việc đăng bài", edit, now)


def take_down(
    repo: Repository, signer: Signer, entry_id: str, kind: str, reason: str, now: datetime
) -> Governance:
    """Take a public entry off the site at once, on one person's signature (DESIGN §3).

    The entry stays in the record; its page becomes a short note. ``reason`` is public unless the
    kind is ``personal_data``.

    Raises:
        Refused: the signer holds none of the roles, or it is down already.
        InvalidFields: no reason, or an unknown kind.
        NotFound: there is no such public entry.
    """
    if kind not in TAKEDOWN_KINDS:
        raise InvalidFields({"kind": [Message("Chọn lý do gỡ bài.")]})
    words = words_of(reason)
    entry = services.published_entry(repo, entry_id)
    with repo.lock("main"):
        governance = repo.governance().acting(now)
        role = _taking_role(governance, signer)
        if entry_id in governance.takedowns:
            raise Refused([Message("Bài này đã được gỡ.")])
        trailers = Trailers(Action.TAKEDOWN, signer.username, role, entry_id, entry.type_name)
        tables = read_tables(repo)
        tables[roster.ORDERS].setdefault("takedowns", []).append(
            {
                "entry": entry_id,
                "kind": kind,
                "reason": words,
                "by": signer.username,
                "since": now,
            }
        )
        store(repo, signer, tables, trailers.message(f"Gỡ bài: {entry.title}"), now)
    return repo.governance()


def renew_key(repo: Repository, signer: Signer, key: str, now: datetime) -> Governance:
    """Give the principal a new key, signed by the old one, which counts no more from then on.

    Raises:
        Refused: the signer is not the principal.
    """

    def edit(tables: Tables) -> None:
        tables[roster.ROSTER]["people"][signer.username] |= {"key": key, "since": now.date()}

    return govern(repo, signer, f"Khóa ký mới: {signer.username}", edit, now)


def lift_takedown(repo: Repository, signer: Signer, entry_id: str, now: datetime) -> Governance:
    """Let an entry be public again as it was approved; only the principal can.

    Raises:
        Refused: the signer is not the principal, or the entry shows a file that was erased.
        NotFound: no takedown of that entry stands.
    """
    governance = repo.governance()
    if entry_id not in governance.takedowns:
        raise NotFound
    media = services.published_entry(repo, entry_id).edition.media
    erased = sorted(name for name, stored in media.items() if stored.oid in governance.erasures)
    if erased:
        words = {"names": ", ".join(erased)}
        raise Refused(
            [Message("Bài còn tệp đã xóa hẳn: {names}. Đăng bản không có tệp ấy trước.", words)]
        )

    def edit(tables: Tables) -> None:
        orders = tables[roster.ORDERS]
        orders["takedowns"] = [row for row in orders["takedowns"] if row["entry"] != entry_id]

    return govern(repo, signer, f"Đăng lại: {entry_id}", edit, now)


def change_school(
    repo: Repository, signer: Signer, values: Mapping[str, str | bool], now: datetime
) -> Governance:
    """Change lines and choices of the school's profile; every public page follows (R08).

    Raises:
        Refused: the signer is not the principal.
        InvalidFields: a value of more than one line.
    """
    errors = {
        name: [Message("Ô này chỉ có một dòng.")]
        for name, value in values.items()
        if isinstance(value, str) and hidden_characters(value)
    }
    if errors:
        raise InvalidFields(errors)

    def edit(tables: Tables) -> None:
        school = tables[roster.SCHOOL]
        school |= {
            name: value if isinstance(value, bool) else clean_line(value)
            for name, value in values.items()
            if value or name in school
        }

    return govern(repo, signer, "Thông tin trường", edit, now)


def govern(
    repo: Repository, signer: Signer, subject: str, edit: Callable[[Tables], None], now: datetime
) -> Governance:
    """Let ``edit`` change the tables and commit them, signed by the principal.

    Raises:
        Refused: the signer is not the principal.
        Unverified: the auditor refuses the change.
    """
    with repo.lock("main"):
        governance = repo.governance()
        principal = governance.principal
        if signer.username != principal.username:
            raise Refused([Message("Việc này do hiệu trưởng quyết định.")])
        if public_key_line(signer.private_key) != principal.key:
            raise Refused([NO_KEY])
        tables = read_tables(repo)
        edit(tables)
        trailers = Trailers(Action.GOVERN, signer.username, Role.PRINCIPAL)
        store(repo, signer, tables, trailers.message(subject), now)
    return repo.governance()


def read_tables(repo: Repository) -> Tables:
    """Return the files of ``governance/`` as they stand on ``main``."""
    main = repo.main()
    found = repo.read_all([f"{main}:{path}" for path in roster.FILES])
    return {
        path: tomllib.loads((data or b"").decode())
        for path, data in zip(roster.FILES, found, strict=True)
    }


def store(repo: Repository, signer: Signer, tables: Tables, message: str, now: datetime) -> None:
    """Commit the tables to ``main`` if the auditor accepts it; an equal tree is no change.

    Raises:
        Unverified: it does not.
    """
    main, before = repo.main(), read_tables(repo)
    folder = roster.ROSTER.partition("/")[0]
    files = {item.path: item.oid for item in repo.files(main, folder)}
    for path, table in tables.items():
        # An unchanged file keeps its bytes, comments included.
        if table != before[path]:
            files[path.rpartition("/")[2]] = repo.put_blob(tomli_w.dumps(table).encode())
    if not any(tables[roster.ORDERS].values()):
        files.pop(roster.ORDERS.rpartition("/")[2], None)
    tree = repo.with_folder(main, folder, files)
    if tree == repo.commit(main).tree:
        return
    commit = repo.write_commit(tree, [main], message, now, signer)
    advance_main(repo, commit, main)


def _check_appointment(governance: Governance, username: str, given: Appointment) -> None:
    errors: dict[str, list[Message]] = {}
    if not roster.USERNAME.match(username):
        errors["username"] = [roster.USERNAME_WORDS]
    if not clean_line(given.name) or hidden_characters(given.name):
        errors["name"] = [Message("Chưa có tên hiển thị.")]
    if wrong := _wrong_roles(governance, username, given.roles):
        errors["roles"] = [wrong]
    if not set(given.groups) <= set(governance.groups):
        errors["groups"] = [Message("Chọn tổ, bộ phận trong danh sách.")]
    if not given.key:
        errors["key"] = [Message("Người này chưa đăng nhập lần đầu nên chưa có khóa ký.")]
    if errors:
        raise InvalidFields(errors)


def _wrong_roles(governance: Governance, username: str, roles: frozenset[Role]) -> Message | None:
    if not roles:
        return Message("Chọn ít nhất một vai trò.")
    if (username == governance.principal.username) != (Role.PRINCIPAL in roles):
        return Message("Trường có đúng một hiệu trưởng.")
    try:
        roster.check_roles(username, roles)
    except InvalidGovernance:
        return Message("Quản trị website không được giữ vai trò kiểm tra, phê duyệt.")
    return None


def _refuse_a_delegate(governance: Governance, username: str, now: datetime) -> None:
    rows = [row for row in governance.delegations if row.person == username]
    if any(row.standing(now) is not Standing.OVER for row in rows):
        raise InvalidFields({"roles": [Message("Kết thúc ủy quyền cho người này trước.")]})


def drop_delegations(tables: Tables, username: str) -> None:
    """Take all delegations of a person who leaves out of the roster."""
    table = tables[roster.ROSTER]
    kept = [row for row in table.get("delegations", []) if row["person"] != username]
    if "delegations" in table:
        table["delegations"] = kept


def _taking_role(governance: Governance, signer: Signer) -> Role:
    person = governance.people.get(signer.username)
    role = next((r for r in TAKERS_DOWN if person and person.has(r)), None)
    if person is None or role is None:
        raise Refused(
            [Message("Chỉ hiệu trưởng, phó hiệu trưởng hoặc quản trị website gỡ được bài.")]
        )
    if public_key_line(signer.private_key) != person.key:
        raise Refused([NO_KEY])
    return role


def words_of(text: str) -> str:
    """Return a reason as it is stored, on one line.

    Raises:
        InvalidFields: there is none (under ``reason``).
    """
    words = clean_line(" ".join(text.split()))
    if not words or hidden_characters(words):
        raise InvalidFields({"reason": [Message("Chưa có lý do. Ghi ngắn gọn vì sao.")]})
    return words
