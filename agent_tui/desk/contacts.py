"""Recording a contact by hand: a call, a chat, a post or a message that no file holds (POLICY S1–S5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from agent_tui.desk.core import Desk
from agent_tui.desk.errors import BadField, MissingField, UnknownField
from agent_tui.desk.fields import Field, check_language, check_market, check_zone
from agent_tui.domain import actions as do
from agent_tui.domain.messages import N_, NotUnderstood, Told
from agent_tui.domain.moments import parse_past
from agent_tui.domain.policy import Policy
from agent_tui.domain.ticket import Customer, Ticket

FIELDS = (
    Field("channel", N_("a channel of the policy: phone, chat, email, social, messenger"), required=True),
    Field("subject", N_("what it is about, in a few words"), required=True),
    Field("text", N_("what the customer said or wrote")),
    Field("name", N_("the customer's name, in their own order")),
    Field("email", N_("the customer's e-mail address")),
    Field("phone", N_("the customer's telephone number")),
    Field("handle", N_("the customer's messenger or social account")),
    Field("market", N_("country code such as JP")),
    Field("language", N_("language tag such as ja")),
    Field("time_zone", N_("time zone such as Asia/Tokyo")),
    Field("at", N_("when the contact began, for a call the ring: now, 90s ago, 14:02:30"), default="now"),
    Field("answered", N_("when somebody answered, or no; a call counts as answered now")),
)


_WHO = ("name", "email", "phone", "handle")


class Recorded(msgspec.Struct, frozen=True):
    """A contact as somebody filled it in, every field checked."""

    channel: str
    subject: str
    customer: Customer
    content: do.Content
    began: datetime
    answered: datetime | None


def filled_in(given: Mapping[str, str], policy: Policy, now: datetime, zone: str) -> Recorded:
    """The contact that the filled-in fields tell of, in a zone (IANA); no store is needed to say what is wrong.

    Raises UnknownField, UnknownWord for a channel that the policy does not have, MissingField naming all that is
    missing, or BadField.
    """
    names = [field.name for field in FIELDS]
    for name in given:
        if name not in names:
            raise UnknownField(action="new", field=name, known=", ".join(names))
    words = {field.name: given.get(field.name, "").strip() or field.default for field in FIELDS}
    live = policy.channel(words["channel"]).live if words["channel"] else False
    who = next((words[name] for name in _WHO if words[name]), "")
    missing = [field.name for field in FIELDS if field.required and not words[field.name]]
    if not who:
        missing.append(" / ".join(_WHO))
    if missing:
        raise MissingField(action="new", field=", ".join(missing))
    began = _past("at", words["at"], now, zone)
    answered = _answered(words["answered"] or ("now" if words["channel"] == "phone" else "no"), now, zone)
    if answered is not None and answered < began:
        raise BadField(field="answered", reason=Told(N_("nobody can answer before the contact begins")))
    customer = Customer(
        name=words["name"],
        emails=(words["email"].lower(),) if words["email"] else (),
        phones=(words["phone"],) if words["phone"] else (),
        handles=(words["handle"],) if words["handle"] else (),
        market=check_market("market", words["market"]) if words["market"] else None,
        language=check_language("language", words["language"]) if words["language"] else None,
        time_zone=check_zone("time_zone", words["time_zone"]) if words["time_zone"] else None,
    )
    if answered is not None and not live:
        raise BadField(
            field="answered",
            reason=Told(N_("only a live contact is answered by picking it up; use do ID reply")),
        )
    content = do.Content(text=words["text"], author=who)
    return Recorded(words["channel"], words["subject"], customer, content, began, answered)


def record(desk: Desk, given: Mapping[str, str], now: datetime) -> Ticket:
    """Begin a ticket from the filled-in fields. Raises what `filled_in` raises."""
    contact = filled_in(given, desk.policy, now, desk.zone)
    return desk.open_ticket(
        contact.channel,
        contact.subject,
        contact.customer,
        contact.content,
        contact.began,
        now,
        contact.answered,
        by=contact.content.author,
    )


def _past(field: str, text: str, now: datetime, zone: str) -> datetime:
    try:
        return parse_past(text, now, zone)
    except NotUnderstood as error:
        raise BadField(field=field, reason=error.told) from None
    except (ValueError, OverflowError):
        raise BadField(
            field=field, reason=Told(N_("{text!r} is no day of the calendar"), {"text": text})
        ) from None


def _answered(text: str, now: datetime, zone: str) -> datetime | None:
    return None if text.casefold() in ("no", "否", "未接") else _past("answered", text, now, zone)
