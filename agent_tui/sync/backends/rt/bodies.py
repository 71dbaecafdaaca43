"""From the attachments of a transaction to a message: which parts are its text, which are files.

RT lists attachments flat and fails when asked for their parents; they come in the order of the mail, outer before
inner, and that is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from agent_tui.intake.html import to_text
from agent_tui.sync.backends.rt import wire
from agent_tui.sync.backends.rt.fields import CLIENT_ACTION, CLIENT_OP
from agent_tui.sync.backends.rt.values import File, Message, Spoken

_PLAIN, _HTML = "text/plain", "text/html"
_ATTACHED = re.compile(r"^content-disposition:\s*attachment\b", re.IGNORECASE | re.MULTILINE)


class Layout(msgspec.Struct, frozen=True):
    """The parts that are the text, in order, and those that are files."""

    texts: tuple[wire.Part, ...]
    files: tuple[wire.Part, ...]


def layout(parts: Iterable[wire.Part]) -> Layout:
    """Sort out the parts of one transaction. Of two versions of one text the plain one is kept."""
    texts: list[wire.Part] = []
    files: list[wire.Part] = []
    versions: list[wire.Part] | None = None  # those of the alternative that is being read
    forwarded = False
    for part in sorted(parts, key=lambda part: part.id):
        media = part.content_type.lower()
        if media.startswith("multipart/"):
            versions = [] if media == "multipart/alternative" else versions
        elif media.startswith("message/") and not wire.size(part):
            forwarded = True  # RT has taken it apart: its text follows, and is not this mail's
        elif not wire.size(part) and not part.filename:
            continue  # the body of a message without words
        elif media not in (_PLAIN, _HTML) or part.filename or forwarded or _ATTACHED.search(part.headers):
            files.append(part)
        else:
            texts.append(part)
            if versions is None:
                continue
            versions.append(part)
            if {_PLAIN, _HTML} == {version.content_type.lower() for version in versions}:
                texts = [
                    text for text in texts if text not in versions or text.content_type.lower() == _PLAIN
                ]
                versions = None
    return Layout(tuple(texts), tuple(files))


def message(row: wire.SpokenRow, parts: Sequence[wire.Part], bodies: Mapping[int, str]) -> Message:
    """The message of a transaction. `bodies` holds the content of its text parts by their ids."""
    found = layout(parts)
    top = min(parts, key=lambda part: part.id, default=None)
    html = any(part.content_type.lower() == _HTML for part in found.texts)
    fields = wire.held(row.custom_fields)
    return Message(
        id=row.id,
        ticket=row.object_id,
        kind=Spoken(row.kind),
        by=wire.person(row.creator),
        at=row.created,
        text="\n".join(_text(part, bodies) for part in found.texts),
        html=html,
        subject=top.subject if top else "",
        message_id=top.message_id.strip("<>") if top else "",
        head=top.headers if top else "",
        files=tuple(map(_file, found.files)),
        op=fields.get(CLIENT_OP, ""),
        action=fields.get(CLIENT_ACTION, ""),
        last=max((part.id for part in parts), default=0),
    )


def _text(part: wire.Part, bodies: Mapping[int, str]) -> str:
    content = bodies.get(part.id, "")
    return to_text(content) if part.content_type.lower() == _HTML else content


def _file(part: wire.Part) -> File:
    return File(part.id, part.filename or part.subject, part.content_type, wire.size(part))
