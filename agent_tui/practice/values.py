"""Values of the company's policy in words for the texts of questions, and others beside them for wrong choices."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import msgspec
from msgspec.structs import astuple, replace

from agent_tui.domain.casework_rules import Casework, LegalRule, Names
from agent_tui.domain.policy import Policy
from agent_tui.domain.timers import DEADLINE
from agent_tui.packs.culture import MarketPack
from agent_tui.packs.references import Condition, Reference, reference, references
from agent_tui.packs.theory import LANGUAGES, Phrase

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_HAN = re.compile(r"[\u3400-\u9fff]$")
_IN_HOURS = timedelta(hours=72)  # up to which people count hours, as POLICY L3 does


class Missing(LookupError):
    """The company's policy has no such channel, stage or department."""

    def __init__(self, asked: Reference | str) -> None:
        if isinstance(asked, Reference):
            asked = f"{asked.family}:{asked.id}.{asked.field}"
        super().__init__(asked)


class Fact(msgspec.Struct, frozen=True):
    """A value in the interface's languages; `amount` is its size and `source` says who says so, where there is one."""

    names: Names
    amount: float | None = None
    source: str = ""


Handbook = Callable[[str], MarketPack | None]
"""The culture pack of a market (ISO 3166-1 alpha-2)."""


def no_handbook(market: str) -> MarketPack | None:
    """No market has a page."""
    return None


