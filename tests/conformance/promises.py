"""The promises of `Backend`, one test each. They run against whatever the fixture `setting` gives.

`test_backend` gives the helpdesks in memory and the local one, `tests/live/test_conformance` a real Request Tracker.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec import UNSET
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.ticket import MessageKind, Status
from agent_tui.sync.backends.base import Ask, BackendError, Fate, OwnedBy, Page, Scope, Upload
from agent_tui.sync.facts import NAMES, Facts, named
from agent_tui.sync.incoming import same_words, spoken
from tests.conformance.settings import BEGIN, Setting, minute, names, plain, tickets_of

ODD = "Grüße, 佐藤さん! 🧡\n\nzwei\tSpalten <b>&amp;</b>\n> zitiert\n  eingerückt"

# Who we are


def test_identify_tells_who_we_are_and_where_tickets_are_opened(setting: Setting) -> None:
    who = setting.backend.identify()
    assert who.login == setting.me
    assert who.name
    assert who.queues
    assert not who.fatal
    assert who.clock is None or who.clock.utcoffset() == timedelta()


def test_identify_changes_nothing(setting: Setting) -> None:
    cursor = setting.rested()
    setting.backend.identify()
    assert tickets_of(setting.since(cursor)) == set()


def test_capabilities_are_such_that_one_can_work_with_them(setting: Setting) -> None:
    able = setting.backend.capabilities
    assert able.name
    assert able.page > 0
    assert able.workers > 0


# The stream of changes


def test_nothing_is_told_when_nothing_changed(setting: Setting) -> None:
    setting.people.contact(BEGIN)
    assert tickets_of(setting.since(setting.rested())) == set()


def test_a_cursor_from_before_the_load_tells_what_changes_meanwhile(setting: Setting) -> None:
    cursor = setting.backend.cursor()
    began = setting.people.contact(BEGIN)
    for _page in setting.backend.load(""):
        break
    assert began in tickets_of(setting.since(cursor))


def test_every_kind_of_change_is_told(setting: Setting) -> None:
    people = setting.people
    one, two, three, four, five, six = (people.contact(f"{BEGIN} {number}") for number in range(6))
    cursor = setting.rested()
    people.mail(one, "Any news?")
    people.write(two, "Carrier called.")
    people.change(three, Facts(status=Status.WAITING))
    people.link(four, five)
    gone = people.delete(six)
    told = tickets_of(setting.since(cursor))
    assert {one, two, three} <= told
    assert told & {four, five}
    assert not gone or not setting.backend.capabilities.counts_changes or six in told
    setting.people.rest()
    cursor = setting.rested()
    people.merge(one, two)
    assert told & {one, two} or one in tickets_of(setting.since(cursor))


def test_what_we_did_ourselves_is_told_too(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    cursor = setting.rested()
    setting.push(setting.note(ticket))
    assert ticket in tickets_of(setting.since(cursor))


def test_what_a_change_asks_for_brings_what_is_new(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    cursor = setting.rested()
    setting.people.mail(ticket, "Any news?")
    setting.people.write(ticket, "Carrier called.")
    said: set[str] = set()
    for page in setting.since(cursor):
        for ask in page.tickets.values():
            for remote in setting.backend.fetch([ask]).tickets:
                said |= {plain(entry) for entry in remote.entries if remote.id == ticket}
    assert {"Any news?", "Carrier called."} <= said


def test_reading_goes_on_from_any_page(setting: Setting) -> None:
    cursor = setting.rested()
    changed = {setting.people.contact(f"{BEGIN} {number}") for number in range(setting.more + 3)}
    pages = setting.since(cursor)
    assert tickets_of(pages) >= changed
    assert len(pages) > 1
    for read in range(len(pages)):
        after = cursor if not read else pages[read - 1].cursor
        rest = setting.since(after)
        assert changed <= tickets_of([*pages[:read], *rest])


def test_what_came_back_into_sight_is_asked_for_with_everything(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    if not setting.people.hide(ticket):
        return
    setting.people.write(ticket, "Said out of sight.")
    cursor = setting.rested()
    setting.people.hide(ticket, hidden=False)
    asks = [page.tickets[ticket] for page in setting.since(cursor) if ticket in page.tickets]
    assert asks
    (found,) = setting.backend.fetch([asks[-1]]).tickets
    assert "Said out of sight." in [plain(entry) for entry in found.entries]


# The first load


def test_every_ticket_is_loaded_once_those_being_worked_on_first(setting: Setting) -> None:
    active = [setting.people.contact(f"{BEGIN} {number}") for number in range(3)]
    done = setting.people.contact("Thank you!")
    setting.people.change(done, Facts(status=Status.RESOLVED))
    loaded = [remote.id for page in setting.backend.load("") for remote in page.tickets]
    assert len(loaded) == len(set(loaded))
    assert {*active, done} <= set(loaded)
    assert max(map(loaded.index, active)) < loaded.index(done)


def test_a_loaded_ticket_has_everything(setting: Setting) -> None:
    ticket, other = setting.people.contact(BEGIN), setting.people.contact("Another one")
    setting.people.mail(ticket, "Any news?")
    setting.people.link(ticket, other)
    pages = list(setting.backend.load(""))
    (found,) = [remote for page in pages for remote in page.tickets if remote.id == ticket]
    assert [plain(entry) for entry in found.entries][:2] == [BEGIN, "Any news?"]
    assert found.links == (other,)
    assert names(found.facts) == names(setting.facts(ticket))


def test_a_load_goes_on_from_any_page(setting: Setting) -> None:
    numbers = {setting.people.contact(f"{BEGIN} {number}") for number in range(setting.more + 3)}
    pages = list(setting.backend.load(""))
    assert len(pages) > 1
    assert numbers <= _numbers(pages)
    for read in range(1, len(pages) + 1):
        rest = list(setting.backend.load(pages[read - 1].after))
        assert _numbers(pages[:read]) | _numbers(rest) == _numbers(pages)
        assert not _numbers(pages[:read]) & _numbers(rest)


def _numbers(pages: list[Page]) -> set[int]:
    return {remote.id for page in pages for remote in page.tickets}


def test_a_merged_ticket_is_not_loaded(setting: Setting) -> None:
    one, two = setting.people.contact("One"), setting.people.contact("Two")
    setting.people.merge(one, two)
    (found,) = [each for page in setting.backend.load("") for each in page.tickets if each.id in (one, two)]
    assert found.id == two
    assert {plain(entry) for entry in found.entries} >= {"One", "Two"}


def test_the_survey_tells_what_is_worked_on_and_when_it_changed(setting: Setting) -> None:
    ticket, done = setting.people.contact(BEGIN), setting.people.contact("Thank you!")
    setting.people.change(done, Facts(status=Status.RESOLVED))
    hidden = setting.people.contact("To the lawyers")
    is_hidden = setting.people.hide(hidden)
    found = {number: at for page in setting.backend.survey() for number, at in page.items()}
    assert found[ticket] == setting.one(ticket).updated
    assert done not in found
    assert is_hidden is not (hidden in found)


# Tickets


def test_a_ticket_as_it_began(setting: Setting) -> None:
    before = datetime.now(UTC)
    found = setting.one(setting.people.contact(BEGIN))
    (first,) = found.entries
    assert plain(first) == BEGIN
    assert first.opens
    assert (first.kind, first.by) == (MessageKind.CUSTOMER, setting.customer)
    assert setting.customer in found.customer.emails
    assert found.facts.status is Status.OPEN
    assert found.facts.owner is None
    for moment in (found.created, found.updated, first.at):
        assert moment.utcoffset() == timedelta()
    assert found.created <= found.updated
    assert abs(found.created - before) < timedelta(days=400)


def test_everything_that_was_asked_for_is_told_once(setting: Setting) -> None:
    people = setting.people
    one, two, gone, unseen, into = (people.contact(f"{BEGIN} {number}") for number in range(5))
    people.merge(two, into)
    fates = {setting.stranger: Fate.MISSING}
    if people.delete(gone):
        fates[gone] = Fate.DELETED
    if people.hide(unseen):
        fates[unseen] = Fate.HIDDEN
    found = setting.backend.fetch(
        [Ask(ticket=number) for number in (one, two, gone, unseen, setting.stranger)]
    )
    assert found.merged == {two: into}
    assert found.gone == fates
    assert {remote.id for remote in found.tickets} == {one, gone, unseen} - fates.keys()


def test_the_goal_of_a_merge_is_there_only_if_it_was_asked_for(setting: Setting) -> None:
    one, two = setting.people.contact("One"), setting.people.contact("Two")
    setting.people.merge(one, two)
    assert setting.backend.fetch([Ask(ticket=one)]).tickets == ()
    both = setting.backend.fetch([Ask(ticket=one), Ask(ticket=two)])
    assert [remote.id for remote in both.tickets] == [two]
    assert both.merged == {one: two}


def test_what_was_said_on_a_merged_ticket_is_told_with_everything(setting: Setting) -> None:
    one, two = setting.people.contact("One"), setting.people.contact("Two")
    setting.people.mail(one, "One again")
    setting.people.merge(one, two)
    found = setting.one(two)
    assert {plain(entry) for entry in found.entries} >= {"One", "One again", "Two"}
    assert [plain(entry) for entry in found.entries if entry.opens] == ["Two"]


def test_entries_come_in_order_and_behind_a_mark_only_what_is_new(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    first = setting.one(ticket)
    setting.people.mail(ticket, "Any news?")
    setting.people.write(ticket, "Carrier called.")
    found = setting.one(ticket, mark=first.mark)
    assert [plain(entry) for entry in found.entries][-2:] == ["Any news?", "Carrier called."]
    assert [entry.kind for entry in found.entries][-2:] == [MessageKind.CUSTOMER, MessageKind.NOTE]
    everything = setting.one(ticket)
    ids = [entry.id for entry in everything.entries]
    assert ids == sorted(set(ids))
    assert [plain(entry) for entry in everything.entries] == [BEGIN, "Any news?", "Carrier called."]
    assert {entry.id for entry in everything.entries if entry.id > found.mark} <= {
        entry.id for entry in setting.one(ticket, mark=found.mark).entries
    }


def test_an_entry_never_changes(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    setting.push(setting.note(ticket))
    before = setting.one(ticket).entries
    setting.people.mail(ticket, "Any news?")
    setting.people.change(ticket, Facts(subject="Another subject"))
    assert setting.one(ticket).entries[: len(before)] == before


def test_named_entries_alone_are_told_and_move_no_mark(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    for text in ("a", "b", "c"):
        setting.people.write(ticket, text)
    wanted = setting.one(ticket).entries[2]
    (found,) = setting.backend.fetch([Ask(ticket=ticket, entries=(wanted.id,))]).tickets
    assert found.entries == (wanted,)
    assert found.mark == 0
    (none,) = setting.backend.fetch([Ask(ticket=ticket, entries=())]).tickets
    assert none.entries == ()


def test_links_are_told_when_they_are_asked_for(setting: Setting) -> None:
    one, two, three = (setting.people.contact(f"{BEGIN} {number}") for number in range(3))
    setting.people.link(one, two)
    assert setting.one(one, links=True).links == (two,)
    assert setting.one(two, links=True).links == (one,)
    assert setting.one(three, links=True).links == ()


def test_who_changed_it_last_is_told_or_left_empty(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    setting.push(setting.note(ticket))
    assert setting.one(ticket).updated_by in (setting.me, "")


# Facts


def _values() -> Facts:
    return Facts(
        subject="The kettle leaks",
        status=Status.WAITING,
        level=3,
        type="logistics",
        channel="phone",
        urgent=True,
        product="K2 kettle",
        market="JP",
        language="ja",
        promised=minute(90),
    )


@pytest.mark.parametrize("name", [name for name in NAMES if getattr(_values(), name) is not UNSET])
def test_a_fact_is_kept_or_there_is_no_place_for_it(setting: Setting, name: str) -> None:
    ticket = setting.people.contact(BEGIN)
    value = getattr(_values(), name)
    if name in setting.places:
        setting.backend.mend(ticket, Facts(**{name: value}))
        assert getattr(setting.facts(ticket), name) == value
    else:
        assert getattr(setting.facts(ticket), name) is UNSET
        setting.backend.mend(ticket, Facts(**{name: value}))
        assert getattr(setting.facts(ticket), name) is UNSET


def test_mending_writes_facts_and_nothing_else(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    setting.backend.mend(ticket, setting.keeps(status=Status.RESOLVED, urgent=True, level=2))
    assert (
        named(setting.facts(ticket)).items()
        >= named(setting.keeps(status=Status.RESOLVED, urgent=True, level=2)).items()
    )
    assert setting.said(ticket) == [BEGIN]
    setting.backend.mend(ticket, setting.keeps(status=Status.OPEN, urgent=False))
    assert (
        named(setting.facts(ticket)).items() >= named(setting.keeps(status=Status.OPEN, urgent=False)).items()
    )


def test_the_owner_can_be_mended(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    setting.backend.mend(ticket, Facts(owner=setting.me))
    assert setting.facts(ticket).owner == setting.me
    setting.backend.mend(ticket, Facts(owner=None))
    assert setting.facts(ticket).owner is None


# Opening


def test_an_opened_ticket_is_there_with_all_that_was_given(setting: Setting) -> None:
    opening = setting.opening(ODD, market="JP", language="ja")
    found = setting.one(setting.backend.open(opening))
    (first,) = found.entries
    assert first.opens
    assert same_words(first.text, ODD)
    assert first.kind is MessageKind.CUSTOMER
    assert first.by == setting.me
    assert setting.customer in found.customer.emails
    wanted = setting.keeps(subject=ODD[:40].replace("\n", " "), channel="phone", market="JP", language="ja")
    held = replace(found.facts, subject=" ".join(str(found.facts.subject).split()))
    for name, value in named(replace(wanted, subject=" ".join(str(wanted.subject).split()))).items():
        assert getattr(held, name) == value


def test_what_opened_a_ticket_comes_back_where_actions_are_kept(setting: Setting) -> None:
    opening = setting.opening()
    found = setting.one(setting.backend.open(opening))
    if setting.backend.capabilities.keeps_actions:
        said = msgspec.json.decode(found.opened, type=do.Open)
        assert (said.id, said.subject) == (opening.op, "He called.")
    else:
        assert found.opened == ""


def test_an_opened_ticket_is_found_again(setting: Setting) -> None:
    opening = setting.opening("A text of its own")
    assert list(setting.backend.find_opened(opening)) == []
    ticket = setting.backend.open(opening)
    assert ticket in setting.backend.find_opened(opening)
    assert ticket not in setting.backend.find_opened(setting.opening("Another text"))


def test_an_opened_ticket_is_found_again_after_it_was_merged(setting: Setting) -> None:
    opening = setting.opening("A text of its own")
    ticket, into = setting.backend.open(opening), setting.people.contact(BEGIN)
    setting.people.merge(ticket, into)
    assert ticket in setting.backend.find_opened(opening)


def test_files_go_out_with_an_opening_and_come_back(setting: Setting) -> None:
    data = bytes(range(256)) * 40
    opening = setting.opening(files=(Upload("Größe 1.bin", "application/octet-stream", data),))
    (first,) = setting.one(setting.backend.open(opening)).entries
    (file,) = first.files
    assert (file.name, file.size) == ("Größe 1.bin", len(data))
    assert setting.backend.file(file.id) == data


def test_a_file_that_is_not_there(setting: Setting) -> None:
    with pytest.raises(BackendError) as caught:
        setting.backend.file(setting.stranger)
    assert not caught.value.doubtful


# Pushing


def test_a_reply_is_read_by_the_customer_and_a_note_is_not(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    setting.push(setting.reply(ticket, ODD))
    setting.push(setting.note(ticket, ODD))
    reply, note = setting.one(ticket).entries[1:]
    assert (reply.kind, note.kind) == (MessageKind.REPLY, MessageKind.NOTE)
    assert reply.by == note.by == setting.me
    assert same_words(reply.text, ODD)
    assert same_words(note.text, ODD)
    assert not reply.opens


def test_an_action_comes_back_where_actions_are_kept(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    action = setting.note(ticket, ODD)
    setting.push(action)
    entry = setting.one(ticket).entries[-1]
    if setting.backend.capabilities.keeps_actions:
        assert entry.op == action.id
        assert msgspec.json.decode(entry.action, type=do.Action) == action
    else:
        assert (entry.op, entry.action) == ("", "")


def test_facts_go_out_with_the_words(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    wanted = setting.keeps(status=Status.WAITING, urgent=True, type="logistics")
    setting.push(setting.reply(ticket), wanted)
    found = setting.one(ticket)
    assert named(found.facts).items() >= named(wanted).items()
    assert plain(found.entries[-1]) == "Dear Carol"


def test_facts_are_never_older_than_the_entries(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    setting.push(setting.note(ticket), setting.keeps(status=Status.RESOLVED))
    found = setting.one(ticket)
    assert plain(found.entries[-1]) == "Carrier called."
    assert found.facts.status is Status.RESOLVED
    assert found.updated >= found.entries[-1].at


def test_who_takes_a_free_ticket_has_it(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    setting.push(setting.take(ticket), Facts(owner=setting.me))
    assert setting.facts(ticket).owner == setting.me


def test_who_comes_too_late_has_written_nothing(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    setting.push(setting.take(ticket, "bob"), Facts(owner="bob"), backend=setting.colleague)
    before = setting.one(ticket)
    with pytest.raises(OwnedBy) as caught:
        setting.push(setting.take(ticket), Facts(owner=setting.me, status=Status.WAITING))
    assert caught.value.owner == "bob"
    assert (caught.value.scope, caught.value.doubtful) == (Scope.ACTION, False)
    after = setting.one(ticket)
    assert (after.entries, after.facts) == (before.entries, before.facts)


def test_who_knows_the_owner_can_take_over(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    setting.push(setting.take(ticket, "bob"), Facts(owner="bob"), backend=setting.colleague)
    setting.push(setting.take(ticket, from_owner="bob"), Facts(owner=setting.me), owner="bob")
    assert setting.facts(ticket).owner == setting.me


def test_a_ticket_is_given_back_and_handed_on(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    setting.push(setting.take(ticket), Facts(owner=setting.me))
    release = do.Release(**setting.header(ticket))  # type: ignore[arg-type]
    setting.push(release, Facts(owner=None), owner=setting.me)
    assert setting.facts(ticket).owner is None
    setting.push(setting.note(ticket), Facts(owner="bob"))
    assert setting.facts(ticket).owner == "bob"


def test_what_is_pushed_again_does_no_harm_but_for_the_words(setting: Setting) -> None:
    ticket, other = setting.people.contact(BEGIN), setting.people.contact("Another one")
    link = do.Link(**setting.header(ticket), other=other)  # type: ignore[arg-type]
    wanted = setting.keeps(owner=setting.me, status=Status.WAITING, urgent=True)
    push = setting.push(link, wanted)
    before = setting.one(ticket, links=True)
    setting.backend.push(push)
    after = setting.one(ticket, links=True)
    assert (after.facts, after.links) == (before.facts, before.links)
    assert {plain(entry) for entry in after.entries} == {plain(entry) for entry in before.entries}


def test_tickets_are_tied_and_untied(setting: Setting) -> None:
    ticket, other = setting.people.contact(BEGIN), setting.people.contact("Another one")
    setting.push(do.Link(**setting.header(ticket), other=other))  # type: ignore[arg-type]
    assert setting.one(ticket, links=True).links == (other,)
    setting.push(do.Unlink(**setting.header(other), other=ticket))  # type: ignore[arg-type]
    assert setting.one(ticket, links=True).links == ()
    assert setting.one(other, links=True).links == ()


def test_a_merge_moves_everything_and_its_own_words_go_where_it_went(setting: Setting) -> None:
    ticket, into = setting.people.contact("One"), setting.people.contact("Two")
    merge = do.Merge(**setting.header(ticket), into=into)  # type: ignore[arg-type]
    setting.push(merge)
    assert setting.backend.fetch([Ask(ticket=ticket)]).merged == {ticket: into}
    assert {plain(entry) for entry in setting.one(into).entries} >= {"One", "Two", spoken(merge)}


@pytest.mark.parametrize("kind", ["link", "merge"])
def test_what_can_not_be_tied_is_refused_with_nothing_written(setting: Setting, kind: str) -> None:
    ticket = setting.people.contact(BEGIN)
    action = (
        do.Link(**setting.header(ticket), other=setting.stranger)  # type: ignore[arg-type]
        if kind == "link"
        else do.Merge(**setting.header(ticket), into=setting.stranger)  # type: ignore[arg-type]
    )
    with pytest.raises(BackendError) as caught:
        setting.push(action)
    assert caught.value.scope is Scope.ACTION
    assert setting.said(ticket) == [BEGIN]


def test_a_push_to_what_is_not_there_is_refused_for_certain(setting: Setting) -> None:
    with pytest.raises(BackendError) as caught:
        setting.push(setting.note(setting.stranger))
    assert caught.value.scope is Scope.ACTION
    assert not caught.value.doubtful
    assert str(caught.value.told) == str(caught.value)


# The rest


def test_presence_never_names_us(setting: Setting) -> None:
    ticket = setting.people.contact(BEGIN)
    assert setting.me not in setting.backend.presence(ticket)


def test_a_helpdesk_out_of_reach_is_told_as_such_and_reading_is_never_doubtful(setting: Setting) -> None:
    reached = setting.people.broken()
    if reached is None:
        return
    ticket = setting.people.contact(BEGIN)
    with reached as backend:
        for ask in (
            backend.cursor,
            lambda: backend.fetch([Ask(ticket=ticket)]),
            lambda: list(backend.load("")),
            lambda: list(backend.survey()),
            lambda: backend.file(1),
        ):
            with pytest.raises(BackendError) as caught:
                ask()
            assert caught.value.scope is Scope.SERVER
            assert not caught.value.doubtful
        with pytest.raises(BackendError) as caught:
            setting.push(setting.note(ticket), backend=backend)
        assert caught.value.scope is Scope.SERVER
