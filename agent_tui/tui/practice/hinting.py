"""What a good agent would do now, in the words of the form that asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent_tui.desk.forms import FORMS
from agent_tui.domain.casework_rules import Names
from agent_tui.domain.policy import Policy
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.practice.model_agent import Advice
from agent_tui.tui.practice import telling
from agent_tui.tui.widgets.pager import Line
from agent_tui.wording import CHOICES, action_title, field_title, name_of


def lines(found: Advice, policy: Policy) -> list[Line]:
    """The action, a good answer and what it means in the language in use, and the fields of the form."""
    told = [
        Line(_("A good agent would do this now: {action}").format(action=action_title(found.action)), "title")
    ]
    if found.model is not None:
        told += [Line(), Line(_("A good answer:"), "dim"), *telling.paragraphs(found.model.line.text)]
        gloss = found.model.line.gloss.get(telling.language(), "")
        if gloss and gloss != found.model.line.text:
            told += [Line(), *telling.paragraphs(gloss, "dim")]
    titles = {field.name: _(field.title or field_title(field.name)) for field in FORMS[found.action].fields}
    fields: list[Line] = []
    for name, value in found.given.items():
        if value and name in titles and not (name == "text" and found.model is not None):
            fields += [Line(text, "", 4) for text in _told(titles[name], name, value, policy)]
    return [*told, Line(), *fields] if fields else told


def _told(title: str, name: str, value: str, policy: Policy) -> Iterator[str]:
    """A field as people say it; the answers of the assessment each under its own question."""
    rules = policy.casework
    if name == "answers":
        for each in value.split(", "):
            question, _equals, answer = each.partition("=")
            asked = rules.questions.get(question)
            if asked is not None and answer in asked.answers:
                said = name_of(asked.answers[answer])
                yield _("{name}: {value}").format(name=name_of(asked.name), value=said)
        return
    named: Mapping[str, Mapping[str, Names]] = {
        "type": {each: rule.name for each, rule in policy.types.items()},
        "to": {each: rule.name for each, rule in rules.roles.items()},
        "department": {each: rule.name for each, rule in rules.departments.items()},
    }
    names = named.get(name, {}).get(value)
    said = name_of(names) if names is not None else _(CHOICES.get(name, _WORDS).get(value, value))
    yield _("{name}: {value}").format(name=title, value=safe(said))


_WORDS = CHOICES["accepted"]  # yes and no
