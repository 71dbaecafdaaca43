"""Lists of RT, walked by the last id: page numbers shift while others work, and hidden rows make pages short."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Protocol, TypeVar

PER_PAGE = 100
"""RT gives no more rows at once."""

FAR = 50
"""Pages to go back, or on, through rows that the user may not see."""

Limits = list[Mapping[str, object]]
"""Conditions in JSON."""

Params = dict[str, str | int]
"""Parts of a query or a form."""

T_co = TypeVar("T_co", covariant=True)


class HasId(Protocol):
    """Any row."""

    @property
    def id(self) -> int: ...


R = TypeVar("R", bound=HasId)


class Listed(Protocol[T_co]):
    """A page of rows, with how many there are if RT tells."""

    @property
    def items(self) -> Sequence[T_co]: ...
    @property
    def total(self) -> int | None: ...


def walk(ask: Callable[[int, int, bool], Sequence[R]], after: int) -> Iterator[Sequence[R]]:
    """Pages of rows above `after`, by `ask(id, page, newest first)`.

    An empty page is the end, or a hundred rows that the user may not see: the newest ones tell.
    """
    last = after
    while True:
        rows = ask(last, 1, False)
        if not rows:
            newest = ask(last, 1, True)
            if not newest:
                return
            further = (ask(last, page, False) for page in range(2, FAR))
            rows = next(filter(None, further), newest[::-1])
        last = rows[-1].id
        yield rows


def chunks(ids: Sequence[int], size: int) -> Iterator[list[int]]:
    """The ids, at most `size` at once."""
    numbers = iter(ids)
    while some := list(islice(numbers, size)):
        yield some
