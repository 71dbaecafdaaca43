"""What holds for every complaint, whatever is done to it in whatever order (POLICY C1–C10)."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from agent_tui.domain import actions as do
from agent_tui.domain.apply import apply, start
from agent_tui.domain.assessment import propose
from agent_tui.domain.casework import RevisitResult, Stage
from agent_tui.domain.casework_rules import Actor, LikenessRule, may_do
from agent_tui.domain.clocks import Timer, TimerKind, TimerState
from agent_tui.domain.complaints import MOVES, is_afterwards, must_alert
from agent_tui.domain.likeness import Facts, alike, codes_of
from agent_tui.domain.next_step import STEPS, next_step
from agent_tui.domain.permit import permit, permit_role
from agent_tui.domain.policy import Policy
from agent_tui.domain.refusals import NotYourRegion, NotYourRole, Refusal
from agent_tui.domain.ticket import Customer, MessageKind, Relation, Satisfaction, Status, Ticket
from agent_tui.domain.timers import due, timers
from agent_tui.domain.views import row
from tests.factories import AGENT, COLLEAGUE, DAY, HOUR, LEAD, MIN, SUPERVISOR, action, at, opening, shipped

RULES = shipped().casework
BEGIN = at("09:00")
AFTERWARDS = (Stage.REVISIT, Stage.CLOSE, Stage.CLOSED)
STEPS_ON = {(move.stage, move.to) for move in MOVES if move.stage is not move.to}
NEEDED = (Stage.APOLOGISE, Stage.RECORD, Stage.REPORT)

# Actions: every kind of them, right and wrong.

WORDS = st.sampled_from(("", " ", "x", "We are sorry.", "誠に申し訳ございません。"))
PEOPLE = st.sampled_from((AGENT, AGENT, AGENT, COLLEAGUE, SUPERVISOR, LEAD))
SOON = st.timedeltas(-HOUR, 9 * DAY).map(lambda later: BEGIN + later)
DEPARTMENTS = st.sampled_from((*RULES.departments, "circus"))
KINDS = st.sampled_from(MessageKind)
POINTS = {section.id: section.points for section in RULES.card.values() if section.kind == "section"}
ANSWERS = st.fixed_dictionaries(
    {}, optional={key: st.sampled_from(tuple(asked.answers)) for key, asked in RULES.questions.items()}
)
OUTCOMES = st.one_of(
    st.just(do.Solves()),
    st.just(do.Asks()),
    st.builds(do.Unsolved, WORDS, SOON, WORDS, st.none() | SOON),
    st.builds(do.Apologises, WORDS),
    st.just(do.Proposes()),
)
CUSTOMERS = st.sampled_from(
    (
        Customer(name="Emma", emails=("emma@example.com",)),
        Customer(name="Sato", emails=("sato@example.jp",), market="JP", language="ja"),
        Customer(name="Asha", phones=("+91 1",), market="IN", language="en"),
        Customer(market="ES"),
        Customer(market="PL", language="pl"),
    )
)


def some(kind: type[do.Base], **fields: st.SearchStrategy[object]) -> st.SearchStrategy[do.Base]:
    """An action whose id, moment and agent are given when it is done."""
    return st.builds(
        kind, id=st.just(""), ticket=st.just(1), at=st.just(BEGIN), by=PEOPLE, role=st.just("agent"), **fields
    )


CONTENT = st.builds(do.Content, text=WORDS, author=WORDS, kind=KINDS)
CASEWORK = st.one_of(
    some(do.Complain),
    some(do.Record, text=WORDS, wanted=WORDS, product=WORDS),
    some(do.Report, text=WORDS),
    some(do.Verify, text=WORDS, plan=WORDS, complex=st.booleans()),
    some(do.Plan, text=WORDS, departments=st.lists(DEPARTMENTS, max_size=2).map(tuple)),
    some(do.Accept, accepted=st.booleans(), text=WORDS, recourse=WORDS),
    some(do.CarryOut, text=WORDS),
    some(do.Appoint, moment=SOON),
    some(do.Revisit, result=st.sampled_from(RevisitResult), text=WORDS),
    some(
        do.Close,
        satisfaction=st.sampled_from(Satisfaction),
        suggestions=WORDS,
        recommend=st.none() | st.integers(-1, 11),
    ),
    some(do.Escalate, to=st.sampled_from((*RULES.roles, "boss")), text=WORDS),
    some(do.Dispatch, department=DEPARTMENTS, text=WORDS, risk=st.booleans()),
    some(do.Advise, department=DEPARTMENTS, text=WORDS),
    some(do.HandOver, to=st.sampled_from((COLLEAGUE, "asia", "nobody")), text=WORDS, batch=WORDS),
    some(do.Acknowledge, batch=WORDS),
    some(
        do.Review,
        sample=WORDS,
        points=st.just(POINTS) | st.dictionaries(st.sampled_from((*POINTS, "charm")), st.integers(-1, 31)),
        fatal=st.lists(st.sampled_from(("off_platform", "data")), max_size=2).map(tuple),
    ),
)
ANY = st.one_of(
    CASEWORK,
    CASEWORK,
    some(do.Reply, text=WORDS, outcome=OUTCOMES),
    some(do.Receive, content=CONTENT),
    some(do.Take, from_owner=st.none() | PEOPLE),
    some(do.Release),
    some(
        do.Classify,
        verified=st.booleans(),
        type=st.sampled_from(("logistics", "after_sales_fault", "weather")),
        level=st.integers(1, 4),
        urgent=st.booleans(),
        deadline=st.none() | SOON,
        answers=ANSWERS,
        reason=WORDS,
        product=WORDS,
    ),
    some(do.Note, text=WORDS),
    some(do.Snooze, until=SOON),
    some(do.Wait),
    some(do.Resume),
    some(do.Reopen, reason=WORDS),
    some(do.Tag, add=st.tuples(WORDS), remove=st.tuples(WORDS)),
    some(do.Link, other=st.integers(1, 3), relation=st.sampled_from(Relation)),
    some(do.Unlink, other=st.integers(1, 3)),
    some(
        do.EditCustomer, facts=st.builds(do.CustomerFacts, market=st.sampled_from(("JP", "ES", "IN", None)))
    ),
)
END = some(do.Merge, into=st.just(9))
DISTURBING = st.one_of(
    some(do.Receive, content=st.builds(do.Content, text=WORDS, kind=KINDS)),
    some(do.Receive, content=st.builds(do.Content, text=WORDS)),
    some(do.Reply, text=WORDS, outcome=OUTCOMES),
    some(do.Snooze, until=SOON),
    some(do.Wait),
    some(do.Release),
    some(do.Reopen, reason=st.just("again")),
    some(do.Link, other=st.integers(2, 4), relation=st.sampled_from((Relation.REPEAT, Relation.GROUP))),
    some(do.Dispatch, department=DEPARTMENTS, text=st.just("?"), risk=st.booleans()),
    some(do.Revisit, result=st.sampled_from(RevisitResult)),
    some(do.Accept, accepted=st.just(False), recourse=WORDS),
    some(do.Verify, text=st.just("x"), plan=st.just("y"), complex=st.just(True)),
)


class Turn(msgspec.Struct, frozen=True):
    """What happens next: the step that the complaint waits for, taking the newest action back, or any action."""

    later: timedelta
    act: do.Action | None = None
    undo: bool = False

    def __repr__(self) -> str:
        return f"{self.later}: {'undo' if self.undo else self.act or 'the next step'}"


LATER = st.one_of(st.timedeltas(timedelta(), 2 * HOUR), st.timedeltas(-HOUR, 5 * DAY))


@st.composite
def turns(draw: st.DrawFn) -> Turn:
    """Half of all turns are the next step: by chance alone, no complaint would ever be told its plan."""
    kind = draw(st.sampled_from(("next", "next", "next", "next", "disturbing", "disturbing", "any", "undo")))
    acts = {"disturbing": DISTURBING, "any": ANY}
    return Turn(draw(LATER), draw(acts[kind]) if kind in acts else None, kind == "undo")


CHANNELS = st.sampled_from(("email", "chat", "phone"))
HEAD_START = st.integers(0, 14).map(lambda steps: [Turn(7 * MIN)] * steps)
STORIES = st.tuples(
    st.builds(lambda channel, customer: opening(BEGIN, channel, customer=customer), CHANNELS, CUSTOMERS),
    st.builds(list.__add__, HEAD_START, st.lists(turns(), min_size=2, max_size=24)),
)
Stories = tuple[do.Open, list[Turn]]


def way_on(ticket: Ticket, now: datetime) -> do.Action:
    """A good next step of a ticket towards its end: for a complaint its stage's own, by whoever does it."""
    mine = ticket.owner or AGENT
    stage = ticket.complaint.stage if ticket.complaint else None
    sorry = "We are sorry. 申し訳ございません。 You get a new one."
    if stage is None:
        return action(do.Complain, now, by=mine)
    if stage is Stage.REPORT and must_alert(ticket):
        return action(do.Dispatch, now, department="compliance", text="risk", risk=True)
    if stage is Stage.RESOLVE and (ticket.type is None or ticket.level is None):
        return action(do.Classify, now, by=mine, verified=True, type="logistics", level=2, urgent=False)
    steps: dict[Stage, do.Action] = {
        Stage.APOLOGISE: action(do.Reply, now, by=mine, text=sorry, outcome=do.Apologises("a new one")),
        Stage.RECORD: action(do.Record, now, by=mine, text="lost", wanted="a new one"),
        Stage.REPORT: action(do.Report, now, by=mine, text="lost"),
        Stage.VERIFY: action(
            do.Verify,
            now,
            by=SUPERVISOR,
            role="supervisor",
            text="lost",
            plan="a new one",
            complex=ticket.customer.market == "JP",
        ),
        Stage.PLAN: action(do.Plan, now, by=LEAD, role="lead", text="a new one", departments=("legal",)),
        Stage.TELL: action(do.Reply, now, by=mine, text="a new one?", outcome=do.Proposes()),
        Stage.ACCEPT: action(do.Accept, now, by=mine, accepted=True),
        Stage.CARRY_OUT: action(do.CarryOut, now, by=mine, text="sent"),
        Stage.RESOLVE: action(
            do.Resolve,
            now,
            by=mine,
            result="sent",
            satisfaction=Satisfaction.ASKED,
            summary="lost, sent again",
            root_cause="label",
            improvement="print",
            care="Stay warm.",
        ),
        Stage.REVISIT: action(do.Revisit, now, by=mine, result=RevisitResult.REACHED),
        Stage.CLOSE: action(do.Close, now, by=mine, satisfaction=Satisfaction.SATISFIED, suggestions="none"),
    }
    return steps.get(stage) or action(do.Reopen, now, reason="again")


