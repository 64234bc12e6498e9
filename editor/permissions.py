"""Which permission guards which route; the app does not start while one is missing.

Knows who may reach a page. What a person may do to an entry is the workflow's decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from editor.newsroom import governance, password_age, person, repository, visitor
from editor.protection import READING_METHODS
from workflow.content_types import CONTENT_TYPES
from workflow.entries import Change, groups_for, is_shielded, may_read
from workflow.errors import Message, NotFound, Refused
from workflow.governing import TAKERS_DOWN
from workflow.roster import Governance, Person
from workflow.services import archived, open_for_edit
from workflow.states import LEADERS, Role


class Permission(StrEnum):
    """``scope:verb``, sorted; ``read`` is the only verb that changes nothing."""

    ACCOUNTS_CREATE = "accounts:create"
    ACCOUNTS_LOCK = "accounts:lock"
    ACCOUNTS_READ = "accounts:read"
    ACCOUNTS_RESET = "accounts:reset"
    ALARMS_DISMISS = "alarms:dismiss"
    ARCHIVE_READ = "archive:read"
    ARCHIVE_TAKE_BACK = "archive:take_back"
    DESK_READ = "desk:read"
    ENTRY_ABANDON = "entry:abandon"
    ENTRY_APPROVE = "entry:approve"
    ENTRY_CHECK = "entry:check"
    ENTRY_PARK = "entry:park"
    ENTRY_READ = "entry:read"
    ENTRY_RETURN = "entry:return"
    ENTRY_REVIEW = "entry:review"
    ENTRY_SAVE = "entry:save"
    ENTRY_SUBMIT = "entry:submit"
    ENTRY_URGENT = "entry:urgent"
    GOVERN_DELEGATE = "govern:delegate"
    GOVERN_ERASE = "govern:erase"
    ENTRY_UPDATE = "entry:update"
    GOVERN_FREEZE = "govern:freeze"
    GOVERN_READ = "govern:read"
    GOVERN_RESTORE = "govern:restore"
    GOVERN_ROSTER = "govern:roster"
    GOVERN_SCHOOL = "govern:school"
    NEWCOMER_BEGIN = "newcomer:begin"
    NEWCOMER_READ = "newcomer:read"
    ORDERS_READ = "orders:read"
    ORDERS_TAKE_DOWN = "orders:take_down"
    OWN_CREDENTIALS = "own:credentials"
    OWN_SIGN_OUT = "own:sign_out"
    PUBLIC_LANGUAGE = "public:language"
    PUBLIC_READ = "public:read"
    PUBLIC_SIGN_IN = "public:sign_in"
    REGISTER_READ = "register:read"
    TYPE_CREATE = "type:create"
    TYPE_READ = "type:read"

    @property
    def scope(self) -> str:
        """What the permission is about: decides which guard looks."""
        return self.partition(":")[0]

    @property
    def writes(self) -> bool:
        """Whether it allows to change something."""
        return self.partition(":")[2] != "read"


Registry = Mapping[tuple[str, str], Permission]

ROUTES: Final[Registry] = {
    ("account.change_password", "POST"): Permission.OWN_CREDENTIALS,
    ("account.password", "GET"): Permission.DESK_READ,
    ("accounts.create", "POST"): Permission.ACCOUNTS_CREATE,
    ("accounts.form", "GET"): Permission.ACCOUNTS_READ,
    ("accounts.listing", "GET"): Permission.ACCOUNTS_READ,
    ("accounts.lock", "POST"): Permission.ACCOUNTS_LOCK,
    ("accounts.reset", "POST"): Permission.ACCOUNTS_RESET,
    ("accounts.unlock", "POST"): Permission.ACCOUNTS_LOCK,
    ("auth.choose_language", "POST"): Permission.PUBLIC_LANGUAGE,
    ("auth.door", "GET"): Permission.PUBLIC_READ,
    ("auth.sign_in", "POST"): Permission.PUBLIC_SIGN_IN,
    ("auth.sign_out", "POST"): Permission.OWN_SIGN_OUT,
    ("delegations.end", "POST"): Permission.GOVERN_DELEGATE,
    ("delegations.form", "GET"): Permission.GOVERN_READ,
    ("delegations.give", "POST"): Permission.GOVERN_DELEGATE,
    ("delegations.listing", "GET"): Permission.REGISTER_READ,
    ("desk.alarm_seen", "POST"): Permission.ALARMS_DISMISS,
    ("desk.approvals", "GET"): Permission.DESK_READ,
    ("desk.checks", "GET"): Permission.DESK_READ,
    ("desk.home", "GET"): Permission.DESK_READ,
    ("desk.published", "GET"): Permission.DESK_READ,
    ("erasing.erase", "POST"): Permission.GOVERN_ERASE,
    ("erasing.file", "GET"): Permission.GOVERN_READ,
    ("erasing.form", "GET"): Permission.GOVERN_READ,
    ("guide.help_page", "GET"): Permission.DESK_READ,
    ("guide.source", "GET"): Permission.PUBLIC_READ,
    ("media.entry_file", "GET"): Permission.ENTRY_READ,
    ("media.font", "GET"): Permission.PUBLIC_READ,
    ("media.pending_file", "GET"): Permission.DESK_READ,
    ("media.shared_style", "GET"): Permission.PUBLIC_READ,
    ("newcomer.begin", "POST"): Permission.NEWCOMER_BEGIN,
    ("newcomer.welcome", "GET"): Permission.NEWCOMER_READ,
    ("orders.freeze", "POST"): Permission.GOVERN_FREEZE,
    ("orders.lift_freeze", "POST"): Permission.GOVERN_FREEZE,
    ("orders.overview", "GET"): Permission.ORDERS_READ,
    ("orders.restore", "POST"): Permission.GOVERN_RESTORE,
    ("orders.take_down", "POST"): Permission.ORDERS_TAKE_DOWN,
    ("orders.take_down_form", "GET"): Permission.ORDERS_READ,
    ("parking.abandon", "POST"): Permission.ENTRY_ABANDON,
    ("parking.archive", "GET"): Permission.DESK_READ,
    ("parking.archived", "GET"): Permission.ARCHIVE_READ,
    ("parking.archived_file", "GET"): Permission.ARCHIVE_READ,
    ("parking.parked_file", "GET"): Permission.ENTRY_READ,
    ("parking.park", "POST"): Permission.ENTRY_PARK,
    ("parking.stale", "GET"): Permission.DESK_READ,
    ("parking.take_back", "POST"): Permission.ARCHIVE_TAKE_BACK,
    ("parking.update", "POST"): Permission.ENTRY_UPDATE,
    ("preview.frame", "GET"): Permission.ENTRY_READ,
    ("preview.page", "GET"): Permission.ENTRY_READ,
    ("preview.site", "GET"): Permission.ENTRY_READ,
    ("review.after_review", "POST"): Permission.ENTRY_REVIEW,
    ("review.approve", "POST"): Permission.ENTRY_APPROVE,
    ("review.check", "POST"): Permission.ENTRY_CHECK,
    ("review.dossier", "GET"): Permission.ENTRY_READ,
    ("review.progress", "GET"): Permission.ENTRY_READ,
    ("review.progress_state", "GET"): Permission.ENTRY_READ,
    ("review.send_back", "POST"): Permission.ENTRY_RETURN,
    ("review.submit", "POST"): Permission.ENTRY_SUBMIT,
    ("review.urgent", "POST"): Permission.ENTRY_URGENT,
    ("revising.address", "GET"): Permission.ENTRY_READ,
    ("revising.correct", "POST"): Permission.ENTRY_SAVE,
    ("revising.correction", "GET"): Permission.ENTRY_READ,
    ("revising.move", "POST"): Permission.ENTRY_SAVE,
    ("revising.restore", "POST"): Permission.ENTRY_SAVE,
    ("revising.withdraw", "POST"): Permission.ENTRY_SAVE,
    ("revising.withdrawal", "GET"): Permission.ENTRY_READ,
    ("roster.appoint", "POST"): Permission.GOVERN_ROSTER,
    ("roster.dismiss", "POST"): Permission.GOVERN_ROSTER,
    ("roster.download", "GET"): Permission.REGISTER_READ,
    ("roster.form", "GET"): Permission.GOVERN_READ,
    ("roster.paper", "GET"): Permission.REGISTER_READ,
    ("roster.register_page", "GET"): Permission.REGISTER_READ,
    ("roster.renew", "POST"): Permission.GOVERN_ROSTER,
    ("school.change", "POST"): Permission.GOVERN_SCHOOL,
    ("school.profile", "GET"): Permission.GOVERN_READ,
    ("static", "GET"): Permission.PUBLIC_READ,
    ("writing.begin", "GET"): Permission.TYPE_READ,
    ("writing.choose", "GET"): Permission.DESK_READ,
    ("writing.create", "POST"): Permission.TYPE_CREATE,
    ("writing.edit", "GET"): Permission.ENTRY_READ,
    ("writing.save", "POST"): Permission.ENTRY_SAVE,
}


_NEW_PASSWORD: Final = frozenset({"account.password", "account.change_password"})
"""All that an overdue password lets its owner do (R04); signing out is never guarded."""


class Unguarded(RuntimeError):
    """The routes and the registry do not agree; the app must not start."""


def require_guards(app: Flask, registry: Registry = ROUTES) -> None:
    """Check that each route and method has a permission that fits it, and no other is listed.

    Raises:
        Unguarded: with every route that is wrong.
    """
    served = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"}
    }
    problems = [
        f"{endpoint} {method}: no permission" for endpoint, method in served - set(registry)
    ]
    problems += [
        f"{endpoint} {method}: no such route" for endpoint, method in set(registry) - served
    ]
    problems += [
        f"{endpoint} {method}: guarded by {permission}"
        for (endpoint, method), permission in registry.items()
        if permission.writes == (method in READING_METHODS)
    ]
    if problems:
        raise Unguarded("; ".join(sorted(problems)))


def take_entry_id(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Keep the address's entry for the guard: the views get the entry itself, already guarded."""
    if values and "entry_id" in values:
        g.entry_id = values.pop("entry_id")


