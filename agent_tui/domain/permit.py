"""What the policy demands of an action before it is done (POLICY sections 3–5, P1, P2); `apply` knows states alone."""

from __future__ import annotations

import unicodedata

import msgspec

from agent_tui.domain import actions as do
from agent_tui.domain import refusals as no
from agent_tui.domain.assessment import propose
from agent_tui.domain.casework import AGENT, Stage
from agent_tui.domain.casework_rules import Actor, may_do
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.policy import Policy, UnknownWord
from agent_tui.domain.ticket import Ticket
from agent_tui.domain.timers import DEADLINE


def permit_role(ticket: Ticket | None, kind: str, policy: Policy, actor: Actor) -> str:
    """The role in which somebody does an action of this kind (POLICY P1, P2).

    Raises NotYourRole or NotYourRegion.
    """
    rules = policy.casework
    roles = actor.roles_for(kind, rules)
    if not roles:
        able = may_do(kind, rules) or tuple(each.id for each in rules.roles.values() if each.handles)
        raise no.NotYourRole(roles=", ".join(able), yours=", ".join(actor.roles))
    region = rules.region_of(ticket.customer.market) if ticket is not None else None
    for role in roles:
        bound = rules.roles[role].regional and kind in rules.roles[role].may
        if not bound or actor.has_region(region):
            return role
    raise no.NotYourRegion(region=region)


class Apology(msgspec.Struct, frozen=True):
    """Whether a reply apologises in a language whose apologies are known, and what it could say."""

    found: bool
    phrase: str


def permit(ticket: Ticket | None, action: do.Action, policy: Policy, apology: Apology | None = None) -> None:
    """Raises a Refusal naming the rule when the policy does not allow the action on this ticket.

    `apology` is what was found in a reply; without it, the policy's words of apology decide.
    """
    if ticket is not None:
        _require_of_stage(ticket, action, policy)
    match action:
        case do.Open():
            policy.channel(action.channel)
        case do.Classify():
            policy.type(action.type)
            level = policy.level(action.level)
            if not action.verified:
                raise no.NotVerified
            if level.limit == DEADLINE and action.deadline is None:
                raise no.DeadlineRequired(level=action.level)
            if action.deadline is not None and action.deadline <= action.at:
                raise no.InThePast(moment=action.deadline)
            _require_level(action, policy)
        case do.Reply():
            _require_text(action.text, N_("reply"))
            if isinstance(action.outcome, do.Unsolved):
                _require_promise(action, action.outcome)
            if ticket is not None:
                _require_apology(ticket, action, policy, apology)
        case do.Note():
            _require_text(action.text, N_("note"))
        case do.Resolve() if ticket is not None:
            _require_resolution(ticket, action, policy)
        case do.Reopen():
            _require_text(action.reason, N_("reason"))
        case do.Dispatch() | do.Advise():
            if action.department not in policy.casework.departments:
                known = ", ".join(policy.casework.departments)
                raise UnknownWord(what="department", word=action.department, known=known)
            _require_text(action.text, N_("text"))
            if isinstance(action, do.Dispatch) and action.risk:
                _require_risk_department(action, policy)
        case do.Escalate():
            if action.to not in policy.casework.roles:
                raise UnknownWord(what="role", word=action.to, known=", ".join(policy.casework.roles))
            if action.to == AGENT:
                raise no.NotUpwards
            _require_text(action.text, N_("brief"))
        case do.Withdraw():
            _require_text(action.text, N_("reason"))
        case do.Record():
            _require_text(action.text, N_("detail"))
            _require_text(action.wanted, N_("wish"))
        case do.Report():
            _require_text(action.text, N_("brief"))
        case do.Verify():
            _require_text(action.text, N_("finding"))
            _require_text(action.plan, N_("plan"))
        case do.Plan():
            _require_text(action.text, N_("plan"))
            if not action.departments:
                raise no.FieldRequired("C5", action="plan", field="departments")
            for word in action.departments:
                if word not in policy.casework.departments:
                    known = ", ".join(policy.casework.departments)
                    raise UnknownWord(what="department", word=word, known=known)
        case do.CarryOut():
            _require_text(action.text, N_("text"))
        case do.Close():
            _require_text(action.suggestions, N_("suggestions"))
            _require_answers(action)
        case do.Acknowledge() if ticket is not None:
            _require_addressee(ticket, action, policy)
        case do.Review():
            _require_card(action, policy)
        case _:
            pass


def _require_text(text: str, what: str) -> None:
    if not text.strip():
        raise no.Empty(what=Told(what))


def _require_promise(action: do.Reply, promise: do.Unsolved) -> None:
    missing = [name for name in ("reason", "follow_up") if not getattr(promise, name).strip()]
    if missing:
        raise no.PromiseRequired(missing=", ".join(missing))
    for moment in (promise.update, promise.deadline):
        if moment is not None and moment <= action.at:
            raise no.InThePast(moment=moment)


def _require_risk_department(action: do.Dispatch, policy: Policy) -> None:
    """A danger is told to the department for dangers (POLICY C9, T7)."""
    known = [each.id for each in policy.casework.departments.values() if each.risk]
    if known and action.department not in known:
        raise UnknownWord(what=N_("department for risks"), word=action.department, known=", ".join(known))


