"""Agents that follow the policy but for one rule: each loses the points of that rule's checks and no other.

`MISTAKES` names them. `broken` of an agent says on whose cases it really made its mistake in a run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from agent_tui.domain.apply import PROMISE
from agent_tui.domain.casework import Escalation, Stage
from agent_tui.domain.clocks import Timer, TimerKind
from agent_tui.domain.next_step import NextStep, leader_of, next_step
from agent_tui.domain.ticket import Satisfaction, Status, Ticket
from agent_tui.domain.timers import timers
from agent_tui.guidance import speech_acts
from agent_tui.guidance.wishes import reply_language
from agent_tui.packs.compliance import shipped
from agent_tui.packs.culture import CultureBook
from agent_tui.packs.scenario import Persona
from agent_tui.packs.scoring import load_scoring
from agent_tui.practice import manners
from agent_tui.practice import world as worlds
from agent_tui.practice.model_agent import ModelAgent
from agent_tui.practice.training import Training
from agent_tui.practice.world import Done

Given = dict[str, str]

_SENTENCE = re.compile(r"(?:\b(?:Sra?|Mrs?|Ms|Dr)\.|[^.!?。！？؟\n])+[.!?。！？؟]*\s*")
_SCORING = load_scoring(None, [])
_CULTURE = CultureBook(None)
_TOO_LATE = timedelta(minutes=1)

# What stands for the words of an issue in the texts of who never says what it is about.
_THIS = {
    "ar": "هذا الأمر",
    "de": "Anliegen",
    "en": "matter",
    "es": "asunto",
    "fr": "affaire",
    "id": "hal ini",
    "it": "questione",
    "ja": "件",
    "ko": "건",
    "nl": "zaak",
    "pl": "sprawa",
    "pt": "assunto",
    "th": "เรื่องนี้",
    "tr": "konu",
    "vi": "việc này",
    "zh": "事情",
}
# How somebody apologises who says nothing else.
_SORRY = {
    "en": "We are sorry for the trouble.",
    "es": "Le pedimos disculpas por las molestias ocasionadas.",
    "pl": "Bardzo przepraszamy za niedogodności.",
    "tr": "Kusura bakmayın.",
}
# Too familiar for a customer of a market that is formal, by language.
_FAMILIAR = {
    "de": "Sag mir bitte, ob du noch etwas brauchst.",
    "es": "Dime si necesitas algo más, que estoy contigo.",
    "fr": "Dis-moi si tu as encore besoin de quelque chose.",
    "id": "Kamu butuh apa lagi? Bilang saja.",
    "it": "Dimmi se hai bisogno di altro, ti aiuto volentieri.",
    "ja": "また連絡するね。",
    "ko": "또 필요한 거 있으면 말해.",
    "pl": "Powiedz mi, czy czegoś jeszcze potrzebujesz.",
    "th": "แกมีอะไรอีกไหม",
    "tr": "Sana yardım edeyim, başka bir isteğin varsa söyle.",
    "vi": "Cậu còn cần gì nữa không?",
    "zh": "你还有啥要说的吗？",
}
_ELSEWHERE = {
    "de": "Thank you very much for your patience. Please write to us whenever you have another question about it.",
    "": "Vielen Dank für Ihre Geduld. Bitte schreiben Sie uns jederzeit, wenn Sie noch eine Frage dazu haben.",
}


def base(persona: Persona) -> str:
    """The two letters of the language that a customer is answered in."""
    return reply_language(persona.customer).partition("-")[0]


class Spoiled(ModelAgent):
    """A model agent whose actions one mistake changes. Where the customer stays put after it, it says that again."""

    def __init__(self, training: Training) -> None:
        super().__init__(training)
        self.broken: set[str] = set()
        self.replies: dict[int, int] = {}
        self._newest = (0, "", "")
        self._again: set[tuple[int, str, str]] = set()

    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        """What is done in place of this."""
        return given

    def thinks(self, persona: Persona) -> Persona:
        """What the agent believes is right for this customer."""
        return persona

    def _turn(self, persona: Persona) -> bool:
        believed = self.thinks(persona)
        if believed != persona:
            self.broken.add(persona.id)
        return super()._turn(believed)

    def _once(self, ticket: Ticket, node: str, step: str) -> bool:
        key = (ticket.id, node, step)
        persona = self.training.persona(ticket.id)
        assert persona is not None
        standing = self._standing(persona)
        if super()._once(ticket, node, step):
            self._newest = key
            return True
        if key in self._again and standing.waits is not None:
            self._again.discard(key)
            return True
        return False

    def _act(self, ticket: Ticket, action: str, **given: str) -> bool:
        persona = self.training.persona(ticket.id)
        assert persona is not None
        changed = self.change(persona, ticket, action, dict(given))
        if changed != given:
            self.broken.add(persona.id)
            if action == "reply":
                self._again.add(self._newest)
        if action == "reply":
            self.replies[ticket.id] = self.replies.get(ticket.id, 0) + 1
        return super()._act(ticket, action, **changed)

    def is_first(self, ticket: Ticket) -> bool:
        """Whether the next reply is the first one."""
        return not self.replies.get(ticket.id)

    def miss(self, persona: Persona, clocks: Iterable[Timer]) -> None:
        """Let the first of these clocks that still runs run out."""
        due = min((each.due for each in clocks if each.ended is None and each.due is not None), default=None)
        if due is not None and due >= self.training.now:
            self.training.advance(due + _TOO_LATE)
            self.broken.add(persona.id)

    def clocks(self, ticket: Ticket, kind: TimerKind) -> list[Timer]:
        """The ticket's clocks of a kind."""
        return [each for each in timers(ticket, self.desk.policy) if each.kind is kind]


