"""Who the token belongs to and what that user finds on the server: asked once, when connecting."""

from __future__ import annotations

from collections import Counter

from agent_tui.domain.messages import N_, Told
from agent_tui.sync.backends.rt import errors, wire
from agent_tui.sync.backends.rt.fields import FIELDS, Side, absent
from agent_tui.sync.backends.rt.http import Client
from agent_tui.sync.backends.rt.lists import PER_PAGE, Limits, Params
from agent_tui.sync.backends.rt.values import Identity, Person, Queue


class UnknownLogin(errors.RtError):
    """The token does not say whose it is, as those of RT's own making do."""

    text = N_("The token does not tell whose it is. Give the login name on {host} as well.")


def identify(client: Client, login: str = "") -> Identity:
    """Ask the server who we are. `login` counts only if the token is not of RT's own making.

    Takes five requests and up to three for each queue. Raises `UnknownLogin` and the errors of `http`.
    """
    about = client.ask("/rt")
    version = client.read(about, wire.About).version
    who = client.user_id or login  # the token knows it better
    if not who:
        raise UnknownLogin(host=client.host)
    user = client.get(f"/user/{who}", wire.UserRow)
    queues = tuple(_queue(client, row.id) for row in _queues(client) if not row.disabled)
    return Identity(
        user=Person(user.login, user.email_address, user.real_name),
        user_id=user.id,
        staff=bool(user.privileged),
        version=version,
        server_time=about.date,
        queues=queues,
        flaws=_flaws(client),
    )


def _queues(client: Client) -> list[wire.QueueHead]:
    """Every queue that the user sees. Those that are hidden make pages short, so only an empty page is the end."""
    found: list[wire.QueueHead] = []
    page = 1
    while True:
        params: Params = {"fields": "Disabled", "per_page": PER_PAGE, "page": page}
        rows = client.get("/queues/all", wire.Queues, params).items
        if not rows:
            return found
        found += rows
        page += 1


def _queue(client: Client, number: int) -> Queue:
    """A queue with the user's rights in it, as the links of its newest ticket tell them."""
    row = client.get(f"/queue/{number}", wire.QueueRow)
    form: Params = {"query": f"Queue={number}", "orderby": "id", "order": "DESC", "per_page": 1}
    newest = client.search("/tickets", wire.Rows, form).items
    may: set[str] | None = None
    if newest:
        may = {link.ref for link in client.get(f"/ticket/{newest[0].id}", wire.TicketState).links}
    present = [field.name for field in row.ticket_custom_fields]
    noted = [field.name for field in row.ticket_transaction_custom_fields]
    return Queue(
        id=row.id,
        name=row.queue,
        lifecycle=row.lifecycle,
        create=any(link.ref == "create" for link in row.links),
        show=None if may is None else True,
        reply=None if may is None else "correspond" in may,
        comment=None if may is None else "comment" in may,
        modify=None if may is None else "lifecycle" in may,
        lacking=absent(Side.TICKET, present) + absent(Side.TRANSACTION, noted),
    )


def _flaws(client: Client) -> tuple[Told, ...]:
    """Fields that have our names and are not what `initialdata` makes: somebody else's, most likely."""
    limits: Limits = [{"field": "LookupType", "operator": "STARTSWITH", "value": Side.TICKET}]
    params: Params = {"fields": "Name,Type,MaxValues,LookupType,Disabled", "per_page": PER_PAGE}
    found = [
        row
        for row in client.select("/customfields", wire.FieldRows, limits, params).items
        if not row.disabled
    ]
    ours = {(field.name.casefold(), field.side): field for field in FIELDS}
    times = Counter((row.field.casefold(), row.lookup_type) for row in found)
    flaws: list[Told] = []
    for row in found:
        field = (
            ours.get((row.field.casefold(), Side(row.lookup_type))) if row.lookup_type in set(Side) else None
        )
        if field is None:
            continue
        if row.kind != field.kind or row.max_values != 1:
            flaws.append(
                Told(
                    N_(
                        "The custom field {field} is of the type {found}, and should be {wanted} with one value."
                    ),
                    {"field": row.field, "found": row.kind, "wanted": field.kind},
                )
            )
        elif times[row.field.casefold(), row.lookup_type] > 1:
            flaws.append(Told(N_("There are several custom fields {field}."), {"field": row.field}))
    return tuple(dict.fromkeys(flaws))
