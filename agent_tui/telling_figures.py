"""Figures as people read them, on the screen and the command line: values, groups, and why a figure is what it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from agent_tui import formats
from agent_tui.domain.figure_definitions import DEFINITIONS, WHEN, Better, Unit
from agent_tui.domain.figures import TOTAL, UNKNOWN, Parts, Retraining, Table, Topic, pains
from agent_tui.domain.messages import N_
from agent_tui.domain.periods import By, Period
from agent_tui.domain.policy import Policy
from agent_tui.domain.text import safe
from agent_tui.i18n import _, format_locale, ngettext
from agent_tui.wording import name_of

BETTER = {
    Better.HIGHER: N_("higher is better"),
    Better.LOWER: N_("lower is better"),
    Better.NEITHER: N_("neither high nor low is good by itself"),
}
NOTHING = "–"
"""What stands for a figure that has nothing to divide by."""


def value_of(parts: Parts) -> str:
    """A figure's value in its unit."""
    return _in_unit(parts.value, DEFINITIONS[parts.figure].unit)


def _in_unit(value: float | None, unit: Unit) -> str:
    locale = format_locale()
    if value is None:
        return NOTHING
    match unit:
        case Unit.SHARE:
            return formats.percent(value, locale, digits=1)
        case Unit.SECONDS:
            return formats.duration(timedelta(seconds=round(value)), locale)
        case Unit.NET:
            sign = "+" if round(value) > 0 else ""
            return sign + formats.number(round(value), locale)
        case Unit.COUNT:
            return formats.number(round(value), locale)
        case Unit.POINTS | Unit.PER_DAY:
            return formats.number(value, locale, digits=1)


def parts_of(parts: Parts) -> str:
    """What a figure is divided from: `18 of 20`, `34 h in 18 tickets`, `20 in 7 days`."""
    locale, below = format_locale(), round(parts.denominator)
    if not below:
        return ""
    count = formats.number(below, locale)
    match DEFINITIONS[parts.figure].unit:
        case Unit.SHARE | Unit.NET:
            return _share(round(parts.numerator), below)
        case Unit.PER_DAY:
            told = ngettext("{sum} in {count} day", "{sum} in {count} days", below)
            return told.format(sum=_whole(parts.numerator), count=count)
        case Unit.SECONDS:
            above = formats.duration(timedelta(seconds=round(parts.numerator)), locale)
        case _:
            above = _whole(parts.numerator)
    return ngettext("{sum} in {count} case", "{sum} in {count} cases", below).format(sum=above, count=count)


def _whole(value: float) -> str:
    return formats.number(round(value), format_locale())


def told(title: str, parts: Parts) -> str:
    """A figure on one line: its title or its group, its value, and what it is divided from."""
    value, below = value_of(parts), parts_of(parts)
    text = _("{value} ({parts})").format(value=value, parts=below) if below else value
    return _("{title}: {text}").format(title=title, text=text)


def group_name(group: str, by: By, policy: Policy) -> str:
    """A day, month, quarter, channel, level or market as people call it."""
    if group == TOTAL:
        return _("in total")
    if group == UNKNOWN:
        return _("not known")
    match by:
        case By.CHANNEL:
            return name_of(policy.channel_of(group).name) if group in policy.channels else safe(group)
        case By.LEVEL if group.isdecimal() and int(group) in policy.levels:
            return name_of(policy.levels[int(group)].name)
        case _:
            return safe(group)


def period_of(table: Table) -> str:
    """From when to when the figures are."""
    first, last = table.period.first, table.period.last
    if first is None or last is None:
        return _("There is nothing in this period.")
    return _("Figures from {first} to {last}").format(first=day(first), last=day(last))


def days_of(table: Table) -> str:
    """The same in few cells."""
    first, last = table.period.first, table.period.last
    return NOTHING if first is None or last is None else f"{day(first)} – {day(last)}"