class Facts:
    """What policy and handbook say, in words. `keys` are the desk's: a command's id, and the key as it is shown."""

    def __init__(
        self,
        policy: Policy,
        words: Mapping[str, Phrase],
        keys: Mapping[str, str] | None = None,
        handbook: Handbook = no_handbook,
    ) -> None:
        self._policy = policy
        self._words = words
        self._keys = keys or {}
        self._handbook = handbook

    def fact(self, asked: Reference) -> Fact:
        """What a placeholder stands for. Raises Missing."""
        found = self._found(asked)
        if found is None:
            raise Missing(asked)
        return found

    def holds(self, condition: Condition) -> bool:
        """Whether a policy is as a question says; what the policy does not have holds not."""
        policy, rules, (family, id_, field) = self._policy, self._policy.casework, astuple(condition.asked)
        stage, role = rules.stages.get(id_), rules.roles.get(id_)
        clock = policy.clocks.get(id_)
        found = {
            "clock": clock is not None and field in clock.paused_by,
            "stage": stage is not None and stage.from_taking,
            "role": role is not None and not role.handles,
            "proposal": any(each.id == id_ and each.forced for each in rules.proposals),
            "demand": stage is not None and any(field in markets for markets in stage.needs_in.values()),
            "leader": any(str(each.level) == id_ and each.leader == field for each in policy.levels.values()),
        }
        return found[family] is condition.holds

    def filled(self, names: Names, local: Mapping[str, Names] | None = None) -> Names:
        """A text with its placeholders filled, in both languages. Raises Missing."""
        return {language: self._in(language, text, local or {}) for language, text in names.items()}

    def _in(self, language: str, text: str, local: Mapping[str, Names]) -> str:
        def value(match: re.Match[str]) -> str:
            name = match[1]
            said = _said(local[name] if name in local else self.fact(reference(name)).names, language)
            # Chinese texts set figures and Latin words apart.
            apart = _HAN.search(text[: match.start()]) and said[:1].isascii() and said[:1].isalnum()
            return f" {said}" if apart else said

        return _PLACEHOLDER.sub(value, text)

    def sources(self, *texts: Names) -> tuple[str, ...]:
        """Who says what the placeholders of some texts stand for, each once. Raises Missing."""
        asked = (each for names in texts for each in references(names))
        return tuple(dict.fromkeys(source for each in asked if (source := self.fact(each).source)))

    def others(self, asked: Reference, count: int) -> tuple[Names, ...]:
        """So many other values of the same sort, the likeliest to be mistaken for it first. Raises Missing."""
        right = self.fact(asked)
        taken = {_said(right.names, language) for language in LANGUAGES}
        found: list[Names] = []
        for fact in self._beside(asked, right):
            said = {_said(fact.names, language) for language in LANGUAGES}
            if not said & taken:
                taken |= said
                found.append(fact.names)
            if len(found) == count:
                break
        return tuple(found)

    def phrase(self, word: str) -> Names:
        """A sentence of `words.toml` that has no number."""
        return self._words[word].many

    # One value.

    def _found(self, asked: Reference) -> Fact | None:
        rules = self._policy.casework
        families: dict[str, Callable[[Reference], Fact | None]] = {
            "channel": self._channel,
            "level": self._level,
            "stage": self._stage,
            "department": self._department,
            "role": lambda each: self._role(each.id),
            "type": self._type,
            "legal": self._legal,
            "likeness": self._likeness,
            "region": self._region,
            "culture": self._culture,
            "card": lambda each: self._card(each, rules),
            "retraining": lambda each: self._retraining(each, rules),
            "key": lambda each: _plain(self._keys.get(each.id)),
        }
        return families[asked.family](asked)

    def _channel(self, asked: Reference) -> Fact | None:
        rule = self._policy.channels.get(asked.id)
        if rule is None:
            return None
        return Fact(rule.name) if asked.field == "name" else self._span(rule.first_response)

    def _level(self, asked: Reference) -> Fact | None:
        rule = self._policy.levels.get(int(asked.id)) if asked.id.isdecimal() else None
        if rule is None:
            return None
        if asked.field == "name":
            return Fact(rule.name)
        if asked.field == "leader":
            return self._role(rule.leader)
        if asked.field == "progress":
            return None if rule.progress is None else self._span(rule.progress)
        if isinstance(rule.limit, timedelta):
            return self._span(rule.limit)
        return Fact(self.phrase("deadline" if rule.limit == DEADLINE else "on_the_spot"))

    def _stage(self, asked: Reference) -> Fact | None:
        rule = self._policy.casework.stages.get(asked.id)
        if rule is None:
            return None
        if asked.field == "name":
            return Fact(rule.name)
        if asked.field == "owner":
            return self._role(rule.owner)
        return self._length(rule.limit, rule.days)

    def _department(self, asked: Reference) -> Fact | None:
        name = self._policy.casework.risk_department() if asked.id == "risk" else asked.id
        rule = self._policy.casework.departments.get(name or "")
        if rule is None:
            return None
        return Fact(rule.name) if asked.field == "name" else self._length(rule.limit, None)

    def _role(self, name: str) -> Fact | None:
        rule = self._policy.casework.roles.get(name)
        return None if rule is None else Fact(rule.name)

    def _type(self, asked: Reference) -> Fact | None:
        rule = self._policy.types.get(asked.id)
        if rule is None:
            return None
        return Fact(rule.name) if asked.field == "name" else self._length(rule.resolve_within, None)

    def _legal(self, asked: Reference) -> Fact | None:
        rule = next((each for each in self._policy.casework.legal if each.id == asked.id), None)
        return None if rule is None else self._legal_fact(rule, asked.field)

    def _legal_fact(self, rule: LegalRule, field: str) -> Fact | None:
        fact = _plain(rule.law) if field == "law" else self._length(rule.limit, rule.days)
        return None if fact is None else replace(fact, source=rule.source)

    def _region(self, asked: Reference) -> Fact | None:
        """The region of a market."""
        region = self._policy.casework.region_of(asked.id)
        return None if region is None else Fact(self._policy.casework.regions[region].name)

    def _culture(self, asked: Reference) -> Fact | None:
        page = self._handbook(asked.id)
        entry = page.entries.get(asked.field) if page is not None else None
        return None if entry is None else Fact(entry.text, source=entry.source)

    def _likeness(self, asked: Reference) -> Fact | None:
        rules = {"repeat": self._policy.casework.repeat, "group": self._policy.casework.group}
        rule = rules.get(asked.id)
        if rule is None:
            return None
        return self._span(rule.within) if asked.field == "within" else _number(rule.least)

    @staticmethod
    def _card(asked: Reference, rules: Casework) -> Fact | None:
        section = rules.card.get(asked.id)
        if section is None:
            return None
        return Fact(section.name) if asked.field == "name" else _number(section.points)

    @staticmethod
    def _retraining(asked: Reference, rules: Casework) -> Fact | None:
        rule = rules.retraining
        return _share(rule.least) if asked.field == "least" else _number(rule.quarters)

    def _length(self, limit: timedelta | None, days: int | None) -> Fact | None:
        if days is not None:
            return Fact(self._counted("working_day", days), float(days))
        return None if limit is None else self._span(limit)

    def _span(self, span: timedelta) -> Fact:
        """A span in the largest unit that it is whole in; hours up to three days."""
        for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
            seconds = span.total_seconds()
            if seconds % size == 0 and (unit != "day" or span > _IN_HOURS):
                return Fact(self._counted(unit, int(seconds // size)), seconds)
        return Fact(self._counted("second", int(span.total_seconds())), span.total_seconds())

    def _counted(self, unit: str, count: int) -> Names:
        phrase = self._words[unit]
        names = phrase.one if count == 1 else phrase.many
        return {language: text.replace("{count}", str(count)) for language, text in names.items()}

    # Values beside it.

    def _beside(self, asked: Reference, right: Fact) -> Iterator[Fact]:
        if right.amount is None:
            yield from self._siblings(asked)
            return
        amount = right.amount
        if asked.family == "retraining" and asked.field == "least":
            yield from (_share(amount + step) for step in (-0.05, -0.1, 0.03, -0.15) if 0 < amount + step < 1)
            return
        if asked.field == "limit" or asked.field in ("progress", "within"):
            rule = self._policy.casework.stages.get(asked.id) if asked.family == "stage" else None
            if asked.family == "legal":
                yield from (self._span(timedelta(seconds=amount) * times) for times in (0.5, 2, 1.5))
            elif rule is None or rule.days is None:
                yield from sorted(self._spans(), key=lambda each: _far(each.amount or 0, amount))
                yield from (self._span(timedelta(seconds=amount) * times) for times in (2, 3, 4, 6))
                return
        if asked.field in ("days", "limit"):
            days = [each.days for each in self._policy.casework.legal if each.days is not None]
            near = [int(amount) + step for step in (2, -1, 4, 7, 1, 3)]
            yield from (Fact(self._counted("working_day", each)) for each in (*near, *days) if each > 0)
            return
        if asked.field == "points":
            points = sorted({each.points for each in self._policy.casework.card.values() if each.points})
            yield from (_number(each) for each in sorted(points, key=lambda each: abs(each - amount)))
        yield from (_number(int(amount) + step) for step in (1, -1, 2, 3, 5) if amount + step > 0)

    def _siblings(self, asked: Reference) -> Iterator[Fact]:
        """The same field of the family's other entries; roles for whoever leads or owns, limits for a limit."""
        rules = self._policy.casework
        roles = [each.id for each in rules.roles.values() if each.handles]
        ids: dict[str, list[str]] = {
            "channel": list(self._policy.channels),
            "level": [str(each) for each in self._policy.levels],
            "stage": list(rules.stages),
            "department": list(rules.departments),
            "role": roles,
            "type": list(self._policy.types),
            "legal": [each.id for each in rules.legal],
            "card": list(rules.card),
            "key": list(self._keys),
        }
        if asked.field in ("leader", "owner"):
            yield from (fact for each in roles if (fact := self._role(each)) is not None)
            return
        if asked.family == "key":
            yield from self._near_keys(asked.id)
            return
        for each in ids[asked.family]:
            fact = self._found(Reference(asked.family, each, asked.field))
            if fact is not None:
                yield fact
        if asked.field == "limit":
            yield from self._spans()

    def _near_keys(self, command: str) -> Iterator[Fact]:
        """Other keys: the same letter, large or small, first, then the keys that begin alike."""
        key = self._keys[command]
        others = [each for name, each in self._keys.items() if name != command]
        others.sort(
            key=lambda each: (each.casefold() != key.casefold(), len(each) != len(key), each[0] != key[0])
        )
        yield from (Fact(dict.fromkeys(LANGUAGES, each)) for each in others)

    def _spans(self) -> Iterator[Fact]:
        """Every limit of the policy, those of channels and levels first."""
        rules = self._policy.casework
        spans = [
            *(each.first_response for each in self._policy.channels.values()),
            *(each.limit for each in self._policy.levels.values()),
            *(each.limit for each in rules.stages.values()),
            *(each.limit for each in rules.departments.values()),
        ]
        for span in spans:
            if isinstance(span, timedelta):
                yield self._span(span)


def _said(names: Names, language: str) -> str:
    return names.get(language) or names.get("en") or next(iter(names.values()), "")


def _plain(text: str | None) -> Fact | None:
    return Fact(dict.fromkeys(LANGUAGES, text)) if text else None


def _number(value: int) -> Fact:
    return Fact(dict.fromkeys(LANGUAGES, str(value)), float(value))


def _share(value: float) -> Fact:
    text = f"{value * 100:.4g}"
    return Fact({"en": f"{text} %", "zh_CN": f"{text}%"}, value)


def _far(one: float, other: float) -> float:
    """How far two spans lie apart: as many times as one is the other."""
    return abs(math.log(one / other)) if one > 0 and other > 0 else math.inf