def enforce() -> Response | None:
    """Let the request pass, send a stranger to the door, or refuse; runs before every view.

    Raises:
        Refused: the person may not reach this page, with the reasons.
        NotFound: there is no such entry.
    """
    if request.endpoint is None:
        return None
    method = "GET" if request.method == "HEAD" else request.method
    permission = ROUTES[request.endpoint, method]
    if permission.scope == "public":
        return None
    if visitor().username is None:
        return _to_the_door()
    return None if permission is Permission.OWN_SIGN_OUT else _guard(permission)


def _guard(permission: Permission) -> Response | None:
    if visitor().is_newcomer and permission.scope != "newcomer":
        return _to_the_first_password()
    if _must_change_the_password():
        return _to_a_new_password()
    _GUARDS[permission.scope]()
    return None


def _to_the_first_password() -> Response:
    if request.method in READING_METHODS:
        return redirect(url_for("newcomer.welcome"))
    raise Refused([Message("Đặt mật khẩu riêng trước, rồi mới làm tiếp được.")])


def _must_change_the_password() -> bool:
    age = password_age()
    return bool(age and age.is_overdue) and request.endpoint not in _NEW_PASSWORD


def _to_a_new_password() -> Response:
    if request.method in READING_METHODS:
        return redirect(url_for("account.password"))
    raise Refused(
        [
            Message(
                "Mật khẩu đã quá hạn. Đổi mật khẩu rồi mở lại trang: chữ đã gõ vẫn được trình "
                "duyệt này giữ."
            )
        ]
    )


