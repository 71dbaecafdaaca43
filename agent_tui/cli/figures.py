"""`figures`: the figures of POLICY 8 as a table, JSON, CSV or XLSX, and why each of them is what it is."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from agent_tui import telling_figures as telling
from agent_tui.cli.context import Context
from agent_tui.cli.exits import UsageError
from agent_tui.cli.files import write, write_book
from agent_tui.cli.output import dump
from agent_tui.desk.core import Desk
from agent_tui.desk.figures import Report, definition, read, report
from agent_tui.desk.sheets import Cell, Sheet, as_csv
from agent_tui.domain.cells import fit, width
from agent_tui.domain.figure_definitions import DEFINITIONS
from agent_tui.domain.figures import TOTAL, Parts, Table, Topic
from agent_tui.domain.periods import By, Period
from agent_tui.domain.text import safe
from agent_tui.i18n import _

FORMATS = ("table", "json", "csv", "xlsx")
_MOST_TOPICS = 5
"""How many topics the table tells; the other formats have them all."""


def figures(context: Context) -> None:
    """`figures [--by G] [--from D --to D] [--figure ID …] [--format F] [--output FILE] [--why FIGURE]`."""
    args = context.args
    path: Path | None = None if args.output == Path("-") else args.output
    kind = _format(context, path)
    period, wanted = period_in(context), tuple(map(_known, args.figure))
    with context.desk() as desk:
        found = report(desk, read(desk, context.now), By(args.by), period)
        if kind == "table":
            _say(context, desk, found, wanted)
        elif kind == "xlsx" and path is not None:
            write_book(_sheets(found, wanted, args.why), path)
        else:
            lines = _json(found, wanted, args.why) if kind == "json" else _csv(found, wanted, args.why)
            if path is None:
                context.out.raw(lines)
            else:
                write(path, "".join(lines).encode())
    if path is not None:
        context.out.complain(_("Written: {path}").format(path=safe(str(path))))


def _format(context: Context, path: Path | None) -> str:
    """The format that is asked for, by name, by `--json` or by the file's name. Raises UsageError."""
    args = context.args
    suffix = path.suffix.lstrip(".").lower() if path else ""
    kind = args.format or ("json" if context.json else suffix if suffix in FORMATS else "table")
    if kind == "table" and path is not None:
        raise UsageError(_("A file takes json, csv or xlsx: give --format, or a name that ends so."))
    if kind == "xlsx" and path is None:
        raise UsageError(_("A workbook goes into a file: give --output."))
    if args.why:
        _known(args.why)
    return str(kind)


def _known(figure: str) -> str:
    """The figure's id. Raises UsageError for one that is not there."""
    if definition(figure) is None:
        text = _("There is no figure {figure!r}; there are: {known}.")
        raise UsageError(text.format(figure=figure, known=", ".join(DEFINITIONS)))
    return figure


def period_in(context: Context) -> Period:
    """The days between `--from` and `--to`. Raises UsageError when they are the wrong way round."""
    period = Period(context.args.first, context.args.last)
    if period.first and period.last and period.first > period.last:
        raise UsageError(_("The period ends before it begins."))
    return period


def _of(table: Table, wanted: Sequence[str]) -> Iterator[Parts]:
    """The figures that are asked for, in total and by group."""
    for figure in wanted or DEFINITIONS:
        for group in (TOTAL, *table.groups):
            yield table.parts(figure, group)


# For people.


def _say(context: Context, desk: Desk, found: Report, wanted: Sequence[str]) -> None:
    out, table = context.out, found.table
    out.say(telling.period_of(table))
    if context.args.why:
        _why(context, desk, found.table)
        return
    if table.by is By.TOTAL:
        _totals(context, table, wanted)
    else:
        _by_group(context, desk, table, wanted)
    for due in found.retraining:
        out.say(telling.retraining_of(due))
    if not wanted:
        _topics(context, desk, _("Hot topics"), telling.hot(found.topics, _MOST_TOPICS))
        _topics(context, desk, _("Pain points"), telling.painful(found.topics, _MOST_TOPICS))
    if found.unknown:
        out.say(telling.unknown_of(found.unknown))


def _totals(context: Context, table: Table, wanted: Sequence[str]) -> None:
    head = (_("FIGURE"), _("VALUE"), _("FROM WHAT"), _("ID"))
    lines = [
        (
            _(DEFINITIONS[figure].title),
            telling.value_of(table.parts(figure)),
            telling.parts_of(table.parts(figure)),
            figure,
        )
        for figure in wanted or DEFINITIONS
    ]
    _columns(context, list(zip(head, *lines, strict=True)), numbers=(1,))


