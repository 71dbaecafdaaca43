"""Load so many tickets from a Request Tracker that is only a function: `loading.py COUNT FOLDER`, for its memory."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from urllib.parse import parse_qs

import httpx

from agent_tui.desk import connecting
from agent_tui.desk.opening import Place, open_desk
from agent_tui.store.remotes import Connected, Progress
from agent_tui.sync.backends.rt.backend import RtBackend
from agent_tui.sync.backends.rt.http import Client

_AT = "2026-03-09T14:30:00Z"
_WORDS = "Where is my parcel? It should have been here last week. " * 12


def _numbers(text: str, count: int, most: int = 100) -> list[int]:
    """The next ids above the one that a query names."""
    after = max((int(number) for number in re.findall(r"id > (\d+)", text)), default=0)
    return list(range(after + 1, min(after + most, count) + 1))


def _ticket(number: int) -> dict[str, object]:
    return {
        "id": number,
        "Subject": f"Parcel {number}",
        "Status": "open",
        "Owner": {"id": "Nobody"},
        "Queue": {"id": "1", "Name": "Support"},
        "Created": _AT,
        "Creator": {"id": f"c{number}@customer.invalid"},
        "LastUpdated": _AT,
        "LastUpdatedBy": {"id": "RT_System"},
        "Resolved": "",
        "Due": "",
        "Type": "ticket",
        "EffectiveId": number,
        "Requestor": [{"id": f"c{number}@customer.invalid", "EmailAddress": f"c{number}@customer.invalid"}],
        "CustomFields": [{"name": "Level", "values": ["2"]}],
    }


def answer(request: httpx.Request, count: int) -> httpx.Response:
    """What RT would answer, as far as a first load asks."""
    path = request.url.path.removeprefix("/REST/2.0")
    body = request.read().decode()
    if path == "/tickets":
        query = parse_qs(body)["query"][0]
        if "EffectiveId=" in query or "__Inactive__" in query:
            return _items([])
        return _items([_ticket(number) for number in _numbers(query, count)], total=count)
    if path == "/transactions" and request.method == "POST":
        return _items(_spoken(json.loads(body)))
    if path == "/attachments":
        return _items(_parts(json.loads(body), request.url.params.get("fields", "")))
    return _items([])


def _items(items: list[dict[str, object]], total: int | None = None) -> httpx.Response:
    return httpx.Response(200, json={"items": items, "total": total})


def _spoken(limits: list[dict[str, object]]) -> list[dict[str, object]]:
    wanted = {str(each["field"]): each for each in limits}
    types = wanted["Type"]["value"]
    if "Create" not in str(types):
        return []
    after = int(str(wanted["id"]["value"])) if "id" in wanted else 0
    numbers = wanted["ObjectId"]["value"]
    assert isinstance(numbers, list)
    return [
        {
            "id": number,
            "Type": "Create",
            "ObjectId": number,
            "Created": _AT,
            "Creator": {"id": f"c{number}@customer.invalid"},
        }
        for number in numbers
        if number > after
    ]


def _parts(limits: list[dict[str, object]], fields: str) -> list[dict[str, object]]:
    wanted = {str(each["field"]): each for each in limits}
    if fields == "Content":
        ids = wanted["id"]["value"]
        assert isinstance(ids, list)
        return [{"id": number, "Content": f"{_WORDS}{number}"} for number in ids]
    transactions = wanted["TransactionId"]["value"]
    after = int(str(wanted["id"]["value"]))
    assert isinstance(transactions, list)
    return [
        {"id": number, "TransactionId": number, "ContentType": "text/plain", "ContentLength": len(_WORDS)}
        for number in transactions
        if number > after
    ]


def main(count: int, folder: str) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as name:
        home = Path(name)
        place = Place("rt", home / "rt.db", home, home / "packs")
        desk = open_desk(place, "alice", "UTC", create=True)
        with desk.repository.transaction():
            desk.repository.remotes.connection = Connected("rt", "https://rt.invalid", "alice")
            desk.repository.remotes.progress = Progress()
        desk.close()
        desk = open_desk(place, "alice", "UTC")
        transport = httpx.MockTransport(lambda request: answer(request, count))
        client = Client("https://rt.invalid", "token", transport=transport)
        engine = connecting.engine_of(desk, RtBackend(client, "alice"))
        engine.once()
        assert desk.repository.remotes.count() == count
        desk.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
