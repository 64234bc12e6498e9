"""Long lists, laid out so that one new thing touches few of their pages.

What a list holds is cut by years; the pages of a year are numbered from the oldest, so that a full
page never changes again, and what is left over stands on the year's first page. Knows years,
numbers and addresses; not what is listed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

Thing = TypeVar("Thing")
# No slug is a bare number below this word: the address of a page is never that of an entry.
NUMBERED = "trang"


@dataclass(frozen=True)
class Leaf(Generic[Thing]):
    """One page of a list; `newer` and `older` are the addresses of those beside it.

    The first page of the whole list has no `year`, that of a year no `number`.
    """

    url: str
    items: tuple[Thing, ...]
    year: int | None = None
    number: int | None = None
    newer: str | None = None
    older: str | None = None


@dataclass(frozen=True)
class Archive(Generic[Thing]):
    """A whole list at `url`, newest first; what has no year stands on its first page only."""

    url: str
    years: tuple[int, ...]
    leaves: tuple[Leaf[Thing], ...]

    def __iter__(self) -> Iterator[Leaf[Thing]]:
        return iter(self.leaves)

    def first_of(self, year: int) -> str:
        """The address of a year's newest page."""
        return f"{self.url}{year}/"


def archive(
    things: Iterable[Thing],
    url: str,
    size: int,
    year_of: Callable[[Thing], int | None],
    pinned: Sequence[Thing] = (),
) -> Archive[Thing]:
    """The pages of a list whose things are given newest first; an empty list has an empty page.

    What is `pinned` opens the first page, wherever else it stands.
    """
    by_year: defaultdict[int | None, list[Thing]] = defaultdict(list)
    for thing in things:
        by_year[year_of(thing)].append(thing)
    undated = by_year.pop(None, [])
    years = tuple(sorted((year for year in by_year if year is not None), reverse=True))
    chain = [leaf for year in years for leaf in _year(by_year[year], url, size, year)]
    linked = tuple(_linked(chain))
    first = _first(linked, url, size, undated, pinned)
    return Archive(url, years, (first, *linked))


def _year(things: list[Thing], url: str, size: int, year: int) -> Iterator[Leaf[Thing]]:
    """The pages of one year, newest first: its first page bears from one to under two pages."""
    full = max(0, len(things) // size - 1)
    rest = len(things) - full * size
    yield Leaf(f"{url}{year}/", tuple(things[:rest]), year)
    for number in range(full, 0, -1):
        end = len(things) - (number - 1) * size
        address = f"{url}{year}/{NUMBERED}/{number}/"
        yield Leaf(address, tuple(things[end - size : end]), year, number)


def _linked(chain: list[Leaf[Thing]]) -> Iterator[Leaf[Thing]]:
    addresses = [None, *(leaf.url for leaf in chain), None]
    for at, leaf in enumerate(chain):
        yield replace(leaf, newer=addresses[at], older=addresses[at + 2])


def _first(
    chain: Sequence[Leaf[Thing]],
    url: str,
    size: int,
    undated: Sequence[Thing],
    pinned: Sequence[Thing],
) -> Leaf[Thing]:
    """The newest things of all years: the first pages of years, until one page is full."""
    items: list[Thing] = list(undated)
    older: str | None = None
    for leaf in chain:
        if len(items) >= size or leaf.number is not None:
            older = leaf.url
            break
        items += leaf.items
    above = {id(thing) for thing in pinned}
    rest = (thing for thing in items if id(thing) not in above)
    return Leaf(url, (*pinned, *rest), older=older)
