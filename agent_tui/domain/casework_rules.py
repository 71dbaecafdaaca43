"""The company's rules of casework as values: roles, regions, departments, complaint stages, legal clocks, assessment.

The numbers and names come from pack files, as those of `policy` do; nothing here knows them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import msgspec

from agent_tui.domain.casework import AGENT

Names = dict[str, str]
"""A text in the languages of the faces: `{"en": "E-mail", "zh_CN": "服务邮箱"}`."""

ANSWER, PLAN, RESOLVE = "answer", "plan", "resolve"
"""What ends a legal clock."""


class RoleRule(msgspec.Struct, frozen=True):
    """A role (POLICY P1). `may` names the actions that only such roles do; `handles` whether it works tickets."""

    id: str
    name: Names
    handles: bool = True
    regional: bool = False  # its own actions only count in the person's regions
    may: tuple[str, ...] = ()


class RegionRule(msgspec.Struct, frozen=True):
    """A region with its markets and languages (POLICY P2)."""

    id: str
    name: Names
    markets: tuple[str, ...]
    languages: tuple[str, ...] = ()


class DepartmentRule(msgspec.Struct, frozen=True):
    """A department that helps, and how long its answer may take (POLICY P3); `risk` is told of dangers first (C9)."""

    id: str
    name: Names
    rule: str
    limit: timedelta | None = None
    calendar: str = "always"
    risk: bool = False


class StageRule(msgspec.Struct, frozen=True):
    """A stage of a complaint: whose it is, its limit, and what it demands in some markets (POLICY C1–C10).

    `days` are working days; limit and days are counted from the beginning of the stage, or with
    `from_taking` from when the complaint was taken.
    """

    id: str
    name: Names
    rule: str
    owner: str
    limit: timedelta | None = None
    days: int | None = None
    calendar: str = "always"
    from_taking: bool = False
    needs_in: dict[str, tuple[str, ...]] = {}  # a field, and the markets in which it must be filled in
    needs_rule: str = ""  # the rule behind `needs_in`


class LegalRule(msgspec.Struct, frozen=True):
    """A market's legal clock on complaints, with its source.

    It ends with our first `answer`, with the `plan` told to the customer, or with `resolve`; with the last always.
    """

    id: str
    name: Names
    law: str
    market: str
    ends: str
    source: str
    limit: timedelta | None = None
    days: int | None = None  # working days
    calendar: str = "always"
    since: date | None = None  # the law's first day


class LikenessRule(msgspec.Struct, frozen=True):
    """When tickets count as one problem (POLICY C9): `within` is how far apart, `least` how many customers."""

    within: timedelta
    least: int = 2


class Question(msgspec.Struct, frozen=True):
    """One question of the assessment (ISO 10002, 8.4) on one key; the first answer is the ordinary one."""

    id: str
    name: Names
    key: str
    answers: dict[str, Names]


class ProposalRule(msgspec.Struct, frozen=True):
    """When these answers were given, the level is at least this one, and why; `forced` allows no other."""

    id: str
    when: dict[str, str]
    level: int
    because: Names
    rule: str
    forced: bool = False


class CardSection(msgspec.Struct, frozen=True):
    """A section of the quality card: its points, or `fatal` or `violation` for what is counted apart.

    `critical` says for whom such an error is: `customer`, `business` or `compliance`.
    """

    id: str
    name: Names
    kind: str = "section"
    points: int = 0
    critical: str = ""


class RetrainingRule(msgspec.Struct, frozen=True):
    """Compliance below `least`, a share, in so many quarters running calls for retraining (POLICY 8)."""

    least: float = 0.95
    quarters: int = 2


class Shift(msgspec.Struct, frozen=True):
    """A shift of the team (POLICY P4): its time zone, its hours as `09:00-18:00`, its people."""

    id: str
    name: Names
    zone: str
    hours: str
    members: tuple[str, ...] = ()


class Casework(msgspec.Struct, frozen=True):
    """Everything a company may change about its casework without touching code."""

    roles: dict[str, RoleRule] = {}
    regions: dict[str, RegionRule] = {}
    departments: dict[str, DepartmentRule] = {}
    stages: dict[str, StageRule] = {}
    legal: tuple[LegalRule, ...] = ()
    repeat: LikenessRule = LikenessRule(timedelta(days=90))
    group: LikenessRule = LikenessRule(timedelta(days=14), 3)
    questions: dict[str, Question] = {}
    proposals: tuple[ProposalRule, ...] = ()
    card: dict[str, CardSection] = {}
    retraining: RetrainingRule = RetrainingRule()
    shifts: dict[str, Shift] = {}
    apologies: dict[str, tuple[str, ...]] = {}  # words of apology, by language

    def region_of(self, market: str | None) -> str | None:
        """The region that a market belongs to."""
        return next((region.id for region in self.regions.values() if market in region.markets), None)

    def shift(self, word: str) -> Shift | None:
        """The shift with this id, or with this name in any language."""
        plain = word.strip().casefold()
        named = ((shift, (shift.id, *shift.name.values())) for shift in self.shifts.values())
        return next((shift for shift, words in named if plain in map(str.casefold, words)), None)

    def is_addressed(self, agent: str, to: str) -> bool:
        """Whether a handover to a colleague or a shift is for this agent; a shift without names is anybody's (P4)."""
        shift = self.shift(to)
        return to == agent if shift is None else not shift.members or agent in shift.members

    def risk_department(self) -> str | None:
        """The department that hears of risks first (POLICY C9, T7)."""
        return next((each.id for each in self.departments.values() if each.risk), None)


class Actor(msgspec.Struct, frozen=True):
    """Who sits at the desk: a name, the roles the person holds, and the regions (none: all of them)."""

    name: str
    roles: tuple[str, ...] = (AGENT,)
    regions: tuple[str, ...] = ()

    def roles_for(self, kind: str, rules: Casework) -> tuple[str, ...]:
        """The roles in which this person may do an action of this kind, the person's first one first."""
        able = may_do(kind, rules)
        return tuple(
            name
            for name in self.roles
            if name in rules.roles
            and (name in able if able else rules.roles[name].handles or kind in SUPPORT)
        )

    def has_region(self, region: str | None) -> bool:
        """Whether a region is one of this person's."""
        return not self.regions or region is None or region in self.regions


SUPPORT = ("note", "tag", "link", "unlink", "advise", "review", "undo", "edit_customer", "open", "receive")
"""What support staff, who work no tickets themselves, may do to one all the same."""


def may_do(kind: str, rules: Casework) -> tuple[str, ...]:
    """The roles that may do an action of this kind, where not everybody may."""
    return tuple(role.id for role in rules.roles.values() if kind in role.may)


def in_force(rule: LegalRule, market: str | None, at: datetime) -> bool:
    """Whether a legal clock runs for a complaint of this market that was taken at this moment."""
    return rule.market == market and (rule.since is None or at.date() >= rule.since)