def day(value: date) -> str:
    """A day of the calendar."""
    return formats.date(datetime(value.year, value.month, value.day, tzinfo=UTC), format_locale(), UTC)


def dates_of(period: Period) -> dict[str, str | None]:
    """A period for programs."""
    return {
        "from": period.first.isoformat() if period.first else None,
        "to": period.last.isoformat() if period.last else None,
    }


def meaning(figure: str) -> list[str]:
    """What a figure is: its sentence with its rules, when something counts, and which direction is good."""
    known = DEFINITIONS[figure]
    text = _("{text} (POLICY {rules})").format(text=_(known.text), rules=known.rule)
    return [text, _(WHEN[known.counts]), _(BETTER[known.better])]


def why(parts: Parts, most: int | None = None) -> list[tuple[str, str]]:
    """The tickets behind a figure, each group of them as what it is and which tickets; at most so many of each.

    Of a mean, the tickets come with what each added.
    """
    unit = DEFINITIONS[parts.figure].unit
    found: list[tuple[str, Sequence[str]]]
    if unit in (Unit.SECONDS, Unit.POINTS):
        each = [f"#{item.ticket} {_in_unit(item.value, unit)}" for item in parts.items]
        found = [(_("each one"), each)]
    elif unit is Unit.NET:
        sides = {1: _("9 or 10"), 0: _("7 or 8"), -1: _("0 to 6")}
        found = [
            (title, [f"#{item.ticket}" for item in parts.items if item.value == side])
            for side, title in sides.items()
        ]
    else:
        found = [(_("counted"), [f"#{ticket}" for ticket in parts.tickets(added=True)])]
        if parts.denominator and unit is not Unit.PER_DAY:
            found.append((_("not counted"), [f"#{ticket}" for ticket in parts.tickets(added=False)]))
    return [(title, _listed(tickets, most)) for title, tickets in found if tickets]


def _listed(tickets: Sequence[str], most: int | None) -> str:
    told = _(", ").join(tickets[:most])
    rest = len(tickets) - len(tickets[:most])
    if not rest:
        return told
    more = ngettext("and {count} more", "and {count} more", rest).format(count=_whole(rest))
    return f"{told} {more}"


def hot(topics: Sequence[Topic], most: int) -> list[tuple[Topic, str]]:
    """The most frequent topics, each with how many of all tickets were of it."""
    total = sum(len(topic.tickets) for topic in topics)
    return [(topic, _share(len(topic.tickets), total)) for topic in topics[:most]]


def painful(topics: Sequence[Topic], most: int) -> list[tuple[Topic, str]]:
    """The topics most complained of, each with how many of its tickets were complaints."""
    return [(topic, _share(len(topic.complaints), len(topic.tickets))) for topic in pains(topics)[:most]]


def _share(part: int, whole: int) -> str:
    return _("{part} of {whole}").format(part=_whole(part), whole=_whole(whole))


def topic_name(topic: Topic, policy: Policy) -> str:
    """An issue type and a product."""
    kind = name_of(policy.type_of(topic.type).name) if topic.type else _("not classified")
    return f"{kind}, {safe(topic.product)}" if topic.product else kind


def retraining_of(found: Retraining) -> str:
    """That compliance calls for retraining, and why."""
    title = _(DEFINITIONS[found.figure].title)
    rates = _(", ").join(
        f"{quarter} {formats.percent(rate, format_locale(), digits=1)}"
        for quarter, rate in zip(found.quarters, found.rates, strict=True)
    )
    text = _("Retraining is due: {figure}, compliance {rates} (POLICY 8).")
    return text.format(figure=title, rates=rates)


def unknown_of(unknown: tuple[int, ...]) -> str:
    """That some tickets are left out, since an entry of theirs was erased."""
    count = len(unknown)
    text = ngettext(
        "{count} ticket is left out: an entry of it was erased.",
        "{count} tickets are left out: entries of them were erased.",
        count,
    )
    return text.format(count=formats.number(count, format_locale()))
