"""What a person reads of a message, and the files that came with it."""

from __future__ import annotations

import re

import msgspec

from agent_tui.domain.messages import N_, Told
from agent_tui.intake import charset, headers, html, mime
from agent_tui.intake.contact import File
from agent_tui.intake.mime import Part

_PLACEHOLDER = re.compile(
    r"\s*(?:this (?:is an? |e-?mail |message )?.{0,40}\bhtml\b|your (?:e-?mail|mail) (?:client|program|reader)|"
    r"please (?:view|enable|use).{0,60}\bhtml\b|to view this (?:e-?mail|message)|view (?:this )?(?:e-?mail|it) in|"
    r"(?:diese|ihr).{0,60}\bhtml\b|(?:ce|votre).{0,60}\bhtml\b)",
    re.IGNORECASE | re.DOTALL,
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_ENRICHED = re.compile(r"<(/?)([a-zA-Z-]{1,60})>")
_MOST_FILES = 500
_REPORT_PARTS = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/rfc822",
        "text/rfc822-headers",
    }
)


class Body(msgspec.Struct):
    """`codec` is the one the first text was read with."""

    text: str = ""
    codec: str = ""
    files: list[File] = []
    problems: list[Told] = []
    reports: dict[str, bytes] = {}  # by media type: the machine-readable parts of a report


def read(root: Part, hints: tuple[str, ...] = ()) -> Body:
    """Join the texts of a message, prefer plain text among alternatives, collect the files."""
    body = Body(files=[], problems=[], reports={})
    texts = [
        piece for piece in _walk(root, body, hints, root.media_type == "multipart/report") if piece.strip()
    ]
    body.text = "\n\n".join(piece.strip("\n") for piece in texts)
    if not body.text.strip():
        body.text = ""
    return body


def _walk(part: Part, body: Body, hints: tuple[str, ...], report: bool) -> list[str]:
    body.problems.extend(part.problems)
    if part.children:
        if part.media_type == "multipart/alternative":
            return _alternative(part, body, hints, report)
        texts: list[str] = []
        for child in part.children:
            texts.extend(_walk(child, body, hints, report))
        return texts
    if part.media_type.startswith("multipart/"):
        if part.problems and part.body.strip():  # too deep, or nothing to cut it by
            _add_file(body, part.name or "parts.txt", "text/plain", part.body)
        elif part.body.strip():
            body.problems.append(Told(N_("a multipart without parts, its text is used as it stands")))
            return [charset.decode(part.body.replace(b"\r\n", b"\n"), "", hints).text]
        return []
    if part.is_text:
        return [_text(part, body, hints)]
    _file(part, body, hints, report)
    return []


def _alternative(part: Part, body: Body, hints: tuple[str, ...], report: bool) -> list[str]:
    """Plain text, unless it is empty or only says that there is HTML."""
    found: list[tuple[bool, list[str]]] = []
    for child in part.children:
        plain = child.media_type in ("text/plain", "text/enriched")
        if found and plain and any(was_plain and texts for was_plain, texts in found):
            continue
        if found and not plain and child.is_text and _good(found):
            continue  # the same words again: not worth decoding
        found.append((plain, [text for text in _walk(child, body, hints, report) if text.strip()]))
    readable = [(plain, texts) for plain, texts in found if texts]
    if not readable:
        return []
    if _good(readable):
        return next(texts for plain, texts in readable if plain)
    other = [texts for plain, texts in readable if not plain]
    return other[-1] if other else readable[0][1]


def _good(found: list[tuple[bool, list[str]]]) -> bool:
    texts = next((texts for plain, texts in found if plain and texts), None)
    return texts is not None and not (len(texts[0]) < 400 and _PLACEHOLDER.match(texts[0]))


def _text(part: Part, body: Body, hints: tuple[str, ...]) -> str:
    data, problem = mime.payload(part)
    if problem:
        body.problems.append(problem)
    label = part.parameters.get("charset", "")
    if part.media_type == "text/html" and (not label or label.lower() in ("us-ascii", "ascii")):
        meta = _META_CHARSET.search(data[:2000])
        label = meta[1].decode("ascii") if meta else label
    decoded = charset.decode(data, label, hints)
    if decoded.problem:
        body.problems.append(decoded.problem)
    if not body.codec:
        body.codec = decoded.codec
    text = decoded.text.replace("\r\n", "\n") if "\r" in decoded.text else decoded.text
    if part.media_type == "text/html":
        return html.to_text(text)
    if part.media_type == "text/enriched":
        return _ENRICHED.sub("", text).replace("<<", "<")
    if part.parameters.get("format", "").lower() == "flowed":
        return unflow(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
    return text


def unflow(text: str, *, delsp: bool = False) -> str:
    """format=flowed (RFC 3676): lines that end in a space go on in the next; quotes and `-- ` stay apart."""
    out: list[str] = []
    open_depth = -1  # quote depth of the paragraph that goes on, -1 for none
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        flows = content.endswith(" ") and content != "-- "
        if flows and delsp:
            content = content[:-1]
        if open_depth == depth and content != "-- ":
            out.append(content)
        else:
            if out:
                out.append("\n")
            out.append(">" * depth + (" " if depth and content else "") + content)
        open_depth = depth if flows else -1
    return "".join(out)


def _file(part: Part, body: Body, hints: tuple[str, ...], report: bool) -> None:
    data, problem = mime.payload(part)
    if problem:
        body.problems.append(problem)
    if report and part.media_type in _REPORT_PARTS:
        key = part.media_type.replace("global-", "")
        body.reports.setdefault(key, data)
        if "delivery-status" in key or "notification" in key or key == "text/rfc822-headers":
            return
    name = part.name
    if not name and part.media_type in ("message/rfc822", "message/global"):
        subject = headers.one_line(headers.text(headers.Fields(headers.split(data)[0]).raw("subject"), hints))
        name = f"{subject[:80] or 'message'}.eml"
    elif not name and part.media_type == "text/calendar":
        name = "invitation.ics"
    elif not name and part.media_type == "application/ms-tnef":
        name = "winmail.dat"
    if part.disposition != "attachment" and part.media_type == "text/plain" and not part.name:
        name = "text.txt"
    _add_file(body, name, part.media_type, data)


def _add_file(body: Body, name: str, media_type: str, data: bytes) -> None:
    if len(body.files) >= _MOST_FILES:
        if len(body.files) == _MOST_FILES:
            text = N_("more than {count} files: the rest is left out")
            body.problems.append(Told(text, {"count": str(_MOST_FILES)}))
        return
    body.files.append(File(name or f"part-{len(body.files) + 1}", media_type, data))