class Told(msgspec.Struct):
    """A ticket, what was done to it, and the moment it is now."""

    ticket: Ticket
    done: list[do.Action]
    now: datetime


def tell(story: Stories, policy: Policy | None = None) -> Told:
    """The story with what is refused left out; a refusal leaves every byte as it was."""
    begin, turns = story
    told = Told(start(begin), [begin], BEGIN)
    before = told.ticket
    for turn in turns:
        told.now = max(BEGIN, told.now + turn.later)
        if turn.undo:
            act: do.Action = action(do.Undo, told.now, of=told.done[-1].id, before=before)
        elif turn.act is None:
            act = way_on(told.ticket, told.now)
        else:
            act = replace(turn.act, id=action(do.Note, told.now, text="").id, at=told.now)
        written = ENCODER.encode(told.ticket)
        try:
            if policy is not None:
                permit(told.ticket, act, policy)
            after = apply(told.ticket, act)
        except Refusal:
            assert ENCODER.encode(told.ticket) == written
            continue
        before, told.ticket = told.ticket, after
        told.done.append(act)
        well_formed(told.ticket)
    return told


ENCODER = msgspec.json.Encoder()
DECODER = msgspec.json.Decoder(do.Action)
STORED = msgspec.json.Decoder(Ticket)


def well_formed(ticket: Ticket) -> None:
    assert [span.start for span in ticket.spans] == sorted(span.start for span in ticket.spans)
    assert ticket.spans[-1].status is ticket.status
    assert next_step(ticket, shipped()).id in STEPS
    for dispatch in ticket.dispatches:
        assert (dispatch.answered is None) == (dispatch.answered_by == "")
    complaint = ticket.complaint
    if complaint is None:
        return
    way = [*(passage.stage for passage in complaint.passages), complaint.stage]
    assert way[0] is Stage.APOLOGISE
    assert set(pairwise(way)) <= STEPS_ON
    if ticket.status is not Status.MERGED:
        assert (complaint.stage in AFTERWARDS) == (ticket.status is Status.RESOLVED)
        assert is_afterwards(ticket) == (complaint.stage in (Stage.REVISIT, Stage.CLOSE))
    moments = [moment for passage in complaint.passages for moment in (passage.began, passage.ended)]
    assert [complaint.taken, *moments[1::2]] == [*moments[::2], complaint.entered]
    assert moments == sorted(moments)
    assert complaint.appointment is None or complaint.stage is Stage.REVISIT
    nothing_skipped(way)