def _to_the_door() -> Response:
    if request.method in READING_METHODS:
        here = request.full_path.rstrip("?")
        return redirect(url_for("auth.sign_in", next=None if here == "/" else here))
    raise SignedOut


class SignedOut(Refused):
    """The session ended while a form was open."""

    def __init__(self) -> None:
        """Say what happened to the text."""
        super().__init__(
            [
                Message(
                    "Phiên làm việc đã hết hạn nên chưa lưu được. Đăng nhập lại rồi mở lại trang: "
                    "chữ đã gõ vẫn được trình duyệt này giữ."
                )
            ]
        )


def may_reach(permission: Permission, someone: Person) -> bool:
    """Say whether the person holds a role that a page of the leaders asks for.

    A delegate approves; to govern and to keep accounts remains with those who were appointed.
    """
    held = someone.own_roles if permission.scope in _NOT_DELEGATED else someone.roles
    return bool(held & _ROLES[permission.scope])


def may_start(type_name: str, someone: Person, rules: Governance) -> bool:
    """Say whether the person writes such entries at all; for which group, the form asks."""
    allowed = someone.roles & rules.steps[type_name].write
    return bool(allowed and groups_for(type_name, someone, rules))


def _guard_role() -> None:
    permission = ROUTES[
        str(request.endpoint), "GET" if request.method == "HEAD" else request.method
    ]
    if not may_reach(permission, person()):
        raise Refused([Message("Trang này không thuộc phần việc của tài khoản này.")])


