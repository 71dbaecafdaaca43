"""The initialdata file, inserted by RT's own tool as an administrator does it."""

from __future__ import annotations

import httpx
import pytest

from agent_tui.sync.backends.rt.fields import FIELDS
from agent_tui.sync.backends.rt.http import Client
from agent_tui.sync.backends.rt.identity import identify
from agent_tui.sync.backends.rt.initialdata import initialdata
from tests.live.server import Rt

pytestmark = pytest.mark.live

GROUP = "Spät's \\ @AGENT_RIGHTS@ $夜班"

NEWCOMER = """
use strict; use warnings; use utf8;
our @Final = (sub { umask 077;
    my $user = RT::User->new(RT->SystemUser);
    $user->Create(Name => 'newcomer', EmailAddress => 'newcomer@rt.invalid', Privileged => 1);
    my $group = RT::Group->new(RT->SystemUser);
    $group->LoadUserDefinedGroup(q{%s});
    $group->AddMember($user->PrincipalId);
    my (undef, $message, $token) = RT::AuthToken->new(RT->SystemUser)->Create(Owner => $user->Id, Description => 'x');
    open my $file, '>', "$RT::VarPath/token-newcomer" or die $!; print $file $token; close $file;
});
1;
"""


def fields_of(rt: Rt) -> list[dict[str, object]]:
    answer = httpx.post(
        f"{rt.url}/REST/2.0/customfields",
        params={"fields": "Name,Type,MaxValues,LookupType", "per_page": 100},
        json=[{"field": "LookupType", "operator": "STARTSWITH", "value": "RT::Queue-RT::Ticket"}],
        headers={"Authorization": f"token {rt.token('root')}"},
        timeout=30,
    )
    return list(answer.json()["items"])


def test_every_field_is_there_once_and_a_second_run_adds_nothing(rt: Rt) -> None:
    done = rt.insert(initialdata())
    assert done.returncode == 0, done.stdout + done.stderr
    found = fields_of(rt)
    assert sorted((row["Name"], row["Type"], row["LookupType"]) for row in found) == sorted(
        (field.name, field.kind, field.side) for field in FIELDS
    )


def test_the_group_of_agents_gets_what_it_needs_to_work(rt: Rt) -> None:
    done = rt.insert(initialdata(GROUP))
    assert done.returncode == 0, done.stdout + done.stderr
    assert rt.insert(initialdata(GROUP)).returncode == 0
    done = rt.insert(NEWCOMER % GROUP.replace("\\", "\\\\"))
    assert done.returncode == 0, done.stdout + done.stderr
    with Client(rt.url, rt.token("newcomer")) as client:
        found = identify(client)
    assert {"Complaints", "Legal", "Support"} <= {queue.name for queue in found.queues}
    for queue in found.queues:
        assert queue.create
        assert queue.lacking == ()
        assert (queue.reply, queue.comment, queue.modify) in ((True, True, True), (None, None, None))


def test_a_field_of_another_kind_stops_the_command_and_is_named(rt: Rt) -> None:
    other = initialdata().replace(
        "Name => 'Product', Type => 'Freeform'", "Name => 'Product', Type => 'Text'"
    )
    assert other != initialdata()
    done = rt.insert(other)
    assert done.returncode != 0
    assert "There is a custom field Product of another kind" in done.stdout + done.stderr
    assert len(fields_of(rt)) == len(FIELDS)


def test_a_value_that_is_missing_is_added(rt: Rt) -> None:
    more = initialdata().replace("'not_reached']", "'not_reached', 'to_be_asked']")
    assert more != initialdata()
    assert rt.insert(more).returncode == 0
    number = next(row["id"] for row in fields_of(rt) if row["Name"] == "Satisfaction")
    answer = httpx.get(
        f"{rt.url}/REST/2.0/customfield/{number}",
        headers={"Authorization": f"token {rt.token('root')}"},
        timeout=30,
    )
    assert "to_be_asked" in answer.json()["Values"]
