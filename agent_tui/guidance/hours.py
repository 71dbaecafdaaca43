"""The customer's local time, and whether it is a decent hour to call them: with the reason and the next one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from agent_tui.domain.calendars import Window, instant
from agent_tui.domain.casework_rules import Names
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.ticket import Customer
from agent_tui.guidance.festivals import day_off, is_kept
from agent_tui.guidance.situation import Situation
from agent_tui.guidance.wishes import Wish, WishKind
from agent_tui.guidance.wishes import read as read_wishes
from agent_tui.packs.culture import CultureBook, MarketPack
from agent_tui.packs.week import Week

_DAY = timedelta(days=1)
_AHEAD = 45  # days: the next decent hour is looked for no farther
_UP, _TO_BED = 8 * 60, 21 * 60  # minutes from local midnight
_USUAL = Window(9 * 60, 18 * 60)  # where no market is known


class DayKind(StrEnum):
    """What kind of day it is for the customer."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


class LocalTime(msgspec.Struct, frozen=True, kw_only=True):
    """The customer's clock. Where the zone is not certain, `earliest` and `latest` are the ends of the range."""

    zone: str  # IANA, the customer's own or the market's main one
    certain: bool
    time: datetime  # in `zone`
    earliest: datetime
    latest: datetime
    day: DayKind
    holiday: Names | None = None
    decent: bool  # in every zone that is possible
    reason: Told  # in English; `because` has the name in it in the interface's languages
    because: Names | None = None
    next_decent: datetime | None = None  # UTC; None while it is decent, or when there is none in sight


class _Reason(msgspec.Struct, frozen=True):
    told: Told
    name: Names | None = None


IN_HOURS = N_("People there take calls at this hour.")
TOO_EARLY = N_("It is too early or too late there for a call.")
WEEKEND = N_("It is the weekend there.")
HOLIDAY = N_("It is a public holiday there: {holiday}.")
FESTIVAL = N_("Hours differ there now: {festival}.")
WISH = N_("The customer asked: {wish}")
NO_CALLS = N_("The customer does not want calls: {wish}")


def local(
    about: Situation | Customer,
    pack: MarketPack | None,
    now: datetime,
    *,
    book: CultureBook,
    subdivision: str = "",
) -> LocalTime | None:
    """The local time of a customer at `now` (UTC); None when neither market nor time zone is known.

    What the customer wished wins: their times, and not to be called at all.
    """
    customer = about.customer if isinstance(about, Situation) else about
    own = _zone(customer.time_zone)
    zones = (own,) if own is not None else tuple(map(ZoneInfo, pack.zones)) if pack is not None else ()
    if not zones:
        return None
    wishes = read_wishes(customer.wishes, book.wishes)
    market = pack.market if pack is not None else ""
    times = sorted((now.astimezone(zone) for zone in zones), key=lambda each: each.replace(tzinfo=None))
    day = now.astimezone(zones[0]).date()
    reason = _refusal(wishes) or next(
        (found for zone in zones if (found := _reason(now, zone, pack, wishes, book, subdivision))), None
    )
    decent = reason is None
    blocked = any(wish.kind is WishKind.CHANNEL and wish.value == "phone" and wish.avoid for wish in wishes)
    return LocalTime(
        zone=str(zones[0]),
        certain=len(zones) == 1,
        time=now.astimezone(zones[0]),
        earliest=times[0],
        latest=times[-1],
        day=_kind(market, day, subdivision, book),
        holiday=day_off(market, day, subdivision, book.festivals) if market else None,
        decent=decent,
        reason=Told(IN_HOURS) if reason is None else reason.told,
        because=None if reason is None else reason.name,
        next_decent=None if decent or blocked else _next(now, zones, pack, wishes, book, subdivision),
    )


def _zone(name: str | None) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # written by a helpdesk, or by hand
        return None


def _kind(market: str, day: date, subdivision: str, book: CultureBook) -> DayKind:
    if market and day_off(market, day, subdivision, book.festivals) is not None:
        return DayKind.HOLIDAY
    return DayKind.WEEKEND if day.weekday() in book.weekend(market, subdivision) else DayKind.WORKING