def _guard_newcomer() -> None:
    if not visitor().is_newcomer:
        raise NotFound


def _guard_type() -> None:
    someone = person()
    ctype = CONTENT_TYPES.get(_argument("type_name"))
    if ctype is None:
        raise NotFound
    if not may_start(ctype.name, someone, governance()):
        label = ctype.label.lower()
        raise Refused(
            [Message("Tài khoản này không được phân công soạn {label}.", {"label": label})]
        )


def _guard_entry() -> None:
    someone = person()
    g.change = open_for_edit(repository(), g.entry_id)
    if is_shielded(g.entry_id, g.change.group, someone, governance()):
        raise Refused([Message("Bài này đã gỡ vì có thông tin cá nhân.")])
    if not may_read(g.change, someone, governance()):
        raise Refused([Message("Bài này do tổ, bộ phận khác đang soạn.")])


def _guard_archive() -> None:
    someone = person()
    try:
        g.archived = archived(repository(), g.entry_id, int(_argument("number")))
        g.change = g.archived.change
    except NotFound:
        g.archived, g.change = None, _taken_back_already()
    if not may_read(g.change, someone, governance()):
        raise Refused([Message("Bài này do tổ, bộ phận khác đang soạn.")])


def _taken_back_already() -> Change:
    """Return the draft that the first press of the very button has opened again.

    Raises:
        NotFound: there is none.
    """
    change = open_for_edit(repository(), g.entry_id)
    if request.form.get("seen") not in {step.commit for step in change.history}:
        raise NotFound
    return change


def _guard_member() -> None:
    """Being signed in and in the roster, with the roster's key, is enough."""
    person()


def _argument(name: str) -> str:
    return str((request.view_args or {})[name])


_ROLES: Final[Mapping[str, frozenset[Role]]] = {
    "accounts": LEADERS,
    "alarms": frozenset(TAKERS_DOWN),
    "govern": frozenset({Role.PRINCIPAL}),
    "orders": frozenset(TAKERS_DOWN),
    "register": LEADERS,
}
"""Who reaches the leaders' pages (DOMAIN §1.2); the site administrator keeps no accounts (R28)."""
_NOT_DELEGATED: Final = frozenset({"accounts", "govern"})
_GUARDS: Final[Mapping[str, Callable[[], None]]] = {
    "desk": _guard_member,
    "own": _guard_member,
    "type": _guard_type,
    "archive": _guard_archive,
    "entry": _guard_entry,
    "newcomer": _guard_newcomer,
    **dict.fromkeys(_ROLES, _guard_role),
}


def is_readable_page(path: str) -> bool:
    """Say whether a relative address is one of our own pages."""
    adapter = current_app.url_map.bind("")
    return bool(path) and adapter.test(path, "GET")
