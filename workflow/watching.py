"""Watch a live site over HTTP: is what it serves what the publisher signed, and nothing else?

It sees what a visitor sees, and what a search engine sees, since injected pages are often shown
to one of them only. It knows the signed list; it needs no repository and no data folder.
"""

import hashlib
import posixpath
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from http.client import HTTPException, HTTPMessage
from typing import IO, Final, NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from workflow.release import PUBLIC_KEY
from workflow.verification import (
    RELEASE_LIST,
    RELEASE_NAMESPACE,
    RELEASE_SIGNATURE,
    Broken,
    ReleaseList,
    fingerprint,
    is_signed,
    part_path,
    printable,
    public_key,
    read_release_head,
    read_release_list,
)

_VISITOR: Final = {"User-Agent": "toasoan-watch/1"}
_CRAWLER: Final = {
    "User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Referer": "https://www.google.com/",
}
_PAGES: Final = (".html", ".xml", ".txt", ".atom")
_ADDRESS: Final = re.compile(r"https?://[^\s\"'<>)\]]+", re.IGNORECASE)
_HIDDEN: Final = re.compile(
    r"display:none|visibility:hidden|opacity:0(?![.\d])|font-size:0(?![.\d])"
    r"|(?:left|top|right|text-indent|margin-left):-\d{3,}"
    r"|(?:^|;)(?:max-)?(?:height|width):[01](?:px)?(?:;|$)|clip:rect\(0|scale\(0\)"
)
_VOID: Final = frozenset(
    "area base br col embed hr img input link meta source track wbr".split()  # noqa: SIM905
)
_LINKS: Final = frozenset({"href", "src", "action", "data", "poster", "formaction", "srcdoc"})


@dataclass(frozen=True)
class Limits:
    """How long and how far a watch goes; what is beyond is not looked at, and said."""

    seconds: float = 600.0
    seconds_per_file: float = 20.0
    bytes_per_file: int = 64 * 1024 * 1024
    unlisted: int = 500


class Outbound(NamedTuple):
    """A link to a host that no signed byte names."""

    page: str
    address: str
    is_hidden: bool


@dataclass
class Findings:
    """What a watch found; paths are those of the site."""

    site: str
    commit: str = ""
    day: str = ""
    key: str = ""
    is_pinned: bool = False
    looked_at: int = 0
    refused: str = ""
    changed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)
    outbound: list[Outbound] = field(default_factory=list)
    unfinished: str = ""

    @property
    def ok(self) -> bool:
        """Whether the site serves exactly what was signed, and all of it was looked at."""
        wrong = (self.refused, self.changed, self.missing, self.unlisted, self.outbound)
        return not any((*wrong, self.unfinished))


def watch(site: str, key: str | None = None, limits: Limits | None = None) -> Findings:
    """Compare the site at ``site`` with its signed list.

    ``key`` is the school's release key, an ``ssh-ed25519 AAAA…`` line got from elsewhere. Without
    it the key that the site itself serves is believed, which finds a careless intruder only.
    """
    limits = limits or Limits()
    found = _Watch(site, key, limits).run()
    if not found.ok and _was_replaced(site, found, limits):
        found = _Watch(site, key, limits).run()  # a new release came while we looked
    return found


def sentences(found: Findings) -> Iterator[str]:
    """Return the findings in words."""
    yield f"{'OK' if found.ok else 'KHÔNG ĐẠT'} · {found.site} · đã xem {found.looked_at} địa chỉ"
    if found.commit:
        yield f"bản công khai của {found.commit[:12]}, dựng ngày {found.day}"
    if found.key and not found.is_pinned:
        yield (
            f"khóa {fingerprint(found.key)} lấy từ chính trang này: so với khóa nhà trường công bố,"
            " hoặc dùng --key"
        )
    if found.refused:
        yield found.refused
    for label, paths in (
        ("bị đổi", found.changed),
        ("bị thiếu", found.missing),
        ("thừa, không có trong danh sách", found.unlisted),
    ):
        yield from (f"{label}: {printable(path)}" for path in paths)
    for link in found.outbound:
        hidden = " (bị giấu)" if link.is_hidden else ""
        yield f"liên kết lạ{hidden}: {printable(link.page)} → {printable(link.address)}"
    if found.unfinished:
        yield found.unfinished


def _was_replaced(site: str, found: Findings, limits: Limits) -> bool:
    answer = _Client(limits).get(urljoin(_root(site), RELEASE_LIST), _VISITOR)
    try:
        head = read_release_head(answer.body)
    except Broken:
        return False
    return bool(found.commit) and (head.commit, head.day) != (found.commit, found.day)