def without(text: str, drop: Callable[[str], bool]) -> str:
    """The text without the sentences that `drop` says."""
    kept = [piece for piece in _SENTENCE.findall(text) if not drop(piece)]
    return "".join(kept).strip() or "…"


def within(text: str, said: str) -> str:
    """The text with something said after its first sentence: greeting and farewell stay where they are.

    In a paragraph of its own where nothing ends a sentence, as in Thai.
    """
    first = _SENTENCE.match(text)
    assert first is not None
    if first.end() == len(text):
        return f"{text}\n\n{said}"
    head = first[0].rstrip()
    gap = first[0][len(head) :] or " "
    return f"{head}{gap}{said}{gap}{text[first.end() :]}"


def naming(named: re.Match[str] | None, text: str, persona: Persona) -> str:
    """The text, with the words that named the issue where they went with another sentence."""
    return text if named is None or persona.restated.search(text) else f"{text} ({named[0]})"


# What is not said


class NoGreeting(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "reply" and self.is_first(ticket):
            first = _SENTENCE.match(given["text"])
            assert first is not None
            given["text"] = given["text"][first.end() :]
        return given


class NoFarewell(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "reply":
            pieces = _SENTENCE.findall(given["text"])
            while len(pieces) > 1 and self._takes_leave("".join(pieces), persona):
                pieces.pop()
            given["text"] = "".join(pieces).strip()
        return given

    def _takes_leave(self, text: str, persona: Persona) -> bool:
        return "farewell" in manners.acts(text, base(persona), _SCORING.manners)


class NoDirection(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        language = base(persona)
        if action == "reply" and self.is_first(ticket) and not given.get("direction"):
            sorry = speech_acts.has_apology(given["text"], language)
            named = persona.restated.search(given["text"])
            given["text"] = without(given["text"], lambda piece: speech_acts.has_direction(piece, language))
            while speech_acts.has_direction(given["text"], language):
                given["text"] = "".join(_SENTENCE.findall(given["text"])[:-1]).strip()
            if sorry and not speech_acts.has_apology(given["text"], language):
                given["text"] = within(given["text"], _SORRY[language]).strip(" …")
            given["text"] = naming(named, given["text"], persona)
        return given


class NoPromise(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "reply" and given.get("outcome") == "unsolved":
            language = base(persona)
            given["text"] = without(given["text"], lambda piece: speech_acts.has_follow_up(piece, language))
        return given


class NotRestated(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "reply" and self.replies.get(ticket.id, 0) < 2:
            for field in ("text", "direction"):
                if field in given:
                    given[field] = persona.restated.sub(_THIS[base(persona)], given[field])
        return given


class NotAsked(Spoiled):
    """Asks for nothing that the customer has to tell."""

    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "reply":
            needed = [fact for fact in persona.facts if fact.needed]
            named = persona.restated.search(given["text"])
            given["text"] = without(
                given["text"], lambda piece: any(fact.asked.search(piece) for fact in needed)
            )
            given["text"] = naming(named, given["text"], persona)
        return given


class NoRemedy(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "reply":
            given["text"] = persona.remedy.sub("…", given["text"])
        return given


class NotHeard(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "reply" and persona.hint is not None:
            given["text"] = persona.hint.sub("…", given["text"])
        return given


class NoFestival(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "reply" and persona.festival is not None:
            given["text"] = persona.festival.sub("…", given["text"])
        return given


# What is said


class Saying(Spoiled):
    """Says once to each customer what is forbidden, in their language."""

    kind = ""

    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        said = persona.id not in self.broken and given.get("outcome") in ("solves", "proposes", "asks")
        if action == "reply" and said:
            for example in examples(self.kind, persona):
                text = within(given["text"], example)
                if self._kinds(ticket, text, given) - self._kinds(ticket, given["text"], given) == {
                    self.kind
                }:
                    return given | {"text": text, "because": "a mistake"}
        return given

    def _kinds(self, ticket: Ticket, text: str, given: Given) -> set[str]:
        found = self.desk.guidance.findings(ticket, text, self.training.now, given["outcome"])
        return {each.code.partition(".")[0] for each in found}


def examples(kind: str, persona: Persona) -> tuple[str, ...]:
    """Sentences in which this kind of finding is found, in the customer's language."""
    language = base(persona)
    if kind == "wrong_register":
        market = _CULTURE.market(persona.customer.market or "")
        formal = market is not None and market.register == "formal"
        return (_FAMILIAR[language],) if formal and language in _FAMILIAR else ()
    known = shipped().examples(language)
    return known[kind].caught if kind in known else ()


def saying(kind_: str) -> type[Spoiled]:
    """An agent who says what a kind of finding forbids."""

    class SayingThis(Saying):
        kind = kind_

    return SayingThis


class AnotherLanguage(Spoiled):
    """Writes once more, when everything is said, in a language that is not the customer's."""

    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == ("close" if persona.complaint else "resolve"):
            text = _ELSEWHERE.get(base(persona), _ELSEWHERE[""])
            super()._act(ticket, "reply", text=text, outcome="solves", because="a mistake")
            self.broken.add(persona.id)
        return given


# What is done


class WrongType(Spoiled):
    def thinks(self, persona: Persona) -> Persona:
        return replace(persona, type="feedback" if persona.type != "feedback" else "other")


class WrongUrgency(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "classify":
            given["urgent"] = "no" if persona.urgent else "yes"
        return given


class WrongLevel(Spoiled):
    """Finds the case graver than it is, or a grave one less so, once everything else about it is done."""

    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "resolve":
            level = persona.level + 1 if persona.level < 3 else persona.level - 1
            urgent = "yes" if persona.urgent else "no"
            super()._act(
                ticket, "classify", verified="yes", type=persona.type, level=str(level), urgent=urgent
            )
            self.broken.add(persona.id)
        return given


class ThinRecord(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "record":
            given["text"] = "–"
        return given


class ThinSummary(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "resolve":
            given["summary"] = "ok"
        return given


class NobodyAsked(Spoiled):
    """Nobody asks whether the customer is satisfied."""

    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "resolve":
            given["satisfaction"] = Satisfaction.NOT_REACHED.value
        return given


class NobodyAskedAgain(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "close":
            given["satisfaction"] = Satisfaction.NOT_REACHED.value
        return given


class CalledAComplaint(Spoiled):
    """Takes as a complaint, when all is over, what was none; so that it is not solved in time either.

    Who takes no complaint where there is one breaks all of its rules, and not one.
    """

    def play(self) -> None:
        super().play()
        for name, persona in self.training.scenario.personas.items():
            if not persona.complaint:
                self.broken.add(name)
                number = self.training.ticket_of(name)
                super()._act(self.desk.ticket(number), "reopen", reason="a mistake")
                super()._act(self.desk.ticket(number), "complain")


class NotLinked(Spoiled):
    def thinks(self, persona: Persona) -> Persona:
        return replace(persona, repeat="") if persona.repeat else persona


class NoDepartment(Spoiled):
    """Asks colleagues across the desk, so that the case shows nothing of it, and hears their answer there."""

    def __init__(self, training: Training) -> None:
        super().__init__(training)
        self._asked: dict[str, tuple[str, ...]] = {}
        self._answered: set[str] = set()

    def _act(self, ticket: Ticket, action: str, **given: str) -> bool:
        if action != "dispatch" or "risk" in given:
            return super()._act(ticket, action, **given)
        self._let_pass(timedelta(seconds=6))
        name, department = self.training.world.persona_of(ticket.id), given["department"]
        self._asked[name] = (*self._asked.get(name, ()), department)
        self.broken.add(name)
        self._tell(Done(persona=name, event="dispatch", at=self.training.now, department=department))
        return True

    def _turn(self, persona: Persona) -> bool:
        asked = self._asked.get(persona.id, ())
        if asked and persona.id not in self._answered and not self._is_asked(persona):
            self._answered.add(persona.id)
            self._tell(Done(persona=persona.id, event="advise", at=self.training.now))
            ticket = self.desk.ticket(self._standing(persona).ticket)
            if ticket.status is Status.WAITING:
                return self._act(ticket, "resume")
        left = tuple(each for each in persona.departments if each not in asked)
        return super()._turn(replace(persona, departments=left))

    def _tell(self, done: Done) -> None:
        self.training.world = worlds.heard(self.training.world, self.training.scenario, done)


class NoConsent(Spoiled):
    def thinks(self, persona: Persona) -> Persona:
        return replace(persona, consent=False) if persona.consent else persona


class NotAcknowledged(Spoiled):
    """Takes the case back without confirming what was handed over."""

    def _act(self, ticket: Ticket, action: str, **given: str) -> bool:
        if action != "acknowledge":
            return super()._act(ticket, action, **given)
        persona = self.training.persona(ticket.id)
        assert persona is not None
        self.broken.add(persona.id)
        return self._take(ticket)


class NoEscalation(Spoiled):
    """Keeps a case that somebody else leads, and does the rest as if that one had been told."""

    def _step(self, persona: Persona, ticket: Ticket, step: NextStep) -> bool:
        if step.id != "escalate":
            return super()._step(persona, ticket, step)
        self.broken.add(persona.id)
        told = Escalation(leader_of(ticket, self.desk.policy), self.training.now, self.desk.agent)
        return super()._step(
            persona,
            ticket,
            next_step(replace(ticket, escalations=(*ticket.escalations, told)), self.desk.policy),
        )


# What is done too late, or in the wrong order


class LateAnswer(Spoiled):
    """Lets one customer wait, the least urgent, and serves the others meanwhile."""

    def _turn(self, persona: Persona) -> bool:
        return persona.id != self._left_lying() and super()._turn(persona)

    def wait(self) -> bool:
        name, moment = self._left_lying(), self.training.next_moment()
        if not name or not self.training.ticket_of(name):
            return super().wait()
        late = self._late(name)
        self.training.advance(late if moment is None else min(late, moment))
        return True

    def _left_lying(self) -> str:
        """Who waits; empty once it is too late."""
        personas = self.training.scenario.personas
        name = min(personas, key=lambda each: personas[each].urgent)
        if self.training.ticket_of(name) and self.training.now >= self._late(name):
            self.broken.add(name)
        return "" if name in self.broken else name

    def _late(self, name: str) -> datetime:
        clocks = self.clocks(self.desk.ticket(self.training.ticket_of(name)), TimerKind.FIRST_RESPONSE)
        assert clocks[0].due is not None
        return clocks[0].due + _TOO_LATE


class LateProgress(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "reply" and persona.id not in self.broken:
            promised = [each for each in self.clocks(ticket, TimerKind.STEP) if each.name == PROMISE]
            self.miss(persona, promised)
        return given


class LateReport(Spoiled):
    """Solves what else lies there before it reports."""

    def _step(self, persona: Persona, ticket: Ticket, step: NextStep) -> bool:
        standings = self.training.world.standings.values()
        others = (self.desk.ticket(each.ticket) for each in standings if each.ticket)
        if step.id == "report" and any(
            each.complaint is None and each.status is not Status.RESOLVED for each in others
        ):
            return False
        return super()._step(persona, ticket, step)

    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "report" and ticket.complaint is not None and ticket.complaint.stage is Stage.REPORT:
            self._miss_stage(persona, ticket, Stage.REPORT)
        return given

    def _miss_stage(self, persona: Persona, ticket: Ticket, stage: Stage) -> None:
        name = f"complaint:{stage.value}"
        self.miss(persona, [each for each in timers(ticket, self.desk.policy) if each.name == name])


class LateRevisit(LateReport):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "revisit":
            self._miss_stage(persona, ticket, Stage.REVISIT)
        return given


class LateSolution(Spoiled):
    def change(self, persona: Persona, ticket: Ticket, action: str, given: Given) -> Given:
        if action == "resolve" and not self._others_wait(ticket):
            self.miss(persona, self.clocks(ticket, TimerKind.RESOLUTION))
        return given

    def _others_wait(self, ticket: Ticket) -> bool:
        numbers = [each.ticket for each in self.training.world.standings.values() if each.ticket != ticket.id]
        return any(not each or self.desk.ticket(each).status is not Status.RESOLVED for each in numbers)


class UrgentLast(Spoiled):
    """Picks up the urgent one, and then answers somebody else first."""

    def _turn(self, persona: Persona) -> bool:
        ticket = self.desk.ticket(self._standing(persona).ticket)
        if persona.urgent and ticket.owner == self.desk.agent and persona.id not in self.broken:
            return False
        return super()._turn(persona)

    def _act(self, ticket: Ticket, action: str, **given: str) -> bool:
        if action == "reply":
            for name, persona in self.training.scenario.personas.items():
                other = self.training.ticket_of(name)
                if persona.urgent and other and other != ticket.id and not self.replies.get(other):
                    self.training.advance(self.desk.ticket(other).created + 2 * _TOO_LATE)
                    self.broken.add(name)
        return super()._act(ticket, action, **given)


class Mistake(msgspec.Struct, frozen=True):
    """Who makes it, the checks whose points it costs, and the error of the card that it is."""

    agent: type[Spoiled]
    checks: frozenset[str] = frozenset()
    error: str = ""


def _simple(agent: type[Spoiled], *checks: str) -> Mistake:
    return Mistake(agent, frozenset(checks))


def _saying(kind: str, *checks: str) -> Mistake:
    return Mistake(saying(kind), frozenset(checks), _SCORING.errors.get(kind, ""))


MISTAKES: dict[str, Mistake] = {
    "in_time": _simple(LateAnswer, "in_time"),
    "greeting": _simple(NoGreeting, "greeting"),
    "urgent_first": _simple(UrgentLast, "urgent_first"),
    "restated": _simple(NotRestated, "restated"),
    "asked": _simple(NotAsked, "asked"),
    "recorded": _simple(ThinRecord, "recorded"),
    "direction": _simple(NoDirection, "direction"),
    "promise": _simple(NoPromise, "promise"),
    "kept": _simple(LateProgress, "kept"),
    "remedy": _simple(NoRemedy, "remedy"),
    "result": _simple(NobodyAsked, "result"),
    "register": _saying("wrong_register", "register"),
    "language": _simple(AnotherLanguage, "language"),
    "manners": _saying("blame", "manners"),
    "taboo": _saying("politics_religion", "taboo"),
    "private": _saying("private", "private"),
    "heard": _simple(NotHeard, "heard"),
    "festival": _simple(NoFestival, "festival"),
    "type": _simple(WrongType, "type"),
    "level": _simple(WrongLevel, "level"),
    "urgent": _simple(WrongUrgency, "urgent"),
    "complaint": _simple(CalledAComplaint, "complaint", "within"),
    "reported": _simple(LateReport, "reported"),
    "linked": _simple(NotLinked, "linked"),
    "departments": _simple(NoDepartment, "departments"),
    "escalated": _simple(NoEscalation, "escalated"),
    "within": _simple(LateSolution, "within"),
    "consent": _simple(NoConsent, "consent"),
    "handover": _simple(NotAcknowledged, "handover"),
    "summary": _simple(ThinSummary, "summary"),
    "farewell": _simple(NoFarewell, "farewell"),
    "revisit": _simple(LateRevisit, "revisit"),
    "closed": _simple(NobodyAskedAgain, "closed"),
    "guarantee": _saying("guarantee"),
    "offline_payment": _saying("offline_payment"),
    "insult": _saying("insult"),
    "superlative": _saying("superlative"),
    "asks_secret": _saying("asks_secret"),
}
"""By name, an agent who breaks the rule of a check, or who says what is an error of the card and costs no points."""

FORBIDDEN_BY_THE_DESK = {
    "apology": "the first answer to a complaint is refused without one (C1)",
    "accepted": "nothing is carried out before the customer's answer is noted (C6)",
    "care": "resolving is refused without it where the market wants it (C10)",
    "alert": "the report is refused before it once the tickets are linked (C9)",
}
"""Checks that nobody can fail who uses the desk."""
