"""Subjects and ticket numbers."""

from __future__ import annotations

import pytest

from agent_tui.intake.threads import base_subject, ids, ticket_ids


@pytest.mark.parametrize(
    "subject",
    [
        "Re: order",
        "RE: AW: order",
        "Antw: order",
        "RE : order",
        "回复：order",
        "答复: order",
        "Fwd: FW: order",
        "SV: VS: order",
        "Odp: order",
        "YNT: order",
        "RV: TR: R: order",
        "[EXT] Re: order",
        "[EXTERNAL] order",
        "Re[2]: order",
        "WG: order",
        "转发: 回覆: order",
        "답장: order",
        "ตอบกลับ: order",
        "رد: order",
        "[Shop #12] Re: order",
        "Trả lời: order",
        "Re: re: RE:order",
    ],
)
def test_base_subject(subject: str) -> None:
    assert base_subject(subject) == "order"


@pytest.mark.parametrize("subject", ["Return: order", "order re: invoice", "I want: order", "Reorder: 5", ""])
def test_base_subject_leaves_words_alone(subject: str) -> None:
    assert base_subject(subject) == subject


@pytest.mark.parametrize(
    ("subject", "numbers"),
    [
        ("Re: [#123] order", (123,)),
        ("[Ticket #123] [Miralume #77] x [#123]", (123, 77)),
        ("order (#42)", (42,)),
        ("【工单 #9】问题", (9,)),
        ("order #42 and invoice #7", ()),
        ("[Order #42] late", ()),
        ("(order #42)", ()),
        ("[42]", ()),
        ("[#" + "1" * 40 + "]", ()),
    ],
)
def test_ticket_numbers_stand_in_brackets(subject: str, numbers: tuple[int, ...]) -> None:
    assert ticket_ids(subject) == numbers


def test_ids_are_bounded_and_keep_the_first() -> None:
    many = ids([" ".join(f"<{i}@x>" for i in range(5000))])
    assert len(many) == 200
    assert (many[0], many[-1]) == ("0@x", "4999@x")