def _require_resolution(ticket: Ticket, action: do.Resolve, policy: Policy) -> None:
    if ticket.type is None or ticket.level is None:
        raise no.NotClassified
    if ticket.answered is None:
        raise no.NotAnswered
    _require_answers(action)
    causes = ("root_cause", "improvement") if ticket.complaint else policy.type_of(ticket.type).summary_needs
    needed = ("result", "summary", *causes)
    missing = [name for name in needed if not getattr(action, name).strip()]
    if missing:
        raise no.SummaryRequired(missing=", ".join(missing))


def _require_level(action: do.Classify, policy: Policy) -> None:
    """The answers of the assessment propose a level; another one needs a reason, and safety leaves no choice."""
    if not action.answers:
        return
    for question, answer in action.answers.items():
        asked = policy.casework.questions.get(question)
        if asked is None:
            raise UnknownWord(what="question", word=question, known=", ".join(policy.casework.questions))
        if answer not in asked.answers:
            raise UnknownWord(what=question, word=answer, known=", ".join(asked.answers))
    proposal = propose(action.answers, policy.casework)
    if proposal is None or proposal.level == action.level:
        return
    if proposal.forced:
        raise no.LevelForced(level=proposal.level)
    if not action.reason.strip():
        raise no.ReasonRequired(proposed=proposal.level, level=action.level)


def _require_of_stage(ticket: Ticket, action: do.Action, policy: Policy) -> None:
    """What a stage of a complaint demands of customers in some markets (POLICY C10)."""
    complaint = ticket.complaint
    if complaint is None:
        return
    demanded: dict[Stage, do.Action | do.Outcome] = {}
    if isinstance(action, do.Reply):
        demanded[Stage.APOLOGISE] = action.outcome
    elif isinstance(action, do.Resolve):
        demanded[Stage.RESOLVE] = action
    holder = demanded.get(complaint.stage)
    rule = policy.casework.stages.get(complaint.stage.value)
    if holder is None or rule is None:
        return
    for field, markets in rule.needs_in.items():
        if (
            ticket.customer.market in markets
            and hasattr(holder, field)
            and not getattr(holder, field).strip()
        ):
            raise no.NeededHere(rule.needs_rule, field=field)


def _require_apology(ticket: Ticket, action: do.Reply, policy: Policy, apology: Apology | None) -> None:
    """The first answer to a complaint apologises, in the customer's language or another one (POLICY C1)."""
    complaint = ticket.complaint
    if complaint is None or complaint.stage is not Stage.APOLOGISE:
        return
    if not isinstance(action.outcome, do.Apologises):
        raise no.ApologiseFirst
    direction = action.outcome.direction.strip().casefold()
    if direction and direction not in action.text.casefold():
        raise no.DirectionNotTold(direction=action.outcome.direction.strip())
    if apology is not None:
        if not apology.found:
            raise no.NoApology(words=apology.phrase)
        return
    words = policy.casework.apologies.get((ticket.customer.language or "").partition("-")[0].lower())
    known = (word for some in policy.casework.apologies.values() for word in some)
    if words and not any(_says(action.text, word) for word in known):
        raise no.NoApology(words=", ".join(words))


def _says(text: str, word: str) -> bool:
    """Whether a text holds a word; in scripts with capitals where a word begins, since "discuss" is no "scus"."""
    text, word = (unicodedata.normalize("NFKC", each).casefold() for each in (text, word))
    cased = word[:1].upper() != word[:1]
    place = text.find(word)
    while place > 0 and cased and text[place - 1].isalnum():
        place = text.find(word, place + 1)
    return place >= 0


def _require_answers(action: do.Resolve | do.Close) -> None:
    """What the customer answered when asked is on the scale it was asked on."""
    _require_range("recommend", action.recommend, 0, 10)
    _require_range("comfort", action.comfort, 1, 5)


def _require_range(field: str, value: int | None, low: int, high: int) -> None:
    if value is not None and not low <= value <= high:
        raise no.OutOfRange(field=field, low=low, high=high)


def _require_addressee(ticket: Ticket, action: do.Acknowledge, policy: Policy) -> None:
    """A handover is confirmed by the colleague it names, or by anybody of the shift it names (POLICY P4)."""
    if ticket.handover is None:
        return  # the state refuses it
    if not policy.casework.is_addressed(action.by, ticket.handover.to):
        raise no.NotForYou(to=ticket.handover.to)


def _require_card(action: do.Review, policy: Policy) -> None:
    """Each section of the card has its points; fatal errors and violations are those of the card (POLICY T7)."""
    card = policy.casework.card
    for word, kind in (
        *((word, "section") for word in action.points),
        *((word, "fatal") for word in action.fatal),
        *((word, "violation") for word in action.violations),
    ):
        if word not in card or card[word].kind != kind:
            known = ", ".join(section.id for section in card.values() if section.kind == kind)
            raise UnknownWord(what=kind, word=word, known=known)
    for section in card.values():
        if section.kind != "section":
            continue
        if section.id not in action.points:
            raise no.FieldRequired("T7", action="review", field=section.id)
        _require_range(section.id, action.points[section.id], 0, section.points)
