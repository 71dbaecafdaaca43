"""The forms of casework: complaints, departments, handing up, quality (POLICY P3, C1–C10, T7)."""

from __future__ import annotations

from collections.abc import Mapping

from agent_tui.desk.errors import BadField
from agent_tui.desk.fields import Field, Form, Header, make, moment, number, word, words_of, yes
from agent_tui.domain import actions as do
from agent_tui.domain.casework import RevisitResult
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.ticket import Satisfaction

_SATISFACTION = tuple(each.value for each in Satisfaction)
_RESULTS = tuple(each.value for each in RevisitResult)
_YES = ("yes", "no")
_DEPARTMENT = N_("a department of the policy")


ASKED = (
    Field("recommend", N_("0 to 10: would the customer recommend us")),
    Field("comfort", N_("1 to 5: how at ease the customer was with the conversation"), rule="E5"),
)
"""What the customer is asked at the end besides the satisfaction."""


def answers(given: Mapping[str, str]) -> dict[str, int | None]:
    """The customer's answers to what was `ASKED`; None where it was not."""
    return {
        field.name: number(field.name, text) if (text := given[field.name].strip()) else None
        for field in ASKED
    }


def _complain(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.Complain, header)


def _withdraw(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.Withdraw, header, text=given["text"])


def _record(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(
        do.Record, header, text=given["text"], wanted=given["wanted"], product=given["product"].strip()
    )


def _report(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.Report, header, text=given["text"])


def _verify(header: Header, given: Mapping[str, str]) -> do.Action:
    complex_ = yes("complex", given["complex"])
    return make(do.Verify, header, text=given["text"], plan=given["plan"], complex=complex_)


def _plan(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.Plan, header, text=given["text"], departments=words_of(given["departments"]))


def _accept(header: Header, given: Mapping[str, str]) -> do.Action:
    accepted = yes("accepted", given["accepted"])
    recourse = "" if accepted else given["recourse"].strip()
    return make(do.Accept, header, accepted=accepted, text=given["text"], recourse=recourse)


def _carry_out(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.CarryOut, header, text=given["text"])


def _appoint(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.Appoint, header, moment=moment("moment", given["moment"], header))


def _revisit(header: Header, given: Mapping[str, str]) -> do.Action:
    result = word("revisit", given["revisit"], RevisitResult)
    return make(do.Revisit, header, result=result, text=given["text"])


def _close(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(
        do.Close,
        header,
        satisfaction=word("satisfaction", given["satisfaction"], Satisfaction),
        suggestions=given["suggestions"],
        **answers(given),
    )


def _escalate(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.Escalate, header, to=given["to"].strip(), text=given["text"])


def _dispatch(header: Header, given: Mapping[str, str]) -> do.Action:
    risk = yes("risk", given["risk"])
    return make(do.Dispatch, header, department=given["department"].strip(), text=given["text"], risk=risk)


def _advise(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.Advise, header, department=given["department"].strip(), text=given["text"])


def _hand_over(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.HandOver, header, to=given["to"].strip(), text=given["text"], batch=header.id)


def _acknowledge(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(do.Acknowledge, header, batch=given["batch"].strip())


def _review(header: Header, given: Mapping[str, str]) -> do.Action:
    return make(
        do.Review,
        header,
        sample=given["sample"].strip(),
        points=_points(given["points"]),
        fatal=words_of(given["fatal"]),
        violations=words_of(given["violations"]),
        comment=given["comment"],
    )


def _points(text: str) -> dict[str, int]:
    """`opening=8, tone=15 …`. Raises BadField."""
    points: dict[str, int] = {}
    for part in words_of(text):
        section, sign, value = part.partition("=")
        if not sign or not value.strip().isdecimal():
            reason = Told(N_("{text!r} is not written like opening=8, listening=12"), {"text": part})
            raise BadField(field="points", reason=reason)
        points[section.strip()] = int(value)
    return points


CASEWORK: tuple[Form, ...] = (
    Form("complain", N_("Take as a complaint"), (), do.Complain, _complain),
    Form(
        "withdraw",
        N_("It is no complaint"),
        (Field("text", N_("why it is none"), required=True, title=N_("reason")),),
        do.Withdraw,
        _withdraw,
        main="text",
    ),
    Form(
        "record",
        N_("Record the complaint"),
        (
            Field("text", N_("what happened, in detail"), required=True, rule="C2", title=N_("detail")),
            Field("wanted", N_("what the customer asks for"), required=True, rule="C2", title=N_("wish")),
            Field("product", N_("the product, in the company's words")),
        ),
        do.Record,
        _record,
        main="text",
    ),
    Form(
        "report",
        N_("Report to the regional supervisor"),
        (Field("text", N_("the brief that the supervisor reads"), required=True, rule="C3"),),
        do.Report,
        _report,
        main="text",
    ),
    Form(
        "verify",
        N_("Verify the complaint, first plan"),
        (
            Field("text", N_("what was found"), required=True, rule="C4", title=N_("finding")),
            Field(
                "plan",
                N_("the plan, as the customer will hear it"),
                required=True,
                rule="C4",
                title=N_("plan"),
            ),
            Field("complex", N_("yes when the team lead has to plan it"), default="no", choices=_YES),
        ),
        do.Verify,
        _verify,
        main="text",
    ),
    Form(
        "plan",
        N_("Special plan"),
        (
            Field(
                "text",
                N_("the plan, as the customer will hear it"),
                required=True,
                rule="C5",
                title=N_("plan"),
            ),
            Field("departments", N_("departments that made it, with commas"), required=True, rule="C5"),
        ),
        do.Plan,
        _plan,
        main="text",
    ),
    Form(
        "accept",
        N_("The customer's answer to the plan"),
        (
            Field(
                "accepted", N_("yes or no; no leads back to planning"), required=True, rule="C6", choices=_YES
            ),
            Field("text", N_("what the customer said"), title=N_("words")),
            Field("recourse", N_("after a final no: the body that the customer was told to turn to")),
        ),
        do.Accept,
        _accept,
        main="text",
    ),
    Form(
        "carry_out",
        N_("The plan was carried out"),
        (Field("text", N_("what was done"), required=True, rule="C7", title=N_("done")),),
        do.CarryOut,
        _carry_out,
        main="text",
    ),
    Form(
        "appoint",
        N_("Choose a moment for the revisit"),
        (
            Field(
                "moment", N_("2h, 14:30, tomorrow 9, mon 14:30, 2026-12-01 09:00"), required=True, rule="C8"
            ),
        ),
        do.Appoint,
        _appoint,
    ),
    Form(
        "revisit",
        N_("Revisit"),
        (
            Field("revisit", ", ".join(_RESULTS), required=True, rule="C8", choices=_RESULTS),
            Field("text", N_("what the customer said"), title=N_("words")),
        ),
        do.Revisit,
        _revisit,
        main="text",
    ),
    Form(
        "close",
        N_("Close the complaint: satisfaction, suggestions"),
        (
            Field("satisfaction", ", ".join(_SATISFACTION), required=True, rule="C8", choices=_SATISFACTION),
            Field(
                "suggestions", N_("what the customer suggests; “none” if nothing"), required=True, rule="C8"
            ),
            *ASKED,
        ),
        do.Close,
        _close,
        main="suggestions",
    ),
    Form(
        "escalate",
        N_("Hand up with a brief"),
        (
            Field("to", N_("the role that leads: supervisor or lead"), required=True, rule="L3"),
            Field("text", N_("the brief that they read"), required=True, rule="L3"),
        ),
        do.Escalate,
        _escalate,
        main="text",
    ),
    Form(
        "dispatch",
        N_("Ask a department"),
        (
            Field("department", _DEPARTMENT, required=True, rule="P3"),
            Field("text", N_("the question"), required=True, rule="P3", title=N_("question")),
            Field("risk", N_("yes to report a danger or a group complaint"), default="no", choices=_YES),
        ),
        do.Dispatch,
        _dispatch,
        main="text",
    ),
    Form(
        "advise",
        N_("A department's answer"),
        (
            Field("department", _DEPARTMENT, required=True, rule="P3"),
            Field("text", N_("the answer"), required=True, rule="P3", title=N_("answer")),
        ),
        do.Advise,
        _advise,
        main="text",
    ),
    Form(
        "hand_over",
        N_("Hand the ticket over"),
        (
            Field("to", N_("a colleague's name or a shift"), required=True, rule="P4"),
            Field("text", N_("state, promise, next step"), required=True, rule="P4"),
        ),
        do.HandOver,
        _hand_over,
        main="text",
    ),
    Form(
        "acknowledge",
        N_("Confirm a handover"),
        (Field("batch", N_("the handover's id"), required=True, rule="P4"),),
        do.Acknowledge,
        _acknowledge,
    ),
    Form(
        "review",
        N_("Score the case on the quality card"),
        (
            Field("points", N_("opening=8, listening=12 …: every section"), required=True, rule="T7"),
            Field("fatal", N_("fatal errors, with commas")),
            Field("violations", N_("violations of compliance, with commas")),
            Field("comment", N_("what the agent reads")),
            Field("sample", N_("the sample it was drawn in")),
        ),
        do.Review,
        _review,
        main="comment",
    ),
)
