"""What a file of the site is made from: its place, its template and what the template is told.

A plan names a function and its inputs, a view what that function makes of them. Whoever builds may
leave out a plan whose inputs are those of the last time: a view is told nothing else. Knows no
entry; renders and writes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

Trail = tuple[tuple[str, str | None], ...]
HOME_TRAIL = ("Trang chủ", "")


@dataclass(frozen=True)
class View:
    """One page. `url` is relative to the root; `trail` ends with the page itself.

    A page with another `canonical` address than its own is for readers, not for search engines.
    """

    url: str
    template: str
    title: str = ""
    section: str = ""
    trail: Trail = ()
    description: str = ""
    canonical: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The way from the page to the site's root, without a slash at its end."""
        return "/".join([".."] * self.url.count("/")) or "."

    def ended(self) -> "View":
        """The view with itself at the end of its trail."""
        return replace(self, trail=(*self.trail, (self.title, None)))


class Plan(NamedTuple):
    """A file to be: its path, and the pure function of `inputs` that tells its view or text.

    The function reaches for nothing but its inputs.
    """

    path: str
    make: Callable[..., View | str]
    inputs: tuple[Any, ...]


def page(url: str, make: Callable[..., View | str], *inputs: Any) -> Plan:
    """The plan of a page at an address; the function is told the address, too."""
    return Plan(f"{url}index.html", make, (url, *inputs))