class _Answer(NamedTuple):
    status: int
    body: bytes
    address: str


class _SameHostOnly(HTTPRedirectHandler):
    """A redirect to another host is an answer, and not to be followed."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        if urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Client:
    def __init__(self, limits: Limits) -> None:
        self._opener = build_opener(_SameHostOnly())
        self._limits = limits

    def get(self, address: str, headers: Mapping[str, str]) -> _Answer:
        """Fetch; status 0 where there is no answer, or too long a one."""
        request = Request(address, headers=dict(headers))  # noqa: S310 -- checked by _root
        limit = self._limits.bytes_per_file
        try:
            with self._opener.open(request, timeout=self._limits.seconds_per_file) as answer:
                body = answer.read(limit + 1)
                whole = len(body) <= limit
                return _Answer(answer.status if whole else 0, body[:limit], answer.geturl())
        except HTTPError as error:
            with error:
                body = error.read(limit)
                return _Answer(error.code, body, error.headers.get("Location") or address)
        except (OSError, HTTPException, ValueError):
            return _Answer(0, b"", address)


class _Watch:
    def __init__(self, site: str, key: str | None, limits: Limits) -> None:
        self._root = _root(site)
        self._key = key
        self._limits = limits
        self._until = time.monotonic() + limits.seconds
        self._client = _Client(limits)
        self._found = Findings(self._root, is_pinned=key is not None)
        self._hashes: set[str] = set()
        self._own_hosts = {urlsplit(self._root).netloc}
        self._todo: dict[str, None] = {}
        self._suspects: list[tuple[str, bytes]] = []

    def run(self) -> Findings:
        listed = self._signed_list()
        if listed is None:
            return self._found
        self._hashes = set(listed.files.values())
        for path, digest in listed.files.items():
            self._compare(path, digest)
        self._follow({self._root, *map(self._address, listed.files)} | self._own_addresses(listed))
        for page, body in self._suspects:
            self._found.outbound += self._strange_links(page, body)
        return self._found

    def _signed_list(self) -> ReleaseList | None:
        data, armor, served = (
            self._client.get(urljoin(self._root, path), _VISITOR)
            for path in (RELEASE_LIST, RELEASE_SIGNATURE, PUBLIC_KEY)
        )
        self._found.key = self._key or served.body.decode(errors="replace").strip()
        if data.status != _OK or armor.status != _OK:
            self._found.refused = "không có danh sách tệp đã ký (/.well-known/toasoan/release.json)"
            return None
        if public_key(" ".join(self._found.key.split()[:2])) is None:
            self._found.refused, self._found.key = "khóa không phải ssh-ed25519", ""
            return None
        if not is_signed(data.body, armor.body, self._found.key, RELEASE_NAMESPACE):
            self._found.refused = "chữ ký của danh sách tệp không đúng"
            return None
        try:
            head = read_release_head(data.body)
            self._found.commit, self._found.day = head.commit, head.day
            return read_release_list(head, self._part)
        except Broken as broken:
            self._found.refused = broken.reason
            return None

    def _part(self, path: str) -> bytes:
        return self._client.get(urljoin(self._root, path), _VISITOR).body

    def _compare(self, path: str, digest: str) -> None:
        """Fetch a listed file as its reader does; a page also as a search engine does."""
        eyes = (_VISITOR, _CRAWLER) if path.endswith(_PAGES) else (_VISITOR,)
        for headers in eyes:
            if not self._has_time():
                return
            answer = self._client.get(self._address(path), headers)
            self._found.looked_at += 1
            if _hash(answer.body) == digest:
                self._learn(path, answer.body)
                continue
            if answer.status == _OK:
                self._found.changed.append(path)
                self._hashes.add(_hash(answer.body))  # under its other addresses it is no news
                self._suspect(path, answer.body)
            elif answer.status in _REDIRECTS:
                self._found.changed.append(f"{path} → {answer.address}")
            else:
                self._found.missing.append(path)
            return

    def _follow(self, known: set[str]) -> None:
        """Fetch what pages of the site lead to and the list does not know."""
        seen = set(known)
        fetched = 0
        while addresses := [one for one in self._todo if one not in seen]:
            self._todo.clear()
            for address in addresses:
                if fetched >= self._limits.unlisted:
                    self._found.unfinished = f"mới xem {fetched} địa chỉ ngoài danh sách, còn nữa"
                    return
                if not self._has_time():
                    return
                fetched += 1
                seen.add(address)
                self._visit(address)

    def _visit(self, address: str) -> None:
        answer = self._client.get(address, _VISITOR)
        self._found.looked_at += 1
        if answer.status == _OK and _hash(answer.body) not in self._hashes:
            path = address.removeprefix(self._root)
            self._found.unlisted.append(path)
            self._suspect(path, answer.body)

    def _learn(self, path: str, body: bytes) -> None:
        """Take hosts and links from bytes that were signed."""
        if not path.endswith((*_PAGES, ".css")):
            return
        links = _links(body)
        self._own_hosts |= {urlsplit(_absolute(self._root, one.to)).netloc for one in links}
        self._note_links(path, links)

    def _suspect(self, path: str, body: bytes) -> None:
        self._suspects.append((path, body))
        self._note_links(path, _links(body))

    def _note_links(self, path: str, links: Iterable["_Link"]) -> None:
        for link in links:
            address = _absolute(self._address(path), link.to)
            if address.startswith(self._root):
                self._todo.setdefault(address)

    def _strange_links(self, page: str, body: bytes) -> Iterator[Outbound]:
        seen = set()
        for link in _links(body):
            address = _absolute(self._address(page), link.to)
            parts = urlsplit(address)
            if parts.scheme not in {"http", "https"} or parts.netloc in self._own_hosts:
                continue
            outbound = Outbound(page, address, link.is_hidden)
            if outbound not in seen:
                seen.add(outbound)
                yield outbound

    def _address(self, path: str) -> str:
        """Return where a file of the release is read; a page's folder stands for the page."""
        folder, _, name = path.rpartition("/")
        if name == "index.html":
            path = f"{folder}/" if folder else ""
        return f"{self._root}{path if '?' in path else quote(path)}"

    def _own_addresses(self, listed: ReleaseList) -> set[str]:
        own = (RELEASE_LIST, RELEASE_SIGNATURE, *map(part_path, listed.parts))
        return {f"{self._root}{path}" for path in own}

    def _has_time(self) -> bool:
        if time.monotonic() < self._until:
            return True
        self._found.unfinished = f"hết {self._limits.seconds:.0f} giây, chưa xem hết"
        return False


