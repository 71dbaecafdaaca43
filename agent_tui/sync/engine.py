"""The engine: reads what changed on the helpdesk and sends the outbox, beside the desk and never in its way.

One thread reads, a few send; each has its own connection to the store. A ticket is in the hands of one of them at a
time. `Engine.once` does the same in the caller's thread, for the command line and for tests.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from agent_tui.domain.messages import N_, Told
from agent_tui.store.errors import StoreError
from agent_tui.sync.absorb import Absorber
from agent_tui.sync.backends.base import Ask, Backend, BackendError, Scope
from agent_tui.sync.hands import Hands
from agent_tui.sync.pacing import Pace, pace
from agent_tui.sync.sending import PATIENCE, Clock, Sender
from agent_tui.sync.status import State, Status, counted
from agent_tui.sync.workers import Workers

POLL = timedelta(seconds=5)
"""Between two looks at the stream of changes: an idle one costs Request Tracker 20 ms."""

SURVEY = timedelta(minutes=10)
"""Between two looks at everything that is worked on: the stream does not tell what was moved out of sight."""

_HICCUPS = 2  # failures in a row, of all threads together, that may be chance
_FAULT = N_(
    "agent_tui has a fault ({error}) and sends nothing any more. What you did is kept: open the desk again, "
    "and report it."
)
_IDLE = 1.0  # seconds between two looks at the outbox
_IN_OTHER_HANDS = 0.1  # seconds until a ticket is tried again that nothing could be sent on
_WRITTEN = timedelta(minutes=1)
"""How old the moment of the last look may be in the store: every write lets the desks on it look at it again."""


class Engine:
    """The traffic between one store and one helpdesk. `now` tells the time."""

    def __init__(
        self,
        absorber: Absorber,
        backend: Backend,
        agent: str,
        queue: str,
        *,
        now: Clock = lambda: datetime.now(UTC),
        wait_after: Pace | None = None,
        patience: timedelta = PATIENCE,
        poll: timedelta = POLL,
        survey: timedelta = SURVEY,
    ) -> None:
        self._absorber = absorber
        self._backend = backend
        self._store = absorber.repository
        self._now = now
        self._wait_after = wait_after or pace(random.Random())  # noqa: S311  # no secret depends on it
        self._hands = Hands()
        self._sender = Sender(
            self._store, backend, absorber, self._hands, agent, queue, self._wait_after, patience
        )
        self._poll = poll
        self._survey_every = survey
        self._surveyed: datetime | None = None
        self._wake = threading.Event()
        self._end = threading.Event()
        self._threads: list[threading.Thread] = []
        self._cursor = ""  # of the stream, as far as it was read
        self._more = False  # the helpdesk's words that were left out as yet
        self._status = Status(name=backend.capabilities.name)
        self._clock: datetime | None = None  # what it said last
        self._failures = 0
        self._fault: Status | None = None
        self._paused_until: datetime | None = None
        self._synced: datetime | None = None

    # What faces see

    def status(self) -> Status:
        """How things stand; cheap enough to be asked every second."""
        found = counted(self._fault or self._status, self._store)
        return found if self._synced is None else replace(found, synced=self._synced)

    def is_idle(self) -> bool:
        """Whether everything was read, and what is left to send waits for the agent."""
        return self._store.remotes.progress.loaded and self._store.outbox.next_due() is None

    def start(self) -> None:
        """Begin to work in the background."""
        for work in (self._reading, self._sending):
            thread = threading.Thread(
                target=self._run, args=(work,), name=f"sync{work.__name__}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            # A fault of this program: the agent has to see it, whatever the other thread does well.
            told = Told(_FAULT, {"error": type(error).__name__})
            self._fault = replace(self._status, state=State.BLOCKED, since=self._now(), problem=told)
            raise

    def nudge(self) -> None:
        """There is something to send: do not wait for the next look."""
        self._wake.set()

    def hurry(self) -> None:
        """Try everything now that waits for its time."""
        with self._store.transaction():
            self._store.outbox.hurry(self._now())
        self._paused_until = None
        self._wake.set()

    def stop(self, seconds: float = 2.0) -> bool:
        """End the threads; False if a request under way takes longer than this: it is looked after next time."""
        self._end.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(seconds)
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        return not self._threads

    # In the caller's thread

    def once(self) -> Status:
        """Read everything that changed, send everything that can go, read what came of it.

        Raises `BackendError` when the helpdesk can't be used.
        """
        self._heed_clock()
        self._read_all()
        while self._send_ready():
            pass
        self._read_all()
        self._worked()
        return self.status()

    def _read_all(self) -> None:
        self._start_cursor()
        self._read_changes()
        for _page in self._load_pages():
            self._read_changes()
        self._survey()
        self._has_read(timedelta())

    def _has_read(self, old: timedelta) -> None:
        """Everything is read as of now; written down if what stands in the store is older than that."""
        self._synced = now = self._now()
        progress = self._store.remotes.progress
        if progress.synced is None or now - progress.synced >= old:
            with self._store.transaction():
                self._store.remotes.progress = replace(self._store.remotes.progress, synced=now)

    # Reading

    def _reading(self) -> None:
        pages: Iterator[None] | None = None
        while not self._end.is_set():
            if self._resting():
                continue
            try:
                self._start_cursor()
                self._read_changes()
                if not self._store.remotes.progress.loaded:
                    pages = pages or self._load_pages()
                    next(pages, None)
                else:
                    self._survey()
                self._has_read(_WRITTEN)
                self._worked()
            except BackendError as error:
                pages = None
                self._stumbled(error)
                continue
            except StoreError as error:  # a full disk, a store that is closed: nothing can be kept now
                pages = None
                self._failed_here(error)
                continue
            if self._store.remotes.progress.loaded:
                self._end.wait(self._poll.total_seconds())

    def _start_cursor(self) -> None:
        """Note where the stream stands before anything is loaded: what changes meanwhile is in it."""
        progress = self._store.remotes.progress
        if not progress.cursor:
            cursor = self._backend.cursor()
            with self._store.transaction():
                self._store.remotes.progress = replace(self._store.remotes.progress, cursor=cursor)

    def _read_changes(self) -> None:
        """Take in what changed since the last look, page by page: an interruption costs one page."""
        for changes in self._backend.changes(self._cursor or self._store.remotes.progress.cursor):
            self._take_in(list(changes.tickets.values()))
            self._went_on(changes.cursor)
        self._take_in([Ask(ticket=number, news=True, links=True) for number in self._hands.unread()])
        self._went_on(self._cursor)

    def _went_on(self, cursor: str) -> None:
        """Note how far the stream was read; in memory alone while something is to be read again: none is missed so."""
        self._cursor = cursor
        kept = self._more or not self._hands.missed_nothing
        if cursor and not kept and cursor != self._store.remotes.progress.cursor:
            with self._store.transaction():
                self._store.remotes.progress = replace(self._store.remotes.progress, cursor=cursor)

    def _load_pages(self) -> Iterator[None]:
        """The first load, from where it was interrupted."""
        progress = self._store.remotes.progress
        if progress.loaded:
            return
        for page in self._backend.load(progress.after):
            with self._hands.on([remote.id for remote in page.tickets]) as free, self._store.transaction():
                for remote in page.tickets:
                    if remote.id in free and self._store.remotes.here(remote.id) is None:
                        self._absorber.take_in(remote, self._now())
                    else:  # known from the stream already, and perhaps newer than the page
                        self._hands.read_again([remote.id])
                self._store.remotes.progress = replace(
                    self._store.remotes.progress, after=page.after, left=page.left
                )
            yield
        with self._store.transaction():
            self._store.remotes.progress = replace(self._store.remotes.progress, loaded=True, left=None)

    def _survey(self) -> None:
        """Compare what is worked on there with what is worked on here, if that was not done lately."""
        now = self._now()
        if self._surveyed is not None and now < self._surveyed + self._survey_every:
            return
        here = self._store.remotes.live()
        there: dict[int, datetime] = {}
        for page in self._backend.survey():
            there |= page
        gone = here.keys() - there.keys()
        other = {number for number, updated in there.items() if here.get(number) != updated}
        self._take_in([Ask(ticket=number, news=True, links=True) for number in sorted(gone | other)])
        self._surveyed = now

    def _take_in(self, asks: Sequence[Ask]) -> None:
        """Fetch tickets and take them in, as many at once as the helpdesk gives."""
        page = self._backend.capabilities.page
        for start in range(0, len(asks), page):
            some = {ask.ticket: ask for ask in asks[start : start + page]}
            with self._hands.on(some, leave=self._sender.in_doubt(some, self._now())) as free:
                self._hands.is_read(free)
                if free:
                    self._fetch([self._complete(some[number]) for number in free])

    def _complete(self, ask: Ask) -> Ask:
        """Of a ticket that is new here everything is wanted, or of one that was away."""
        here = self._store.remotes.here(ask.ticket)
        if here is None or (known := self._store.remotes.of(here)) is None or known.fate:
            return Ask(ticket=ask.ticket, links=True)
        return replace(ask, mark=known.mark, news=False) if ask.news else ask

    def _fetch(self, asks: Sequence[Ask]) -> None:
        fetched = self._backend.fetch(asks)
        self._more = fetched.more
        read: set[int] = set()
        for source, target in fetched.merged.items():
            if self._absorber.is_merged(source):
                continue
            if self._sender.take_merged(source, target, self._now, {ask.ticket for ask in asks}):
                read.add(target)
            else:
                self._hands.read_again([source])
        with self._store.transaction():
            for remote in fetched.tickets:
                if remote.id not in read:  # newer by now
                    self._absorber.take_in(remote, self._now())
            for number, fate in fetched.gone.items():
                self._absorber.take_away(number, fate, self._now())

    # Sending

    def _sending(self) -> None:
        with Workers(self._backend.capabilities.workers) as pool:
            under_way: dict[int, Future[bool]] = {}
            while not self._end.is_set():
                try:
                    self._heed_clock()
                    if self._resting():
                        continue
                    self._begin_ready(pool, under_way)
                except StoreError as error:
                    self._failed_here(error)
                    continue
                if under_way:
                    done = wait(under_way.values(), _IDLE, FIRST_COMPLETED).done
                    if not self._collect(under_way) and done:
                        self._end.wait(_IN_OTHER_HANDS)
                else:
                    self._wake.wait(_IDLE)
                    self._wake.clear()

    def _heed_clock(self) -> None:
        """Let nothing wait until a clock that was put back, now or before the start, is there again."""
        now = self._now()
        if self._clock is None or now < self._clock:
            self.hurry()
            self._surveyed = None
        self._clock = now

    def _begin_ready(self, pool: Workers, under_way: dict[int, Future[bool]]) -> int:
        """Set the workers to the tickets that have something to send; returns to how many."""
        room = self._backend.capabilities.workers - len(under_way)
        begun = 0
        for ticket in self._store.outbox.ready(self._now()) if room > 0 else ():
            if begun == room:
                break
            if ticket not in under_way:
                under_way[ticket] = pool.submit(self._work, ticket)
                begun += 1
        return begun

    def _work(self, ticket: int) -> bool:
        remote = self._store.remotes.there(ticket) or -ticket  # one that is not open there yet
        with self._hands.on([remote]) as free:
            return bool(free) and self._sender.work(ticket, self._now)

    def _collect(self, under_way: dict[int, Future[bool]]) -> bool:
        """Deal with what the workers are done with; whether anything of it was sent."""
        sent = False
        for ticket, future in list(under_way.items()):
            if not future.done():
                continue
            del under_way[ticket]
            error = future.exception()
            if isinstance(error, BackendError):
                self._stumbled(error)
            elif isinstance(error, StoreError):
                self._failed_here(error)
            elif error is not None:
                raise error
            elif future.result():  # otherwise it may not even have been asked for anything
                sent = True
                self._worked()
        return sent

    def _send_ready(self) -> bool:
        """Send what can go now; whether anything was sent. After an error nothing more is begun, and it is raised."""
        workers = self._backend.capabilities.workers
        tickets = self._store.outbox.ready(self._now())
        sent = False
        with Workers(workers) as pool:
            for begin in range(0, len(tickets), workers):
                under_way = [pool.submit(self._work, ticket) for ticket in tickets[begin : begin + workers]]
                outcomes = [future.result() for future in under_way]
                sent = any(outcomes) or sent
        return sent

    # Failing

    def _resting(self) -> bool:
        """Wait while the helpdesk is left alone; whether the caller should look again."""
        until = self._paused_until
        if until is None:
            return False
        left = (until - self._now()).total_seconds()
        if left <= 0:
            self._paused_until = None
            return False
        self._end.wait(min(left, _IDLE))
        return True

    def _worked(self) -> None:
        self._failures = 0
        self._status = replace(self._status, state=State.ONLINE, since=None, problem=None)

    def _stumbled(self, error: BackendError) -> None:
        """The helpdesk can't be used now: leave it alone for a while, and say since when and why.

        A hiccup or two say nothing: what failed is tried again by itself, and everything else goes on.
        """
        self._failures += 1
        serious = self._failures - _HICCUPS
        if serious <= 0 and error.scope is Scope.SERVER and error.wait is None:
            return
        state = State.OFFLINE if error.scope is Scope.SERVER else State.BLOCKED
        self._rest(state, error.told, self._wait_after(max(serious, 1), error.wait))

    def _failed_here(self, error: StoreError) -> None:
        self._failures += 1
        self._rest(State.BLOCKED, error.told, self._wait_after(self._failures))

    def _rest(self, state: State, problem: Told, pause: timedelta) -> None:
        now = self._now()
        self._paused_until = now + pause
        self._status = replace(self._status, state=state, since=self._status.since or now, problem=problem)
