"""What each figure is (POLICY 8): its unit, its direction, its sentence, and when something counts in it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from agent_tui.domain.messages import N_


class Unit(StrEnum):
    """What a figure is counted in."""

    SHARE = "share"  # 0 to 1
    NET = "net"  # −100 to 100
    SECONDS = "seconds"  # the mean of spans
    POINTS = "points"  # the mean of scores
    COUNT = "count"
    PER_DAY = "per_day"


class Better(StrEnum):
    """In which direction a figure is good."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Counts(StrEnum):
    """The moment that decides in which period something counts."""

    BEGUN = "begun"
    RESOLVED = "resolved"
    REVIEWED = "reviewed"
    DONE = "done"


WHEN: dict[Counts, str] = {
    Counts.BEGUN: N_("A ticket counts in the period in which it began."),
    Counts.RESOLVED: N_("A ticket counts in the period in which it was resolved."),
    Counts.REVIEWED: N_("A case counts in the period in which it was reviewed, with its newest review."),
    Counts.DONE: N_("Each one counts in the period in which it was made."),
}


class Definition(msgspec.Struct, frozen=True):
    """What a figure is. `text` is the sentence of the help, `rule` the policy rules behind it."""

    id: str
    title: str
    unit: Unit
    better: Better
    text: str
    rule: str
    counts: Counts = Counts.BEGUN


DEFINITIONS: dict[str, Definition] = {
    each.id: each
    for each in (
        Definition(
            "response_in_time",
            N_("Response in time"),
            Unit.SHARE,
            Better.HIGHER,
            N_(
                "Tickets whose first response came within its limit, of those whose first response came or is overdue."
            ),
            "8, S7",
        ),
        Definition(
            "resolution",
            N_("Resolution rate"),
            Unit.SHARE,
            Better.HIGHER,
            N_("Tickets that are resolved now, of all that began."),
            "8",
        ),
        Definition(
            "resolution_in_time",
            N_("Resolution in time"),
            Unit.SHARE,
            Better.HIGHER,
            N_(
                "Tickets resolved within the limit of their level, type or deadline, of those resolved or overdue."
            ),
            "8, S7",
        ),
        Definition(
            "csat",
            N_("Satisfaction (CSAT)"),
            Unit.SHARE,
            Better.HIGHER,
            N_("Customers who were satisfied or very satisfied, of those who answered when asked."),
            "8, H2",
            Counts.RESOLVED,
        ),
        Definition(
            "nps",
            N_("Recommendation (NPS)"),
            Unit.NET,
            Better.HIGHER,
            N_(
                "Customers who would recommend us with 9 or 10 minus those with 0 to 6, of all who answered, times 100."
            ),
            "8, H2",
            Counts.RESOLVED,
        ),
        Definition(
            "complaint",
            N_("Complaint rate"),
            Unit.SHARE,
            Better.LOWER,
            N_("Tickets that were taken as complaints, of all that began."),
            "8",
        ),
        Definition(
            "repeat_complaint",
            N_("Repeat complaints"),
            Unit.SHARE,
            Better.LOWER,
            N_("Complaints linked to an earlier ticket as a repeat of the same problem, of all complaints."),
            "8, C9",
        ),
        Definition(
            "first_response_time",
            N_("Time to first response"),
            Unit.SECONDS,
            Better.LOWER,
            N_("The mean time from the customer's contact to the first answer, by the clock on the wall."),
            "8",
        ),
        Definition(
            "handling_time",
            N_("Handling time"),
            Unit.SECONDS,
            Better.LOWER,
            N_(
                "The mean time from the beginning of a ticket to its resolution, without waiting for the customer."
            ),
            "8",
            Counts.RESOLVED,
        ),
        Definition(
            "issues_a_day",
            N_("Issues a day"),
            Unit.PER_DAY,
            Better.NEITHER,
            N_("Tickets that began, divided by the days of the period."),
            "8",
        ),
        Definition(
            "phrase_compliance",
            N_("Compliant phrases"),
            Unit.SHARE,
            Better.HIGHER,
            N_("Reviewed cases without a violation of the phrase book, of all reviewed cases."),
            "8, T1",
            Counts.REVIEWED,
        ),
        Definition(
            "data_violations",
            N_("Data violations"),
            Unit.SHARE,
            Better.LOWER,
            N_("Reviewed cases in which data was handled against the rules, of all reviewed cases."),
            "8, T5",
            Counts.REVIEWED,
        ),
        Definition(
            "culture",
            N_("Culture score"),
            Unit.SHARE,
            Better.HIGHER,
            N_("Points for tone, empathy and etiquette on the quality card, of the most there are."),
            "8, E5",
            Counts.REVIEWED,
        ),
        Definition(
            "comfort",
            N_("Customers' ease"),
            Unit.SHARE,
            Better.HIGHER,
            N_("How at ease customers were with the conversation, from 1 to 5, of the most there is."),
            "8, E5",
            Counts.RESOLVED,
        ),
        Definition(
            "referrals",
            N_("Referrals"),
            Unit.COUNT,
            Better.NEITHER,
            N_("Questions and risks sent to departments, cases handed up, and reports to a supervisor."),
            "8, P3",
            Counts.DONE,
        ),
        Definition(
            "records_completed",
            N_("Records completed"),
            Unit.SHARE,
            Better.HIGHER,
            N_(
                "Resolved cases with name, address, verified class, result and summary, and causes where asked; of all."
            ),
            "8, H6",
            Counts.RESOLVED,
        ),
        Definition(
            "quality_score",
            N_("Quality score"),
            Unit.POINTS,
            Better.HIGHER,
            N_("The mean score of reviewed cases on the quality card, of 100; 0 for one with a fatal error."),
            "8, T7",
            Counts.REVIEWED,
        ),
        Definition(
            "fatal_errors",
            N_("Fatal errors"),
            Unit.COUNT,
            Better.LOWER,
            N_("Fatal errors found in reviews, counted one by one and averaged with nothing."),
            "8, T7",
            Counts.REVIEWED,
        ),
        *(
            Definition(f"{kind}_critical", title, Unit.SHARE, Better.LOWER, text, "8, T7", Counts.REVIEWED)
            for kind, title, text in (
                (
                    "customer",
                    N_("Critical: customer"),
                    N_(
                        "Reviewed cases with an error that is critical for the customer, of all reviewed cases."
                    ),
                ),
                (
                    "business",
                    N_("Critical: business"),
                    N_(
                        "Reviewed cases with an error that is critical for the business, of all reviewed cases."
                    ),
                ),
                (
                    "compliance",
                    N_("Critical: compliance"),
                    N_(
                        "Reviewed cases with an error that is critical for compliance, of all reviewed cases."
                    ),
                ),
            )
        ),
    )
}
