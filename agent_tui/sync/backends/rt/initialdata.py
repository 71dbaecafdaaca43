"""The file with which an RT administrator adds agent_tui's fields and rights, by RT's own tool, in one command."""

from __future__ import annotations

from agent_tui.sync.backends.rt.fields import FIELDS, Field

AGENT_RIGHTS = (
    "SeeQueue",
    "ShowTicket",
    "ShowTicketComments",
    "ShowOutgoingEmail",
    "CreateTicket",
    "ReplyToTicket",
    "CommentOnTicket",
    "ModifyTicket",
    "OwnTicket",
    "TakeTicket",
    "StealTicket",
    "ManageAuthTokens",
)
"""What somebody who works a queue needs; deleting tickets is not among them."""

SEE = "SeeCustomField"
CHANGE = ("ModifyCustomField", "SetInitialCustomField")

# A field that exists is completed, never made twice: two fields of one name make every write of it ambiguous.
# `die` in @Initial makes the command fail; in @Final, and in RT's own lists of fields and rights, it only logs.
_TEMPLATE = r"""# Fields and rights of agent_tui for Request Tracker 5, in RT's "initialdata" format (Perl).
# As an administrator of RT, on the machine it runs on:
#     rt-setup-database --action insert --datafile THIS_FILE
# (Debian: rt-setup-database-5.) Running it again changes nothing that is as it should be.
use strict; use warnings; use utf8;

my @fields = (
@FIELDS@
);
my $see = '@SEE@';                  # granted to all staff, for their own searches and reports
my @change = qw(@CHANGE@);          # granted to the agents
my $group = @GROUP@;                # the agents; '': all staff, without the rights below
my @agent_rights = qw(@AGENT_RIGHTS@);    # granted for all queues

my $same = sub {
    my ($want, $field) = @_;
    $field->Type eq $want->{Type} && $field->MaxValues == 1
        or die "There is a custom field $want->{Name} of another kind already: rename it first.\n";
};
my $field_of = sub {
    my ($want) = @_;
    my $named = RT::CustomFields->new(RT->SystemUser);
    $named->Limit(FIELD => 'Name', VALUE => $want->{Name}, CASESENSITIVE => 0);
    $named->Limit(FIELD => 'LookupType', VALUE => $want->{LookupType});
    my @found = @{ $named->ItemsArrayRef };
    @found < 2 or die "There are several custom fields $want->{Name}: leave one and disable the others.\n";
    if (@found) { $same->($want, $found[0]); return $found[0] }
    my $field = RT::CustomField->new(RT->SystemUser);
    my ($ok, $message) = $field->Create(
        Name => $want->{Name}, Type => $want->{Type}, MaxValues => 1, LookupType => $want->{LookupType},
        Description => $want->{Description}, Pattern => $want->{Pattern});
    $ok or die "The custom field $want->{Name} can't be made: $message\n";
    return $field;
};
my $complete = sub {
    my ($want, $field) = @_;
    my %offered = map { $_->Name => 1 } @{ $field->Values->ItemsArrayRef };
    my $order = keys %offered;
    for my $value (grep { !$offered{$_} } @{ $want->{Values} }) {
        my ($ok, $message) = $field->AddValue(Name => $value, SortOrder => ++$order);
        $ok or die "The custom field $want->{Name} can't offer $value: $message\n";
    }
    return if $field->IsGlobal;
    my ($ok, $message) = $field->AddToObject(RT::Queue->new(RT->SystemUser));
    $ok or die "The custom field $want->{Name} can't be applied to all queues: $message\n";
};
my $grant = sub {
    my ($who, $object, @rights) = @_;
    for my $right (@rights) {
        next if $who->PrincipalObj->HasRight(Object => $object, Right => $right);
        my ($ok, $message) = $who->PrincipalObj->GrantRight(Object => $object, Right => $right);
        $ok or die "The right $right can't be granted: $message\n";
    }
};

our @Initial = (sub {
    my $staff = RT::Group->new(RT->SystemUser);
    $staff->LoadSystemInternalGroup('Privileged');
    my $agents = $staff;
    if ($group ne '') {
        $agents = RT::Group->new(RT->SystemUser);
        $agents->LoadUserDefinedGroup($group);
        if (!$agents->Id) {
            my ($ok, $message) = $agents->CreateUserDefinedGroup(Name => $group, Description => 'Agents of agent_tui');
            $ok or die "The group $group can't be made: $message\n";
        }
        $grant->($agents, RT->System, @agent_rights);
    }
    for my $want (@fields) {
        my $field = $field_of->($want);
        $complete->($want, $field);
        $grant->($staff, $field, $see);
        $grant->($agents, $field, @change);
    }
});
1;
"""


def initialdata(group: str = "") -> str:
    """The text of the file. `group` names RT's group of agents: it is made if need be and gets the rights to work.

    Without it only the fields are made, and all of RT's privileged users may change them.
    """
    parts = {
        "@FIELDS@": "\n".join(_perl(field) for field in FIELDS),
        "@SEE@": SEE,
        "@CHANGE@": " ".join(CHANGE),
        "@AGENT_RIGHTS@": " ".join(AGENT_RIGHTS),
        "@GROUP@": _quoted(group),
    }
    text = _TEMPLATE
    for mark, part in parts.items():
        text = text.replace(mark, part)
    return text


def _perl(field: Field) -> str:
    values = ", ".join(map(_quoted, field.values))
    return (
        f"    {{ Name => {_quoted(field.name)}, Type => {_quoted(field.kind)}, "
        f"LookupType => {_quoted(field.side)},\n"
        f"      Description => {_quoted(field.about)}, Pattern => {_quoted(field.pattern)}, Values => [{values}] }},"
    )


def _quoted(text: str) -> str:
    """A Perl string in single quotes, in which only the backslash and the quote itself are special."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
