"""A case for each action of casework: what is done before it, what is filled in, and what holds afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Fields = dict[str, str]
Before = tuple[tuple[str, Fields], ...]


class Case(NamedTuple):
    """An action's fields, what the ticket is afterwards, and what was done to it before."""

    fields: Fields
    holds: Callable[[dict[str, Any]], bool]
    before: Before = ()


CLASSIFIED = {"verified": "yes", "type": "billing_doubt", "level": "2"}
_SOLVED = {
    "result": "refunded",
    "satisfaction": "satisfied",
    "summary": "charged twice",
    "root_cause": "the bank",
    "improvement": "check for doubles",
}
_CHAIN: Before = (
    ("complain", {}),
    ("reply", {"text": "We are very sorry.", "outcome": "apologises"}),
    ("record", {"text": "charged twice", "wanted": "one back", "product": "PB-20K"}),
    ("report", {"text": "Please verify."}),
    ("classify", CLASSIFIED),
    ("verify", {"text": "it is so", "plan": "refund", "complex": "yes"}),
    ("plan", {"text": "refund and a voucher", "departments": "business"}),
    ("reply", {"text": "We would refund it.", "outcome": "proposes"}),
    ("accept", {"accepted": "yes", "text": "fine"}),
    ("carry_out", {"text": "refunded"}),
    ("resolve", _SOLVED),
    ("revisit", {"revisit": "reached", "text": "all well"}),
    ("close", {"satisfaction": "very_satisfied", "suggestions": "none", "recommend": "9", "comfort": "4"}),
)
_CARD = "opening=10, listening=15, solution=30, tone=20, process=15, closing=10"


def _until(action: str) -> Before:
    """The steps of a complaint before this one."""
    return _CHAIN[: next(place for place, step in enumerate(_CHAIN) if step[0] == action)]


def _step(action: str, holds: Callable[[dict[str, Any]], bool]) -> Case:
    return Case(dict(_CHAIN)[action], holds, _until(action))


CASEWORK: dict[str, Case] = {
    "complain": _step(
        "complain", lambda ticket: ticket["complaint"].get("stage", "apologise") == "apologise"
    ),
    "withdraw": Case({"text": "a question"}, lambda ticket: "complaint" not in ticket, (("complain", {}),)),
    "record": _step("record", lambda ticket: ticket["complaint"]["wanted"] == "one back"),
    "report": _step("report", lambda ticket: ticket["escalations"][0]["to"] == "supervisor"),
    "verify": _step("verify", lambda ticket: ticket["complaint"]["passages"][-1]["role"] == "supervisor"),
    "plan": _step("plan", lambda ticket: ticket["complaint"]["departments"] == ["business"]),
    "accept": _step("accept", lambda ticket: ticket["complaint"]["stage"] == "carry_out"),
    "carry_out": _step("carry_out", lambda ticket: ticket["complaint"]["stage"] == "resolve"),
    "appoint": Case(
        {"moment": "tomorrow 9"}, lambda ticket: bool(ticket["complaint"]["appointment"]), _until("revisit")
    ),
    "revisit": _step("revisit", lambda ticket: ticket["complaint"]["stage"] == "close"),
    "close": _step("close", lambda ticket: ticket["resolution"]["recommend"] == 9),
    "escalate": Case(
        {"to": "lead", "text": "Please lead."}, lambda ticket: ticket["escalations"][0]["to"] == "lead"
    ),
    "dispatch": Case(
        {"department": "technical", "text": "Hot?"},
        lambda ticket: ticket["dispatches"][0]["department"] == "technical",
    ),
    "advise": Case(
        {"department": "technical", "text": "Yes."},
        lambda ticket: bool(ticket["dispatches"][0]["answered"]),
        (("dispatch", {"department": "technical", "text": "Hot?"}),),
    ),
    "hand_over": Case({"to": "mei", "text": "waits"}, lambda ticket: ticket["handover"]["to"] == "mei"),
    "review": Case(
        {"points": _CARD, "violations": "data", "comment": "well done"},
        lambda ticket: ticket["reviews"][0]["points"]["solution"] == 30,
        (("classify", CLASSIFIED), ("reply", {"text": "Refunded."}), ("resolve", _SOLVED)),
    ),
}
"""`acknowledge` needs another person's handover, and has a story of its own in test_handing."""