class _Link(NamedTuple):
    to: str
    is_hidden: bool


class _Page(HTMLParser):
    """Collects links, and whether a reader can see them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[_Link] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inside_hidden = bool(self._open) and self._open[-1][1]
        style = re.sub(r"\s+", "", dict(attrs).get("style") or "").lower()
        names = {name for name, _ in attrs}
        hidden = inside_hidden or "hidden" in names or bool(_HIDDEN.search(style))
        hidden = hidden or tag in {"noscript", "template"}
        for name, value in attrs:
            if name in _LINKS and value:
                self.links.append(_Link(value, hidden))
            elif name == "content" and value and "url=" in value.lower():
                self.links.append(_Link(re.split(r"(?i)url=", value)[-1].strip("'\" "), hidden))
        if tag not in _VOID:
            self._open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _ in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]


def _links(body: bytes) -> list[_Link]:
    """Return links of tags, and every other full address: scripts and feeds hold them, too."""
    text = body.decode(errors="replace")
    page = _Page()
    page.feed(text)
    page.close()
    tagged = {link.to for link in page.links}
    others = (_Link(unescape(found), is_hidden=False) for found in _ADDRESS.findall(text))
    return [*page.links, *(link for link in others if link.to not in tagged)]


def _absolute(base: str, to: str) -> str:
    """Return an address without its fragment, its path in one form; empty where it is none."""
    try:
        parts = urlsplit(urljoin(base, to.strip()))
        path = posixpath.normpath(parts.path) if parts.path else "/"
        path = "/" + path.lstrip("/") + ("/" if parts.path.endswith("/") and path != "/" else "")
        return urlunsplit(
            (parts.scheme, parts.netloc, quote(unquote(path)), quote(parts.query, "=&%+/"), "")
        )
    except ValueError:
        return ""


def _root(site: str) -> str:
    """Return the site's address with one closing slash.

    Raises:
        ValueError: it is no http or https address.
    """
    parts = urlsplit(site)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise ValueError(site)
    return urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rstrip('/')}/", "", ""))


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


_OK: Final = 200
_REDIRECTS: Final = (301, 302, 303, 307, 308)