def _refusal(wishes: tuple[Wish, ...]) -> _Reason | None:
    for wish in wishes:
        if wish.kind is WishKind.CHANNEL and wish.value == "phone" and wish.avoid:
            return _Reason(Told(NO_CALLS, {"wish": wish.text}))
    return None


def _reason(
    now: datetime,
    zone: ZoneInfo,
    pack: MarketPack | None,
    wishes: tuple[Wish, ...],
    book: CultureBook,
    subdivision: str,
) -> _Reason | None:
    """Why it is no decent hour in a zone; None when it is one."""
    there = now.astimezone(zone)
    day, minute = there.date(), there.hour * 60 + there.minute
    for wish in wishes:
        if wish.kind is WishKind.TIME and not _fits(wish, day, minute):
            return _Reason(Told(WISH, {"wish": wish.text}))
    name = day_off(pack.market, day, subdivision, book.festivals) if pack is not None else None
    if name is not None:
        return _Reason(Told(HOLIDAY, {"holiday": name["en"]}), name)
    if any(wish.kind is WishKind.TIME and not wish.avoid for wish in wishes):
        return None  # they said when
    if pack is None:
        return None if _USUAL.start <= minute < _USUAL.end else _Reason(Told(TOO_EARLY))
    hours, festival = _hours(pack, day, book)
    if any(window.start <= minute < window.end for window in hours[day.weekday()]):
        return None
    if festival:
        kept = book.festivals.rules[festival].name
        return _Reason(Told(FESTIVAL, {"festival": kept["en"]}), kept)
    if not hours[day.weekday()] and day.weekday() in book.weekend(pack.market, subdivision):
        return _Reason(Told(WEEKEND))
    return _Reason(Told(TOO_EARLY))


def _fits(wish: Wish, day: date, minute: int) -> bool:
    if wish.days is not None and day.weekday() not in wish.days:
        return False
    if wish.times is None:
        return True
    return any(
        window.start <= minute < window.end for window in (wish.times if wish.avoid else _awake(wish.times))
    )


def _awake(times: tuple[Window, ...]) -> tuple[Window, ...]:
    """`after 18:00` ends when people go to bed, `before 9:00` begins when they get up."""
    return tuple(
        Window(_UP if each.start == 0 else each.start, _TO_BED if each.end == 24 * 60 else each.end)
        for each in times
    )


def _hours(pack: MarketPack, day: date, book: CultureBook) -> tuple[Week, str]:
    """The hours of calls on a day: other ones while a festival lasts that the pack names; with its id."""
    for festival, hours in pack.call_during.items():
        if is_kept(festival, pack.market, day, book.festivals):
            return hours, festival
    return pack.call, ""


def _next(
    now: datetime,
    zones: tuple[ZoneInfo, ...],
    pack: MarketPack | None,
    wishes: tuple[Wish, ...],
    book: CultureBook,
    subdivision: str,
) -> datetime | None:
    """The next moment that is decent in every zone, or in the main one when there is none in all of them."""
    for tried in (zones, zones[:1]) if len(zones) > 1 else (zones,):
        for moment in _openings(now, tried, pack, wishes, book):
            if all(_reason(moment, zone, pack, wishes, book, subdivision) is None for zone in tried):
                return moment
    return None


def _openings(
    now: datetime,
    zones: tuple[ZoneInfo, ...],
    pack: MarketPack | None,
    wishes: tuple[Wish, ...],
    book: CultureBook,
) -> Iterator[datetime]:
    """The moments after `now` at which something opens somewhere, in order: only then can it become decent."""
    wished = [wish for wish in wishes if wish.kind is WishKind.TIME]
    wanted = {
        window.start
        for wish in wished
        for window in ((wish.times if wish.avoid else _awake(wish.times)) if wish.times else (_USUAL,))
    }
    first = now.astimezone(zones[0]).date() - _DAY
    for number in range(_AHEAD):
        day = first + number * _DAY
        hours = _hours(pack, day, book)[0][day.weekday()] if pack is not None else (_USUAL,)
        starts = {window.start for window in hours} | wanted
        moments = {instant(str(zone), day, start) for zone in zones for start in starts}
        yield from (moment for moment in sorted(moments) if moment > now)