def nothing_skipped(way: list[Stage]) -> None:
    """Each step that policy asks for comes before the next one, however often a complaint went round."""
    assert way[: len(NEEDED)] == list(NEEDED[: len(way)])
    assert not set(NEEDED) & set(way[len(NEEDED) :])
    before = {
        Stage.TELL: (Stage.VERIFY, Stage.PLAN),
        Stage.ACCEPT: (Stage.TELL,),
        Stage.CARRY_OUT: (Stage.ACCEPT,),
        Stage.RESOLVE: (Stage.CARRY_OUT, Stage.ACCEPT, *AFTERWARDS),
        Stage.REVISIT: (Stage.RESOLVE,),
        Stage.CLOSE: (Stage.REVISIT,),
        Stage.CLOSED: (Stage.CLOSE,),
    }
    for one, other in pairwise(way):
        assert one in before.get(other, tuple(Stage))
    if Stage.RESOLVE in way:  # never without a plan that was told and answered
        assert {Stage.VERIFY, Stage.TELL, Stage.ACCEPT} <= set(way[: way.index(Stage.RESOLVE)])


# The machine.


@given(STORIES)
def test_C1_to_C8_any_actions_in_any_order_skip_no_step(story: Stories) -> None:
    tell(story)


@given(STORIES)
def test_C1_to_C10_under_the_policy_any_actions_in_any_order_skip_no_step(story: Stories) -> None:
    told = tell(story, shipped())
    complaint = told.ticket.complaint
    if complaint is not None and len(complaint.passages) >= len(NEEDED):
        assert complaint.wanted.strip()
        assert any(each.to == "supervisor" for each in told.ticket.escalations)