def _by_group(context: Context, desk: Desk, table: Table, wanted: Sequence[str]) -> None:
    """Figures down, groups across; as many tables one below the other as the terminal's width asks for."""
    shown = wanted or tuple(DEFINITIONS)
    titles = (_("FIGURE"), *(_(DEFINITIONS[figure].title) for figure in shown))
    columns = [
        (
            telling.group_name(group, table.by, desk.policy),
            *(telling.value_of(table.parts(figure, group)) for figure in shown),
        )
        for group in (TOTAL, *table.groups)
    ]
    room = context.out.columns() - max(map(width, titles))
    while columns:
        count, used = 0, 0
        while count < len(columns) and (used := used + 1 + max(map(width, columns[count]))) <= room:
            count += 1
        count = max(1, count)  # one at least, however narrow the terminal is
        _columns(context, [titles, *columns[:count]], numbers=range(1, count + 1))
        columns = columns[count:]
        if columns:
            context.out.say()


def _columns(context: Context, columns: Sequence[Sequence[str]], numbers: Collection[int]) -> None:
    """Print columns side by side, each as wide as its widest text; those of `numbers` are set to the right."""
    told = [
        [fit(text, max(map(width, column)), align="right" if place in numbers else "left") for text in column]
        for place, column in enumerate(columns)
    ]
    for line in zip(*told, strict=True):
        context.out.say(" ".join(line).rstrip())


def _topics(context: Context, desk: Desk, title: str, told: Sequence[tuple[Topic, str]]) -> None:
    if not told:
        return
    context.out.say()
    context.out.say(title)
    across = max(width(count) for _topic, count in told)
    for topic, count in told:
        name = telling.topic_name(topic, desk.policy)
        context.out.say(f"  {fit(count, across, align='right')}  {name}")


def _why(context: Context, desk: Desk, table: Table) -> None:
    """What the figure means, then its parts and tickets by group."""
    out, figure = context.out, context.args.why
    out.say(_(DEFINITIONS[figure].title))
    for sentence in telling.meaning(figure):
        out.say(f"  {sentence}")
    for group in (TOTAL, *table.groups):
        parts = table.parts(figure, group)
        out.say()
        out.say(telling.told(telling.group_name(group, table.by, desk.policy), parts))
        for title, tickets in telling.why(parts):
            told = _("{title}: {text}").format(title=title, text=tickets)
            out.say(textwrap.fill(told, out.columns() - 1, initial_indent="  ", subsequent_indent="    "))


# For programs.


def plain(parts: Parts) -> dict[str, object]:
    """A figure for programs; the total's group is null."""
    known = DEFINITIONS[parts.figure]
    return {
        "figure": parts.figure,
        "group": parts.group or None,
        "value": parts.value,
        "unit": known.unit.value,
        "better": known.better.value,
        "numerator": parts.numerator,
        "denominator": parts.denominator,
    }


def _json(found: Report, wanted: Sequence[str], why: str | None) -> Iterator[str]:
    table = found.table
    head: dict[str, object] = {"by": table.by.value, **telling.dates_of(table.period)}
    if why:
        known = DEFINITIONS[why]
        groups = [
            plain(parts)
            | {
                "tickets": [
                    {"ticket": item.ticket, "value": item.value, "weight": item.weight}
                    for item in parts.items
                ]
            }
            for parts in _of(table, (why,))
        ]
        yield (
            dump(head | {"figure": why, "definition": known.text, "rule": known.rule, "groups": groups})
            + "\n"
        )
        return
    yield (
        dump(
            head
            | {
                "figures": [plain(parts) for parts in _of(table, wanted)],
                "topics": [
                    {
                        "type": topic.type,
                        "product": topic.product,
                        "tickets": len(topic.tickets),
                        "complaints": len(topic.complaints),
                    }
                    for topic in found.topics
                ],
                "retraining": [
                    {"figure": due.figure, "quarters": list(due.quarters), "rates": list(due.rates)}
                    for due in found.retraining
                ],
                "unknown": list(found.unknown),
            }
        )
        + "\n"
    )


def _csv(found: Report, wanted: Sequence[str], why: str | None) -> Iterator[str]:
    return as_csv(_sheets(found, wanted, why)[0])


def _sheets(found: Report, wanted: Sequence[str], why: str | None) -> list[Sheet]:
    """The figures, and with them the topics; or with `--why` every ticket of one figure."""
    if why:
        return [Sheet("why", ("figure", "group", "ticket", "value", "weight"), _tickets(found.table, why))]
    columns = ("figure", "group", "value", "unit", "better", "numerator", "denominator")
    lines: list[Sequence[Cell]] = [
        (
            parts.figure,
            parts.group or None,
            parts.value,
            DEFINITIONS[parts.figure].unit.value,
            DEFINITIONS[parts.figure].better.value,
            parts.numerator,
            parts.denominator,
        )
        for parts in _of(found.table, wanted)
    ]
    topics: list[Sequence[Cell]] = [
        (topic.type, topic.product, len(topic.tickets), len(topic.complaints)) for topic in found.topics
    ]
    return [
        Sheet("figures", columns, lines),
        Sheet("topics", ("type", "product", "tickets", "complaints"), topics),
    ]


def _tickets(table: Table, figure: str) -> Iterator[Sequence[Cell]]:
    groups = table.groups or (TOTAL,)  # the total would count each ticket twice
    for group in groups:
        for item in table.parts(figure, group).items:
            yield (figure, group or None, item.ticket, item.value, item.weight)
