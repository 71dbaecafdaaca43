"""Everything held about one customer as a file: one JSON document, or an archive with the attachments (POLICY T5)."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from agent_tui.desk.access import File, document, name_in_archive
from agent_tui.desk.core import Desk
from agent_tui.desk.errors import BadField
from agent_tui.domain.messages import N_, Told
from agent_tui.locations import write_private
from agent_tui.system_errors import reason_of

KINDS = (".json", ".zip")
OTHER_KIND = N_("Everything about a customer goes into a .json or a .zip file.")

_DOCUMENT = "customer.json"


def content(
    desk: Desk, customer: str, now: datetime, kind: str, about: Mapping[str, str]
) -> tuple[bytes, tuple[int, ...]]:
    """What to write (`kind` is one of KINDS), and the tickets in it; `about` says in words what each part is.

    That it was taken out is journaled on each ticket. Raises NoSuchCustomer.
    """
    value, files = document(desk, customer, now)
    tickets = tuple(_numbers(value))
    value = {"about": dict(about)} | value
    return (_archive(value, files) if kind == ".zip" else _whole(value, files)), tickets


def write(desk: Desk, customer: str, path: Path, about: Mapping[str, str], now: datetime) -> None:
    """Write it to a file that is not there yet, which is destroyed when its time is over.

    Raises BadField for a path that cannot be, and NoSuchCustomer.
    """
    if path.suffix.lower() not in KINDS:
        raise BadField(field="file", reason=Told(OTHER_KIND))
    if not path.absolute().parent.is_dir():
        raise BadField(field="file", reason=Told(N_("there is no such folder.")))
    if path.exists():
        raise BadField(field="file", reason=Told(N_("it is there already.")))
    taken, tickets = content(desk, customer, now, path.suffix.lower(), about)
    try:
        write_private(path, taken)
    except OSError as error:
        raise BadField(field="file", reason=reason_of(error)) from error
    note(desk, path, taken, tickets, now)


def note(desk: Desk, path: Path, taken: bytes, tickets: tuple[int, ...], now: datetime) -> None:
    """Remember a file with customers' data, so that it is destroyed when its time is over."""
    with desk.repository.transaction():
        desk.repository.erasure.note_export(path, taken, tickets, now)


def _numbers(value: dict[str, object]) -> list[int]:
    tickets = value["tickets"]
    return [each["id"] for each in tickets] if isinstance(tickets, list) else []


def _whole(value: dict[str, object], files: tuple[File, ...]) -> bytes:
    """One document, with the bytes of files in Base64."""
    heads = value["attachments"]
    if isinstance(heads, list):
        contents = [None if each.content is None else b64encode(each.content).decode() for each in files]
        value = value | {
            "attachments": [
                head | {"content": content} for head, content in zip(heads, contents, strict=True)
            ]
        }
    return _json(value).encode()


def _archive(value: dict[str, object], files: tuple[File, ...]) -> bytes:
    """The document and the files beside it; each head says where its file is."""
    heads = value["attachments"]
    names = [
        None if each.content is None else name_in_archive(place, each) for place, each in enumerate(files, 1)
    ]
    if isinstance(heads, list):
        value = value | {
            "attachments": [head | {"file": name} for head, name in zip(heads, names, strict=True)]
        }
    with BytesIO() as made:
        with ZipFile(made, "w", ZIP_DEFLATED) as archive:
            archive.writestr(_DOCUMENT, _json(value))
            for name, each in zip(names, files, strict=True):
                if name is not None and each.content is not None:
                    archive.writestr(name, each.content)
        return made.getvalue()


def _json(value: dict[str, object]) -> str:
    """Plain ASCII on one line; every moment in it is a text already."""
    return json.dumps(value, ensure_ascii=True) + "\n"
