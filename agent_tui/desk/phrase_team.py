"""Phrases of the team: proposed at the desk, recommended once a supervisor approved them (POLICY T1)."""

from __future__ import annotations

import re
from pathlib import Path

from agent_tui.desk.core import Desk
from agent_tui.desk.errors import BadField, DeskError
from agent_tui.domain.messages import N_, Told
from agent_tui.domain.permit import permit_role
from agent_tui.domain.policy import UnknownWord
from agent_tui.domain.refusals import NothingChanges
from agent_tui.guidance.recommending import Books
from agent_tui.packs.bcp47 import closest
from agent_tui.packs.loader import PackError
from agent_tui.packs.phrase_proposals import approve as write_approval
from agent_tui.packs.phrase_proposals import propose as write_proposal
from agent_tui.packs.phrase_proposals import team_file
from agent_tui.packs.phrases import Phrase, ProposedPhrase, Scene

_LEADS = "verify"
"""The action of the roles that approve: the regional supervisor and those above (POLICY C4, P1)."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")


class NoSuchProposal(DeskError):
    text = N_("The team has proposed no phrase {phrase}.")


class PhraseThere(DeskError):
    text = N_("There is a phrase {phrase} already. Give the new one another id.")


class NoPacksFolder(DeskError):
    text = N_("This desk has no folder of packs, where the team's phrases would stand.")


def scene_of(books: Books, scene: str) -> Scene:
    """A scene by its id. Raises UnknownWord."""
    known = books.library.scenes
    if scene not in known:
        raise UnknownWord(what="scene", word=scene, known=", ".join(known))
    return known[scene]


def language_of(books: Books, language: str) -> str:
    """The phrase book's language that a tag (BCP 47) means, such as `zh-Hant` for `zh-TW`. Raises UnknownWord."""
    known = books.library.languages()
    found = closest(language, known)
    if found.partition("-")[0].lower() != language.replace("_", "-").partition("-")[0].lower():
        raise UnknownWord(what="language", word=language, known=", ".join(known))
    return found


def propose(desk: Desk, scene: str, language: str, text: str, id: str = "") -> Phrase:
    """Write a phrase into the team's file. It is recommended once somebody approved it.

    One of the same id that waits is replaced. Raises UnknownWord, BadField, PhraseThere, PackError (such as for an
    unknown placeholder) and OSError.
    """
    books = desk.guidance.books
    place = _folder(desk)
    scene_of(books, scene)
    tag = language_of(books, language)
    name = id or _free(books, scene, tag)
    if not _ID.fullmatch(name):
        reason = Told(N_("{text!r} is no id; write letters, digits, - _ and ."), {"text": name})
        raise BadField(field="id", reason=reason)
    if any(
        each.id == name and each.is_approved for each in (*books.book(tag).phrases, *books.library.team())
    ):
        raise PhraseThere(phrase=name)
    proposal = ProposedPhrase(scene=scene, text=text, language=tag, proposed_by=desk.agent)
    write_proposal(place, name, proposal, books.library.scenes)
    desk.guidance.forget_phrases()
    return _of_team(desk, name)


def pending(desk: Desk) -> tuple[Phrase, ...]:
    """What waits for a supervisor, in the file's order."""
    return tuple(each for each in desk.guidance.books.library.team() if not each.is_approved)


def may_approve(desk: Desk) -> bool:
    """Whether this person's roles approve phrases."""
    return bool(desk.actor.roles_for(_LEADS, desk.policy.casework))


def approve(desk: Desk, id: str) -> Phrase:
    """Approve a phrase: from now on it is recommended.

    Raises NotYourRole, NoSuchProposal, NothingChanges for one that is approved, PackError and OSError.
    """
    permit_role(None, _LEADS, desk.policy, desk.actor)
    if _of_team(desk, id).is_approved:
        raise NothingChanges
    write_approval(_folder(desk), id, desk.agent, desk.guidance.books.library.scenes)
    desk.guidance.forget_phrases()
    return _of_team(desk, id)


def _folder(desk: Desk) -> Path:
    if desk.packs is None:
        raise NoPacksFolder
    return desk.packs


def _of_team(desk: Desk, id: str) -> Phrase:
    """Raises NoSuchProposal, and PackError when the team's file is bad."""
    library = desk.guidance.books.library
    for phrase in library.team():
        if phrase.id == id:
            return phrase
    own = str(team_file(_folder(desk)))
    for problem in library.problems:
        if problem.file == own:
            raise PackError(team_file(_folder(desk)), problem.line, problem.reason)
    raise NoSuchProposal(phrase=id)


def _free(books: Books, scene: str, language: str) -> str:
    """An id that nobody uses: `refund-de-team-1`."""
    taken = {each.id for each in (*books.book(language).phrases, *books.library.team())}
    number = 1
    while (name := f"{scene}-{language.lower()}-team-{number}") in taken:
        number += 1
    return name