@given(STORIES)
def test_C8_a_complaint_is_closed_only_after_a_revisit_that_reached_the_customer(story: Stories) -> None:
    told = tell(story, shipped())
    complaint = told.ticket.complaint
    if complaint is not None and complaint.stage is Stage.CLOSED:
        kinds = [do.kind_of(act) for act in told.done]
        assert kinds.index("resolve") < len(kinds) - 1 - kinds[::-1].index("revisit")
        assert complaint.suggestions.strip()
        assert complaint.satisfaction


@given(STORIES)
def test_nobody_gets_stuck_whatever_happened_before(story: Stories) -> None:
    told = tell(story, shipped())
    ticket = told.ticket
    taken = False
    for turn in range(3 * len(Stage)):
        if ticket.complaint is not None and ticket.complaint.stage is Stage.CLOSED:
            return
        now = told.now + turn * MIN
        if ticket.status is Status.RESOLVED and ticket.complaint is None:
            act: do.Action = action(do.Reopen, now, reason="a complaint after all")
        elif not taken and ticket.owner not in (None, AGENT):
            act = action(do.Take, now, from_owner=ticket.owner)
        else:
            act = way_on(ticket, now)
        permit(ticket, act, shipped())
        ticket = apply(ticket, act)
        well_formed(ticket)
        taken = True
    raise AssertionError(f"stuck at {ticket.complaint.stage.value if ticket.complaint else 'the beginning'}")


@given(STORIES)
def test_replaying_the_journal_gives_the_same_ticket_byte_for_byte(story: Stories) -> None:
    told = tell(story)
    read = [DECODER.decode(ENCODER.encode(act)) for act in told.done]
    assert read == told.done
    first, *rest = read
    assert isinstance(first, do.Open)
    again = start(first)
    for act in rest:
        again = apply(again, act)
    written = ENCODER.encode(told.ticket)
    assert ENCODER.encode(again) == written
    assert ENCODER.encode(STORED.decode(written)) == written


@given(STORIES, STORIES, st.timedeltas(timedelta(), DAY))
def test_a_merged_complaint_goes_on_where_it_was(one: Stories, other: Stories, later: timedelta) -> None:
    gone, kept = tell(one, shipped()).ticket, tell(other, shipped()).ticket
    kept = replace(kept, id=9, customer=gone.customer)
    merge = action(do.Merge, BEGIN + 40 * DAY + later, by=gone.owner or AGENT, into=9)
    try:
        ended = apply(gone, merge)
        merged = apply(kept, merge, gone)
    except Refusal:
        return
    well_formed(ended)
    well_formed(merged)
    assert merged.complaint == (kept.complaint or gone.complaint)
    assert set(merged.dispatches) == {*kept.dispatches, *gone.dispatches}
    assert row(ended, shipped()).due is None


