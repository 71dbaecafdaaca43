"""What an agent types into a form, and the action it means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec import UNSET

from agent_tui.desk.contacts import record
from agent_tui.desk.core import Desk
from agent_tui.desk.errors import BadField, DeskError, MissingField, NoSuchAction, UnknownField
from agent_tui.desk.fields import Header, check_language, check_market, check_zone
from agent_tui.desk.forms import FORMS, fill
from agent_tui.domain import actions as do
from agent_tui.domain.apply import start
from agent_tui.domain.clocks import TimerState
from agent_tui.domain.policy import UnknownWord
from agent_tui.domain.refusals import FieldRequired, PromiseRequired
from agent_tui.domain.ticket import Customer, Relation, Satisfaction, Ticket
from agent_tui.domain.timers import timers
from tests.factories import AGENT, action, at, shipped

ZONE = "Asia/Shanghai"
NOW = at("2026-03-04 14:00", ZONE)
HEADER = Header(id="0" * 26, ticket=7, at=NOW, by=AGENT, zone=ZONE)
RESOLVED = {"result": "sent again", "satisfaction": "satisfied", "summary": "Sent again."}
CLASSIFIED = {"verified": "yes", "type": "logistics", "level": "2"}
UNSOLVED = {
    "text": "Dear …",
    "outcome": "unsolved",
    "reason": "carrier",
    "deadline": "tomorrow 9",
    "follow_up": "by mail",
}


def head(kind: type[do.Base], **fields: object) -> do.Base:
    return kind(id=HEADER.id, ticket=HEADER.ticket, at=HEADER.at, by=HEADER.by, **fields)


@pytest.mark.parametrize(
    ("action", "given", "meant"),
    [
        ("take", {}, head(do.Take)),
        ("take", {"from": "zhang.min"}, head(do.Take, from_owner="zhang.min")),
        ("release", {}, head(do.Release)),
        ("classify", CLASSIFIED, head(do.Classify, verified=True, type="logistics", level=2, urgent=False)),
        (
            "classify",
            CLASSIFIED | {"level": " #4 ", "urgent": "是", "deadline": "后天 下午3点", "reason": "recall"},
            head(
                do.Classify,
                verified=True,
                type="logistics",
                level=4,
                urgent=True,
                deadline=at("2026-03-06 15:00", ZONE),
                reason="recall",
            ),
        ),
        ("reply", {"text": "Dear …"}, head(do.Reply, text="Dear …")),
        ("reply", {"text": "Which?", "outcome": "ASKS"}, head(do.Reply, text="Which?", outcome=do.Asks())),
        (
            "reply",
            UNSOLVED,
            head(
                do.Reply,
                text="Dear …",
                outcome=do.Unsolved("carrier", at("2026-03-05 09:00", ZONE), "by mail"),
            ),
        ),
        ("note", {"text": "called"}, head(do.Note, text="called")),
        ("snooze", {"until": "2h"}, head(do.Snooze, until=at("2026-03-04 16:00", ZONE))),
        ("wait", {"reason": "photo"}, head(do.Wait, reason="photo")),
        ("resume", {}, head(do.Resume)),
        (
            "resolve",
            RESOLVED | {"satisfaction": "Very-Satisfied", "root_cause": "label"},
            head(
                do.Resolve,
                result="sent again",
                satisfaction=Satisfaction.VERY_SATISFIED,
                summary="Sent again.",
                root_cause="label",
            ),
        ),
        ("reopen", {"reason": "broken again"}, head(do.Reopen, reason="broken again")),
        ("tag", {"add": "vip, asia，  ", "remove": "x"}, head(do.Tag, add=("vip", "asia"), remove=("x",))),
        ("link", {"other": "#12"}, head(do.Link, other=12, relation=Relation.RELATED)),
        ("link", {"other": "12", "relation": "repeat"}, head(do.Link, other=12, relation=Relation.REPEAT)),
        ("unlink", {"other": "12"}, head(do.Unlink, other=12)),
        ("merge", {"into": "12"}, head(do.Merge, into=12)),
        (
            "customer",
            {
                "name": " 佐藤 健一 ",
                "market": "jp",
                "language": "ja",
                "time_zone": "Asia/Tokyo",
                "emails": "a@x,b@x",
            },
            head(
                do.EditCustomer,
                facts=do.CustomerFacts(
                    name="佐藤 健一",
                    market="JP",
                    language="ja",
                    time_zone="Asia/Tokyo",
                    emails=("a@x", "b@x"),
                ),
            ),
        ),
        (
            "customer",
            {"market": "-", "time_zone": "-"},
            head(do.EditCustomer, facts=do.CustomerFacts(market=None, time_zone=None)),
        ),
    ],
)
def test_a_form_means_an_action(action: str, given: Mapping[str, str], meant: do.Base) -> None:
    assert fill(action, HEADER, given) == meant


def test_facts_that_were_not_given_stay() -> None:
    act = fill("customer", HEADER, {"wishes": "Sie"})
    assert isinstance(act, do.EditCustomer)
    assert (act.facts.wishes, act.facts.name, act.facts.market) == ("Sie", UNSET, UNSET)


@pytest.mark.parametrize("word", ["yes", "Y", "true", "1", "on", "是"])
def test_yes_in_many_words(word: str) -> None:
    act = fill("classify", HEADER, CLASSIFIED | {"verified": word})
    assert isinstance(act, do.Classify)
    assert act.verified


@pytest.mark.parametrize("word", ["no", "N", "False", "0", "off", "否"])
def test_no_in_many_words(word: str) -> None:
    act = fill("classify", HEADER, CLASSIFIED | {"verified": word})
    assert isinstance(act, do.Classify)
    assert not act.verified


@pytest.mark.parametrize(
    ("action", "given", "error", "words"),
    [
        ("dance", {}, NoSuchAction, "there are: take, release, classify"),
        ("take", {"owner": "x"}, UnknownField, "take has no field 'owner'; it has: from"),
        ("release", {"why": "x"}, UnknownField, "it has: –"),
        ("note", {}, MissingField, "note needs text"),
        ("note", {"text": "  "}, MissingField, "note needs text"),
        ("snooze", {"until": ""}, MissingField, "snooze needs until"),
        ("classify", {"verified": "yes", "type": "logistics"}, FieldRequired, "classify needs level"),
        ("classify", CLASSIFIED | {"level": "high"}, BadField, "level: 'high' is not a number"),
        ("classify", CLASSIFIED | {"verified": "maybe"}, BadField, "verified: 'maybe' is neither yes nor no"),
        ("classify", CLASSIFIED | {"deadline": "soon"}, BadField, "deadline: 'soon' is not a moment"),
        ("classify", CLASSIFIED | {"deadline": "2026-02-30"}, BadField, "deadline: "),
        ("snooze", {"until": "999999w"}, BadField, "until: "),
        ("reply", {"text": "x", "outcome": "perhaps"}, BadField, "none of: solves, asks, unsolved"),
        ("resolve", RESOLVED | {"satisfaction": "fine"}, BadField, "none of: very_satisfied, satisfied"),
        ("link", {"other": "x"}, BadField, "other: 'x' is not a number"),
        ("link", {"other": "1", "relation": "cousin"}, BadField, "none of: related, duplicate"),
        ("merge", {"into": "1.5"}, BadField, "into: '1.5' is not a number"),
        ("customer", {}, MissingField, "customer needs"),
        ("customer", {"market": "Japan"}, BadField, "not a country code such as JP"),
        ("customer", {"language": "japanese!"}, BadField, "not a language tag such as ja"),
        ("customer", {"time_zone": "Tokyo"}, BadField, "not a time zone such as Asia/Tokyo"),
    ],
)
def test_what_cannot_be_read_is_named(
    action: str, given: Mapping[str, str], error: type[DeskError | FieldRequired], words: str
) -> None:
    with pytest.raises(error) as raised:
        fill(action, HEADER, given)
    assert words in str(raised.value)


@pytest.mark.parametrize("field", ["reason", "deadline", "follow_up"])
def test_an_unsolved_reply_asks_for_everything_that_policy_wants(field: str) -> None:
    with pytest.raises(PromiseRequired, match=f"Missing: {field}") as refused:
        fill("reply", HEADER, UNSOLVED | {field: " "})
    assert refused.value.rule == "H3"


def test_a_required_field_of_blanks_only_is_missing_everywhere() -> None:
    for form in FORMS.values():
        if any(field.required for field in form.fields):
            with pytest.raises((MissingField, FieldRequired)):
                fill(form.action, HEADER, {field.name: " " for field in form.fields})


def test_every_action_an_agent_does_has_a_form() -> None:
    done_by_hand = {kind.__struct_config__.tag for kind in do.Base.__subclasses__()} - {
        "open",  # recorded as a contact
        "receive",  # comes by itself
        "undo",  # has a key of its own
        "adopt",  # what a helpdesk says
        "destroy",  # by `erase` and `retention`
        "destroyed",
    }
    assert set(FORMS) == {"customer" if tag == "edit_customer" else tag for tag in done_by_hand}
    assert all(form.main in ("", *(field.name for field in form.fields)) for form in FORMS.values())


def test_moments_are_those_of_the_agents_zone() -> None:
    tokyo = Header(id="0" * 26, ticket=7, at=NOW, by=AGENT, zone="Asia/Tokyo")
    act = fill("snooze", tokyo, {"until": "tomorrow 9"})
    assert isinstance(act, do.Snooze)
    assert act.until == at("2026-03-05 09:00", "Asia/Tokyo")
    assert act.until.astimezone(ZoneInfo(ZONE)).hour == 8


@pytest.mark.parametrize(("text", "code"), [("jp", "JP"), (" DE ", "DE")])
def test_a_market_is_a_country_code(text: str, code: str) -> None:
    assert check_market("market", text) == code


@pytest.mark.parametrize("text", ["ja", "zh-Hant", "pt-BR", "yue", "de-CH-1996"])
def test_a_language_is_a_tag(text: str) -> None:
    assert check_language("language", f" {text} ") == text


@pytest.mark.parametrize("text", ["", "../etc/passwd", "/etc/localtime", "Mars/Base", "Europe", "\x00"])
def test_a_zone_is_one_of_the_iana_list(text: str) -> None:
    assert check_zone("time_zone", " Europe/Berlin ") == "Europe/Berlin"
    with pytest.raises(BadField):
        check_zone("time_zone", text)


# Contacts recorded by hand (POLICY S1–S5).


class Counter(Desk):
    """A desk that begins tickets and keeps none."""

    def __init__(self) -> None:
        self.policy = shipped()
        self.zone = ZONE

    def open_ticket(
        self,
        channel: str,
        subject: str,
        customer: Customer,
        content: do.Content,
        at: datetime,
        now: datetime,
        answered: datetime | None = None,
        by: str | None = None,
    ) -> Ticket:
        begin = action(
            do.Open,
            at,
            by=by or AGENT,
            channel=channel,
            subject=subject,
            customer=customer,
            content=content,
            answered=answered,
        )
        return start(begin)


CALL = {"channel": "phone", "subject": "Parcel", "name": "Emma"}


@pytest.mark.parametrize(
    ("given", "rang", "answered", "state"),
    [
        ({"at": "20s ago"}, "13:59:40", "14:00", TimerState.MET),  # picked up just now
        ({"at": "31s ago"}, "13:59:29", "14:00", TimerState.MISSED),  # counted from the ring
        ({"at": "13:50", "answered": "13:50:30"}, "13:50", "13:50:30", TimerState.MET),
        ({}, "14:00", "14:00", TimerState.MET),
    ],
)
def test_S1_a_call_counts_from_the_ring(
    given: dict[str, str], rang: str, answered: str, state: TimerState
) -> None:
    ticket = record(Counter(), CALL | given, NOW)
    assert ticket.created == at(f"2026-03-04 {rang}", ZONE)
    assert ticket.answered == at(f"2026-03-04 {answered}", ZONE)
    (response,) = timers(ticket, shipped())
    assert response.state(NOW) is state


@pytest.mark.parametrize("word", ["no", "NO", "否", "未接"])
def test_S1_a_missed_call_is_recorded_as_one(word: str) -> None:
    ticket = record(Counter(), CALL | {"at": "2min ago", "answered": word}, NOW)
    assert ticket.answered is None
    assert ticket.awaiting_since == at("2026-03-04 13:58", ZONE)


def test_S2_a_chat_waits_for_its_answer_unless_it_had_one() -> None:
    chat = {"channel": "chat", "subject": "Parcel", "handle": "@emma", "at": "3min ago"}
    assert record(Counter(), chat, NOW).answered is None
    assert record(Counter(), chat | {"answered": "1min ago"}, NOW).answered == at("2026-03-04 13:59", ZONE)


def test_a_contact_keeps_what_was_said_of_the_customer() -> None:
    given = CALL | {
        "email": "E@Example.com",
        "phone": "+81 1",
        "market": "jp",
        "language": "ja",
        "text": "壊れた",
    }
    ticket = record(Counter(), given | {"time_zone": "Asia/Tokyo"}, NOW)
    assert ticket.customer == Customer(
        name="Emma",
        emails=("e@example.com",),
        phones=("+81 1",),
        market="JP",
        language="ja",
        time_zone="Asia/Tokyo",
    )
    assert ticket.messages[0].preview == "壊れた"


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"channel": "phone", "name": "E"}, MissingField, "new needs subject"),
        ({"channel": "phone", "subject": "x"}, MissingField, "name / email / phone / handle"),
        (CALL | {"colour": "x"}, UnknownField, "no field 'colour'"),
        (CALL | {"at": "tomorrow"}, BadField, "at: 'tomorrow' lies in the future"),
        (CALL | {"at": "999999w ago"}, BadField, "at: "),
        (CALL | {"at": "1min ago", "answered": "2min ago"}, BadField, "nobody can answer before"),
        (CALL | {"channel": "email", "answered": "now"}, BadField, "only a live contact"),
        (CALL | {"market": "Japan"}, BadField, "market: "),
        (CALL | {"channel": "pigeon"}, UnknownWord, "no channel 'pigeon'"),
    ],
)
def test_a_contact_that_cannot_be_recorded_says_why(
    given: Mapping[str, str], error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as raised:
        record(Counter(), given, NOW)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("action", "field", "rule"),
    [("classify", "level", "H1"), ("resolve", "result", "H2"), ("resolve", "summary", "H4")],
)
def test_what_policy_wants_stated_names_its_rule(action: str, field: str, rule: str) -> None:
    filled = {each.name: "1" for each in FORMS[action].fields if each.required}
    with pytest.raises(FieldRequired) as refused:
        fill(action, HEADER, filled | {field: ""})
    assert refused.value.rule == rule
