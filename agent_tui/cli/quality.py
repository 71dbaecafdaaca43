"""`qa`: the quality card, samples of cases to review, and what reviews found (POLICY T7)."""

from __future__ import annotations

import os
import shlex

from agent_tui import telling_figures as telling
from agent_tui.cli.context import Context
from agent_tui.cli.figures import period_in
from agent_tui.desk.quality import Found, Sample, draw, results
from agent_tui.domain.cells import fit, width
from agent_tui.domain.policy import Policy
from agent_tui.domain.quality import CRITICAL, agent_of, critical_errors, sections
from agent_tui.domain.text import safe
from agent_tui.formats import iso
from agent_tui.i18n import _
from agent_tui.telling_quality import head_of, lines_of
from agent_tui.wording import moment, name_of

_SEED = 4  # random bytes of a seed that nobody gave: enough that no draw is foreseen


def card(context: Context) -> None:
    """`qa card`: the sections with their points, fatal errors and violations."""
    out = context.out
    with context.desk() as desk:
        rules = desk.policy.casework.card
        if context.json:
            out.json(
                [
                    {
                        "id": each.id,
                        "kind": each.kind,
                        "points": each.points,
                        "critical": each.critical or None,
                    }
                    for each in rules.values()
                ]
            )
            return
        across = max(map(width, rules))
        for kind, title in (
            ("section", _("Sections and their points")),
            ("fatal", _("Fatal errors: the score is 0")),
            ("violation", _("Violations of compliance, counted apart")),
        ):
            out.say(title)
            for each in sections(rules, kind):
                points = each.points if kind == "section" else ""
                name = name_of(each.name)
                if each.critical:
                    name = _("{name} ({note})").format(name=name, note=_(CRITICAL[each.critical]))
                out.say(f"{points:>5}  {fit(each.id, across)}  {name}")


def sample(context: Context) -> None:
    """`qa draw [--count N] [--seed S] [--from D --to D] [--agent NAME]`."""
    args = context.args
    seed = args.seed or os.urandom(_SEED).hex()
    with context.desk() as desk:
        found = draw(desk, seed, args.count, period_in(context), args.agent)
        if context.json:
            context.out.json(_sample_json(found))
        else:
            _say_sample(context, desk.policy, found)


def _sample_json(found: Sample) -> dict[str, object]:
    return {
        "seed": found.seed,
        "of": found.of,
        "cases": [
            {
                "ticket": ticket.id,
                "agent": agent_of(ticket),
                "resolved": iso(ticket.resolution.at) if ticket.resolution else None,
                "subject": ticket.subject,
                "reviews": len(ticket.reviews),
            }
            for ticket in found.tickets
        ],
    }


def _say_sample(context: Context, policy: Policy, found: Sample) -> None:
    out = context.out
    told = _("Sample {seed}: {count} of {of} cases. The same seed draws the same cases.")
    out.say(told.format(seed=safe(found.seed), count=len(found.tickets), of=found.of))
    if not found.tickets:
        return
    lines = [
        (
            f"#{ticket.id}",
            agent_of(ticket),
            moment(ticket.resolution.at, context.zone) if ticket.resolution else "",
            name_of(policy.type_of(ticket.type).name) if ticket.type else "",
            _("reviewed") if ticket.reviews else "",
            ticket.subject,
        )
        for ticket in found.tickets
    ]
    head = (_("ID"), _("AGENT"), _("RESOLVED"), _("TYPE"), "", _("SUBJECT"))
    out.table(head, lines, (0, 0, 0, 0, 0, 0), flexible=5)
    points = ", ".join(f"{each.id}={each.points}" for each in sections(policy.casework.card, "section"))
    command = ("agent-tui", "do", str(found.tickets[0].id), "review")
    fields = ("--set", f"sample={safe(found.seed)}", "--set", f"points={points}")
    out.say(_("Score one with: {command}").format(command=shlex.join((*command, *fields))))


def reviews(context: Context) -> None:
    """`qa results [--agent NAME]`."""
    out = context.out
    with context.desk() as desk:
        found = results(desk, context.now, context.args.agent)
        if context.json:
            out.json([_review_json(each, desk.policy) for each in found.found])
            return
        for each in found.found:
            head = head_of(each.review, context.zone)
            out.say(f"#{each.ticket.id}  {safe(each.agent)}  {head}")
            for line in lines_of(each.review, desk.policy):
                out.say(f"  {line}")
        if not found.found:
            out.say(_("No reviews yet."))
        for due in found.retraining:
            out.say(telling.retraining_of(due))


def _review_json(found: Found, policy: Policy) -> dict[str, object]:
    review = found.review
    return {
        "ticket": found.ticket.id,
        "agent": found.agent,
        "at": iso(review.at),
        "by": review.by,
        "sample": review.sample,
        "score": found.score,
        "points": review.points,
        "fatal": list(review.fatal),
        "violations": list(review.violations),
        "critical": {
            kind: list(errors) for kind, errors in critical_errors(review, policy.casework.card).items()
        },
        "comment": review.comment,
    }