@given(CASEWORK | ANY | END)
def test_every_action_survives_the_journal(act: do.Action) -> None:
    read = DECODER.decode(ENCODER.encode(act))
    assert read == act
    assert type(read) is type(act)


# The clocks.


def dues(ticket: Ticket) -> list[tuple[str, datetime, datetime | None]]:
    return [(timer.name, timer.start, timer.due) for timer in timers(ticket, shipped())]


@given(STORIES, st.timedeltas(timedelta(), 30 * DAY))
def test_the_clocks_of_any_complaint_make_sense(story: Stories, wait: timedelta) -> None:
    told = tell(story, shipped())
    ticket, now = told.ticket, told.now + wait
    found = timers(ticket, shipped())
    for timer in found:
        state = timer.state(now)
        assert (state in (TimerState.MET, TimerState.MISSED)) == (timer.ended is not None)
        if timer.due is not None and timer.ended is None:
            assert (now > timer.due) == (state is TimerState.BREACHED)
        assert timer.due is None or timer.due > timer.start
        assert timer.risk is None or timer.due is None or timer.risk <= timer.due
    over = ticket.status in (Status.RESOLVED, Status.MERGED) and not is_afterwards(ticket)
    late = {
        f"department:{dispatch.department}" for dispatch in ticket.dispatches if dispatch.answered is None
    }
    assert not over or {timer.name for timer in found if timer.ended is None} <= late
    running = [timer.due for timer in found if timer.ended is None and timer.due is not None]
    assert row(ticket, shipped()).due == (None if over else min(running, default=None))
    first = due(ticket, shipped())
    assert (first.due if first else None) == min(running, default=None)


@given(STORIES, st.timedeltas(timedelta(), 30 * DAY))
def test_notes_and_tags_never_change_a_due_time(story: Stories, later: timedelta) -> None:
    told = tell(story, shipped())
    if told.ticket.status is Status.MERGED:
        return
    noted = apply(told.ticket, action(do.Note, told.now + later, by=COLLEAGUE, text="x"))
    tagged = apply(noted, action(do.Tag, told.now + later, by=COLLEAGUE, add=("a tag of its own",)))
    assert dues(tagged) == dues(told.ticket)
    assert timers(tagged, shipped()) == timers(told.ticket, shipped())


@given(STORIES, st.timedeltas(timedelta(), 9 * DAY))
def test_waiting_with_the_next_step_makes_no_due_time_earlier(story: Stories, wait: timedelta) -> None:
    told = tell(story, shipped())
    at_once, later = (
        timers(apply(told.ticket, way_on(told.ticket, told.now + after)), shipped())
        if told.ticket.status is not Status.RESOLVED or is_afterwards(told.ticket)
        else ()
        for after in (timedelta(), wait)
    )
    for one, other in zip(by_name(at_once), by_name(later), strict=True):
        assert (one.name, one.limit) == (other.name, other.limit)
        assert other.start >= one.start
        assert one.due is None or other.due is None or other.due >= one.due


def by_name(found: tuple[Timer, ...]) -> list[Timer]:
    """Clocks to compare; a message in the very instant of an answer may or may not begin a turn of its own."""
    compared = [timer for timer in found if timer.kind is not TimerKind.NEXT_RESPONSE]
    return sorted(compared, key=lambda timer: (timer.name, timer.start))


@given(STORIES, st.timedeltas(timedelta(), 30 * DAY), st.timedeltas(timedelta(), 30 * DAY))
def test_a_limit_that_was_broken_stays_broken(story: Stories, one: timedelta, other: timedelta) -> None:
    told = tell(story, shipped())
    for timer in timers(told.ticket, shipped()):
        if timer.state(told.now + one) in (TimerState.BREACHED, TimerState.MISSED):
            assert timer.state(told.now + one + other) in (TimerState.BREACHED, TimerState.MISSED)


# Levels and roles.


@given(st.data())
def test_L1_to_L4_a_worse_answer_never_lowers_the_level(data: st.DataObject) -> None:
    places = {
        key: data.draw(st.integers(0, len(asked.answers) - 1)) for key, asked in RULES.questions.items()
    }
    worse = data.draw(st.sampled_from(tuple(places)))
    answers = {key: tuple(RULES.questions[key].answers)[place] for key, place in places.items()}
    more = tuple(RULES.questions[worse].answers)[places[worse] :]
    levels = [propose({**answers, worse: answer}, RULES) for answer in more]
    found = [proposal.level for proposal in levels if proposal is not None]
    assert len(found) == len(more)
    assert found == sorted(found)
    assert all(proposal.level == 4 for proposal in levels if proposal is not None and proposal.forced)


