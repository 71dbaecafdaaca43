"""Opening a trainee's own store: apart from all real work, with a key that opens nothing else (POLICY Q4, T5)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from agent_tui.desk.core import Desk
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain.casework_rules import Actor
from agent_tui.domain.messages import N_
from agent_tui.locations import PRACTICE, Locations
from agent_tui.store.errors import StoreError
from agent_tui.store.keys import AskPassphrase, derived


class RealWork(StoreError):
    text = N_(
        "The store {path} holds tickets of real work: practice leaves it alone. Give its folder another name than "
        "“practice”, and its key too."
    )


def place_of(where: Locations, environment: Mapping[str, str] = os.environ) -> Place:
    """Where practice is."""
    key = derived(environment, PRACTICE)
    return Place(PRACTICE, where.store_file(PRACTICE), where.config_dir, where.packs_dir, key)


@contextmanager
def opened(place: Place, trainee: str, zone: str, ask: AskPassphrase | None = None) -> Iterator[Desk]:
    """The store of practice in the block, made when it is not there yet.

    Raises RealWork where a desk from before the name was reserved has its tickets, and what `open_desk` raises.
    """
    desk = open_desk(place, Actor(trainee), zone, ask, create=True)
    with closing(desk):
        if desk.repository.next_id() > 1 or desk.repository.elsewhere:
            raise RealWork(path=str(place.store))
        yield desk
