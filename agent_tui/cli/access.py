"""`export --customer`: everything held about one customer, as one JSON document or as an archive with the files."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from agent_tui.cli.context import Context
from agent_tui.cli.exits import UsageError
from agent_tui.cli.output import dump
from agent_tui.cli.privacy import named
from agent_tui.desk.access import ABOUT, File, document, name_in_archive
from agent_tui.i18n import _

_DOCUMENT = "customer.json"


def take_out(context: Context) -> tuple[bytes, tuple[int, ...]]:
    """What to write, and the tickets in it. Raises UsageError for a file of another kind."""
    path: Path | None = context.args.output
    kind = path.suffix.lower() if path is not None else ".json"
    if kind not in (".json", ".zip") or context.args.format:
        raise UsageError(_("Everything about a customer goes into a .json or a .zip file."))
    with context.desk() as desk:
        value, files = document(desk, named(context.args.customer), context.now)
        tickets = tuple(_numbers(value))
    value = {"about": {part: _(text) for part, text in ABOUT.items()}} | value
    return (_archive(value, files) if kind == ".zip" else _whole(value, files)), tickets


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
    return (dump(value) + "\n").encode()


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
            archive.writestr(_DOCUMENT, dump(value) + "\n")
            for name, each in zip(names, files, strict=True):
                if name is not None and each.content is not None:
                    archive.writestr(name, each.content)
        return made.getvalue()