@given(
    st.sampled_from(
        [str(kind.__struct_config__.tag) for kind in (do.Reply, do.Verify, do.Plan, do.Review, do.Note)]
    ),
    st.lists(st.sampled_from((*RULES.roles, "wizard")), max_size=3).map(tuple),
    st.lists(st.sampled_from(tuple(RULES.regions)), max_size=2).map(tuple),
    CUSTOMERS,
)
def test_P1_P2_whoever_may_does_it_in_a_role_of_theirs_and_in_a_region_of_theirs(
    kind: str, roles: tuple[str, ...], regions: tuple[str, ...], customer: Customer
) -> None:
    ticket = start(opening(BEGIN, customer=customer))
    try:
        role = permit_role(ticket, kind, shipped(), Actor("x", roles, regions))
    except NotYourRole:
        assert not set(roles) & set(may_do(kind, RULES))
        return
    except NotYourRegion:
        assert RULES.region_of(customer.market) not in regions
        assert "supervisor" in roles
        return
    assert role in roles
    assert role in (may_do(kind, RULES) or RULES.roles)


# Likeness.

FACTS = st.builds(
    Facts,
    ticket=st.integers(1, 6),
    at=st.sampled_from([BEGIN + days * DAY for days in (0, 1, 13, 14, 15, 89, 90, 91)]),
    people=st.frozensets(st.sampled_from(("ana@x", "ben@x", "cho@x", "+44")), max_size=2),
    type=st.sampled_from((None, "logistics")),
    product=st.sampled_from(("", "k2")),
    codes=st.frozensets(st.sampled_from(("KT-200", "7A31")), max_size=2),
)
LINKED = st.dictionaries(st.integers(1, 6), st.sampled_from(Relation), max_size=3)


@given(FACTS, st.lists(FACTS, max_size=8, unique_by=lambda each: each.ticket), LINKED)
def test_C9_nothing_is_proposed_to_itself_or_to_what_is_linked_as_such(
    of: Facts, others: list[Facts], linked: dict[int, Relation]
) -> None:
    found = alike(of, others, linked, RULES)
    tickets = [each.ticket for each in found]
    assert of.ticket not in tickets
    assert len(tickets) == len(set(tickets))
    for each in found:
        assert linked.get(each.ticket) not in (Relation.REPEAT, Relation.GROUP, Relation.DUPLICATE)
        assert each.signs
    relations = [each.relation for each in found]
    assert relations == sorted(relations, key=(Relation.REPEAT, Relation.GROUP).index)


@given(FACTS, st.permutations(range(6)), st.data())
def test_C9_the_order_of_the_tickets_says_nothing(of: Facts, places: list[int], data: st.DataObject) -> None:
    others = [replace(data.draw(FACTS), ticket=10 + number) for number in range(6)]
    shuffled = [others[place] for place in places]
    one, other = (alike(of, some, {}, RULES) for some in (others, shuffled))
    assert sorted(one, key=lambda each: each.ticket) == sorted(other, key=lambda each: each.ticket)


@given(FACTS, FACTS)
def test_C9_likeness_is_mutual(one: Facts, other: Facts) -> None:
    one, other = replace(one, ticket=1), replace(other, ticket=2)
    rules = replace(RULES, group=LikenessRule(14 * DAY, 2))
    there, back = alike(one, [other], {}, rules), alike(other, [one], {}, rules)
    assert [(each.relation, each.signs) for each in there] == [(each.relation, each.signs) for each in back]


@given(FACTS, st.lists(FACTS, max_size=6, unique_by=lambda each: each.ticket), FACTS)
def test_C9_one_ticket_more_takes_no_proposal_away(of: Facts, others: list[Facts], more: Facts) -> None:
    more = replace(more, ticket=9)
    # People whom a third one ties together are one customer: only a stranger makes the crowd larger for certain.
    more = replace(more, people=frozenset({"new@x"}))
    before = {each.ticket for each in alike(of, others, {}, RULES)}
    assert before <= {each.ticket for each in alike(of, [*others, more], {}, RULES)}


@given(st.text(max_size=60), st.text(max_size=60))
def test_C9_codes_are_capitals_and_digits_and_are_found_again(one: str, other: str) -> None:
    found = codes_of(one, other)
    assert found == codes_of(one) | codes_of(other)
    assert codes_of(" ".join(sorted(found))) == found
    assert all(code.isascii() and code == code.upper() for code in found)
