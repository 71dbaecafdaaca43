"""JSON lines, JSON arrays and `{"tickets": […]}`, one object at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from agent_tui.domain.messages import N_, Told
from agent_tui.intake import columns
from agent_tui.intake.contact import Contact, Unreadable
from agent_tui.intake.rows import Row, Rows

_WRAPPERS = (
    "tickets",
    "results",
    "items",
    "data",
    "conversations",
    "records",
    "rows",
    "requests",
    "cases",
    "messages",
)
_FOLLOWING = (
    "comments",
    "messages",
    "conversations",
    "conversation parts",
    "threads",
    "thread",
    "replies",
    "events",
    "articles",
)
_LARGEST = 64 << 20  # characters of one object
_DEPTH = 6  # of nested names that are looked at
_SPACE = " \t\r\n,\ufeff"


def read(text: Iterator[str], shown: str, rows: Rows, *, by_line: bool) -> Iterator[Contact | Unreadable]:
    """The contacts of JSON text. `by_line`: one object a line, so that a bad line spoils only itself."""
    for number, (raw, value, reason) in enumerate(_lines(text) if by_line else _values(text), 1):
        source = f"{shown}#{number}"
        if reason is not None:
            yield Unreadable(source, reason)
        elif isinstance(value, dict):
            yield from _object(source, raw, value, rows)
        else:
            yield Unreadable(source, Told(N_("not an object")))


def _lines(text: Iterator[str]) -> Iterator[tuple[str, object, Told | None]]:
    rest = ""
    line_number = 0
    for chunk in text:
        lines = (rest + chunk).split("\n")
        rest = lines.pop()
        for line in lines:
            line_number += 1
            yield from _line(line, line_number)
        if len(rest) > _LARGEST:
            limit = {"line": str(line_number + 1), "limit": str(_LARGEST >> 20)}
            yield "", None, Told(N_("line {line}: longer than {limit} MiB"), limit)
            rest = ""
    yield from _line(rest, line_number + 1)


def _line(line: str, number: int) -> Iterator[tuple[str, object, Told | None]]:
    plain = line.strip(_SPACE)
    if not plain:
        return
    try:
        value: object = json.loads(plain, strict=False)
    except (ValueError, RecursionError) as error:
        yield plain, None, _no_json(error, number)
        return
    yield from _elements(plain, value)


def _elements(raw: str, value: object) -> Iterator[tuple[str, object, Told | None]]:
    inner = _wrapped(value)
    if inner is None:
        yield raw, value, None
        return
    for element in inner:
        yield json.dumps(element, ensure_ascii=False, sort_keys=True), element, None


def _no_json(error: Exception, line: int) -> Told:
    """Why JSON text could not be read; `line` is the first one of what was tried."""
    place = {"line": str(line)}
    if isinstance(error, RecursionError):
        return Told(N_("line {line}: too deeply nested"), place)
    if not isinstance(error, json.JSONDecodeError):  # Python refuses numbers of thousands of digits
        return Told(N_("line {line}: a number is too long"), place)
    place = {"line": str(line + error.lineno - 1), "column": str(error.colno)}
    return Told(N_("line {line}: this is no JSON from character {column} on"), place)


def _values(text: Iterator[str]) -> Iterator[tuple[str, object, Told | None]]:
    """The elements of an array, or objects one after the other; more is read only when an object is cut off."""
    decoder = json.JSONDecoder(strict=False)
    buffer = ""
    gone = 0  # lines before the buffer
    opened = False
    wanted = 1
    while True:
        ended = False
        while len(buffer) < wanted:
            chunk = next(text, None)
            if chunk is None:
                ended = True
                break
            buffer += chunk
        position = 0
        if not opened and buffer.lstrip(_SPACE).startswith("["):
            position = buffer.index("[") + 1
            opened = True
        while True:
            while position < len(buffer) and buffer[position] in _SPACE:
                position += 1
            if position >= len(buffer) or buffer[position] == "]":
                break
            try:
                value, after = decoder.raw_decode(buffer, position)
            except (ValueError, RecursionError) as error:
                if ended or len(buffer) - position > _LARGEST:
                    yield "", None, _no_json(error, 1 + gone)
                    return
                break
            opened = True
            yield from _elements(buffer[position:after], value)
            position = after
        gone += buffer.count("\n", 0, position)
        buffer = buffer[position:]
        if ended:
            return
        wanted = max(1, 2 * len(buffer))  # doubling: a large object is not tried again at every chunk


def _wrapped(value: object) -> list[object] | None:
    """The list in `{"tickets": […], "next_page": …}`; None for an object that is a ticket itself."""
    if not isinstance(value, dict):
        return None
    flat = {columns.field_of(str(name)) for name in value}
    if flat & {"subject", "text"}:
        return None
    for name in _WRAPPERS:
        if isinstance(found := value.get(name), list):
            return found
    return None


def _object(source: str, raw: str, value: Mapping[str, object], rows: Rows) -> Iterator[Contact | Unreadable]:
    following: list[object] = []
    flat = {name: element for name, element in value.items() if columns.plain(name) not in _FOLLOWING}
    for name, element in value.items():
        if columns.plain(name) in _FOLLOWING and isinstance(element, list):
            following.extend(element)
    cells = _flat(flat)
    number = next((cell for name, cell in cells.items() if columns.field_of(name) == "id"), "")
    has_text = any(columns.field_of(name) == "text" and cell.strip() for name, cell in cells.items())
    comments = [_comment(element) for element in following]
    problems: tuple[Told, ...] = ()
    hidden = sum(comment is None for comment in comments)
    if hidden:
        text = N_("{count} internal or empty comments are left out")
        problems = (Told(text, {"count": str(hidden)}),)
    shown = [comment for comment in comments if comment is not None]
    if shown and (not has_text or _same(cells, shown[0])):
        first = shown.pop(0)
        cells |= {name: cell for name, cell in first.items() if columns.field_of(name) == "text"}
        known = {columns.field_of(name) for name in cells}
        cells |= {
            n: c
            for n, c in first.items()
            if columns.field_of(n) in ("name", "email", "at") and columns.field_of(n) not in known
        }
    message_id, earlier = rows.identity(number or (source if shown else ""))
    yield rows.contact(Row(source, raw, cells, reply_to=earlier, message_id=message_id, problems=problems))
    customer = {
        name: cell
        for name, cell in cells.items()
        if columns.field_of(name) in ("name", "email", "phone", "subject", "channel")
    }
    for index, comment in enumerate(shown, 2):
        fields = {columns.field_of(name) for name in comment}
        # A comment that does not say who wrote it is the customer's unless a program marks it otherwise.
        stated = {name: cell for name, cell in customer.items() if columns.field_of(name) not in fields
                  and (columns.field_of(name) in ("subject", "channel") or not fields & {"name", "email"})}  # fmt: skip
        following_id, first_id = rows.identity(number or source)
        cells_of = {**stated, **comment}
        content = json.dumps(cells_of, ensure_ascii=False, sort_keys=True)
        yield rows.contact(
            Row(f"{source}.{index}", content, cells_of, reply_to=first_id, message_id=following_id)
        )


def _same(cells: Mapping[str, str], comment: Mapping[str, str]) -> bool:
    texts = {cell.strip() for name, cell in cells.items() if columns.field_of(name) == "text"}
    return any(cell.strip() in texts for name, cell in comment.items() if columns.field_of(name) == "text")


def _comment(value: object) -> dict[str, str] | None:
    """The cells of a comment; None for internal notes and for what has no text."""
    if isinstance(value, str):
        return {"text": value} if value.strip() else None
    if (
        not isinstance(value, dict)
        or value.get("public") is False
        or value.get("private") is True
        or value.get("internal") is True
    ):
        return None
    cells = _flat(value)
    cells.pop("id", None)
    filled = any(columns.field_of(name) == "text" and cell.strip() for name, cell in cells.items())
    return (
        {name: cell for name, cell in cells.items() if columns.field_of(name) is not None} if filled else None
    )


def _flat(value: Mapping[str, object], prefix: str = "", depth: int = 0) -> dict[str, str]:
    """Nested objects as dotted names; lists of plain values joined, other lists left out."""
    cells: dict[str, str] = {}
    for name, element in value.items():
        path = f"{prefix}{name}"
        if isinstance(element, dict):
            if depth < _DEPTH:
                cells |= _flat(element, f"{path}.", depth + 1)
        elif isinstance(element, list):
            plain = [_shown(item) for item in element if not isinstance(item, (dict, list))]
            if plain:
                cells[path] = ", ".join(filter(None, plain))
        else:
            cells[path] = _shown(element)
    return cells


def _shown(value: object) -> str:
    if value is None or value is False:
        return ""
    return "true" if value is True else str(value)
