"""Long lists, cut into numbered pages.

Knows numbers and addresses; not what is listed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Sheet(Generic[Thing]):
    """One page of a list; `urls` are those of all its pages."""

    number: int
    items: tuple[Thing, ...]
    urls: tuple[str, ...]

    @property
    def url(self) -> str:
        return self.urls[self.number - 1]

    @property
    def before(self) -> str | None:
        """The address of the page before."""
        return self.urls[self.number - 2] if self.number > 1 else None

    @property
    def after(self) -> str | None:
        """The address of the page after."""
        return self.urls[self.number] if self.number < len(self.urls) else None

    @property
    def shown(self) -> tuple[int | None, ...]:
        """The page numbers to offer: first, last and near ones; None stands for a gap."""
        last = len(self.urls)
        near = {1, last, *range(self.number - 1, self.number + 2)}
        shown: list[int | None] = []
        for number in sorted(n for n in near if 1 <= n <= last):
            if shown and shown[-1] is not None and number > shown[-1] + 1:
                shown.append(None)
            shown.append(number)
        return tuple(shown)


def sheets(items: Sequence[Thing], url: str, size: int) -> Iterator[Sheet[Thing]]:
    """The pages of a list at `url`; an empty list has one empty page."""
    count = max(1, -(-len(items) // size))
    urls = tuple(url if number == 1 else f"{url}trang-{number}/" for number in range(1, count + 1))
    for number in range(1, count + 1):
        yield Sheet(number, tuple(items[(number - 1) * size : number * size]), urls)
