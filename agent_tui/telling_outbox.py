"""The outbox in words: what waits, what holds it, what both sides want. The same on the screen and the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from agent_tui.domain import actions as do
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.policy import Policy
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.store.outbox import Difference, Held, Noted, Waiting
from agent_tui.telling_errors import told
from agent_tui.wording import action_title, moment, name_of
from agent_tui.wording_names import FIELDS

_FACTS = {
    **FIELDS,
    "status": N_("status"),
    "owner": N_("owner"),
    "promised": N_("promised deadline"),
    "stage": N_("stage of the complaint"),
    "complaint": N_("complaint"),
}
"""What the facts of a ticket are called that a helpdesk keeps."""


def fact_title(name: str) -> str:
    """A fact's name in the language in use."""
    return _(_FACTS.get(name, name))


def title_of(waiting: Waiting) -> str:
    """What was done, in a word or two."""
    return _("(erased)") if waiting.action is None else action_title(do.kind_of(waiting.action))


def standing_of(waiting: Waiting, now: datetime, zone: ZoneInfo) -> str:
    """Where an action is on its way, in a word or two."""
    if waiting.held is not None:
        return _("held")
    if waiting.sent is not None:
        return _("sent, not confirmed yet")
    if waiting.due > now:
        return _("next try {moment}").format(moment=moment(waiting.due, zone))
    return _("to send")


def reason_of(held: Held) -> str:
    """Why an action is held."""
    return _with_names(held.told)


def note_of(noted: Noted) -> str:
    """What the helpdesk left out of an action."""
    return _with_names(noted.note)


def difference_of(difference: Difference, zone: ZoneInfo) -> str:
    """A field that both sides changed."""
    before, theirs, mine = (
        value_of(difference.field, each, zone)
        for each in (difference.before, difference.theirs, difference.mine)
    )
    text = _("{field}: {theirs} on the helpdesk, {mine} here, {before} before")
    return text.format(field=fact_title(difference.field), theirs=theirs, mine=mine, before=before)


def ends(ids: Sequence[str], least: int = 5) -> dict[str, str]:
    """Of each id the end that tells it from the others: enough to type."""
    longest = max(map(len, ids), default=least)
    size = next((n for n in range(least, longest) if len({each[-n:] for each in ids}) == len(ids)), longest)
    return {each: each[-size:] for each in ids}


def value_of(field: str, text: str, zone: ZoneInfo, policy: Policy | None = None) -> str:
    """A value as it was kept: moments in the agent's time, words as people, and with it the policy, say them."""
    if not text:
        return "–"
    if policy is not None and field == "type":
        return safe(name_of(policy.type_of(text).name))
    if policy is not None and field == "level" and text.isdecimal() and int(text) in policy.levels:
        return safe(name_of(policy.levels[int(text)].name))
    if text in ("True", "False"):
        return _("yes") if text == "True" else _("no")
    try:
        return moment(datetime.fromisoformat(text), zone) if "T" in text else safe(text)
    except ValueError:
        return safe(text)


def _with_names(message: Told) -> str:
    """A sentence that may tell of facts by their ids."""
    fields = message.details.get("fields")
    if not isinstance(fields, str):
        return told(message)
    named = _(", ").join(fact_title(each) for each in fields.split(", "))
    return told(Told(message.text, {**message.details, "fields": named}))
