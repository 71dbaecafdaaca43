"""What counts as personal data in a text, and the rules by which it is found (POLICY T4, T5)."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cached_property

import msgspec


class Kind(StrEnum):
    """Sorts of personal data; the value is also what stands in brackets in place of it."""

    CARD = "card"
    IBAN = "iban"
    BANK = "bank"
    NATIONAL_ID = "national_id"
    TAX_ID = "tax_id"
    PASSPORT = "passport"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    SECRET = "secret"  # noqa: S105 - passwords, check digits and expiry of cards, one-time codes
    IP = "ip"
    PLATE = "plate"
    HANDLE = "handle"  # a name in a messenger or social network


class Personal(msgspec.Struct, frozen=True):
    """A piece of personal data from `start` to `end`, counted in characters.

    `sure`: its own form or a word beside it leaves no doubt. `region` is ISO 3166-1 alpha-2, empty when it has none.
    """

    kind: Kind
    start: int
    end: int
    sure: bool = True
    region: str = ""


class Bare(StrEnum):
    """When a number is found without a word beside it."""

    ALWAYS = "always"
    GROUPS = "groups"  # written in its groups, or as in REGION
    REGION = "region"  # in a text or for a customer from its region
    WORD = "word"  # never


class Form(msgspec.Struct, frozen=True, dict=True):
    """A regular expression that is compiled when it is first used, as a text needs few of the many."""

    text: str
    flags: int = 0

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern. Raises re.error when the text is none; pack files are checked before."""
        return re.compile(self.text, self.flags)


class IdRule(msgspec.Struct, frozen=True):
    """A number that a state or bank gives out. `form` matches it without separators; `check` names the digit check."""

    id: str
    kind: Kind
    region: str
    form: Form
    lengths: frozenset[int]
    bare: Bare
    groups: frozenset[tuple[int, ...]] = frozenset()
    check: str = ""


class CardRule(msgspec.Struct, frozen=True):
    """The numbers of one card issuer; `bare`: they are found without a word beside them."""

    begin: re.Pattern[str]
    lengths: frozenset[int]
    groups: frozenset[tuple[int, ...]] = frozenset()
    bare: bool = True


class PhoneRule(msgspec.Struct, frozen=True):
    """How telephone numbers of a country are written at home; `letters` are those of its texts."""

    region: str
    always: Form | None
    here: Form | None
    letters: re.Pattern[str] | None


class AddressRule(msgspec.Struct, frozen=True):
    """How addresses are written in a language; `anywhere`: no word is looked for first, perhaps `letters` are."""

    language: str
    anywhere: bool
    forms: tuple[Form, ...]
    more: Form | None
    letters: re.Pattern[str] | None = None


class Role(StrEnum):
    """What a word says of the number beside it."""

    CARD = "card"
    BANK = "bank"
    PASSPORT = "passport"
    ID = "id"
    TAX = "tax"
    PHONE = "phone"
    ADDRESS = "address"
    BIRTH = "birth"
    CODE = "code"
    PASSWORD = "password"  # noqa: S105
    IP = "ip"
    ACCOUNT = "account"  # of a bank, if a word for a bank stands near; else of a customer
    EXPIRY = "expiry"  # of a card
    PLATE = "plate"
    VEHICLE = "vehicle"  # where a plate may stand, as in `reg is …` of a text about a car
    BANK_NAME = "bank_name"  # a bank: right behind it stands an account
    HANDLE = "handle"
    EXTENSION = "extension"  # of a telephone number
    OTHER = "other"  # nothing personal


class Words(msgspec.Struct, frozen=True):
    """Words to look for, and what each folded word tells; `word_tries` finds them.

    `begins` are those of scripts with spaces, by their first two letters, `inside` those that may end another word,
    `glued` those of the other scripts.
    """

    begins: dict[str, Form]
    inside: Form | None
    glued: Form
    told: dict[str, frozenset[str]]


class SpeltMails(msgspec.Struct, frozen=True):
    """How a mail address is written out: `sign` finds words that only mean @, `at` those that need more beside them."""

    sign: re.Pattern[str]
    at: re.Pattern[str]
    before: re.Pattern[str]  # the local part, up to the word
    host: re.Pattern[str]  # the domain, dots in any form
    spelt: re.Pattern[str]  # the domain with a spelt dot


class Telling(msgspec.Struct, frozen=True):
    """The small words between a word and what it names, read in folded texts."""

    password: re.Pattern[str]  # from a word for a password on: `is`, and the group `token`
    said: re.Pattern[str]  # what tells a code, at the end of what stands before it
    named: re.Pattern[str]  # the same before a name in a messenger
    plate: re.Pattern[str]  # from a word for a plate on, up to the plate
    check_digits: re.Pattern[str]  # from a card's number on: a word, and the digits as group 1
    links: frozenset[str]  # words that may stand between a code and its word
    apart: frozenset[str]  # words with which something else begins


class Plates(msgspec.Struct, frozen=True):
    """How plates of vehicles are written. What ends in `here` counts in texts from a region, by which it stands."""

    always: tuple[tuple[re.Pattern[str] | None, Form], ...]  # anywhere, in a text that has the letters
    here: dict[str, Form]
    near: Form  # in a text about a vehicle
    vehicle: Form  # behind a word for a vehicle
    vehicle_here: dict[str, Form]
    plate: Form  # behind a word for a plate
    plate_here: dict[str, Form]
    towns: Form  # a town and digits, behind a word for a plate


class Amounts(msgspec.Struct, frozen=True):
    """By what a number is money or a measure: what stands before it and behind it; `units` are letters alone."""

    before: re.Pattern[str]
    after: re.Pattern[str]
    units: frozenset[str]


class PersonalRules(msgspec.Struct, frozen=True):
    """All the rules. `labels` tell roles: those of `Role`, `id:` and a rule's name, `in:` and a region."""

    labels: Words
    telling: Telling
    ids: dict[str, IdRule]
    ids_by_length: dict[int, tuple[IdRule, ...]]
    cards: tuple[CardRule, ...]
    phones: tuple[PhoneRule, ...]
    streets: Words
    addresses: dict[str, AddressRule]
    codes: re.Pattern[str]  # postal codes that say enough by themselves
    places: re.Pattern[str]  # folded words of a street, house or quarter
    rooms: re.Pattern[str]  # those inside a house
    ends: frozenset[str]  # words with which something else than an address begins
    months: frozenset[str]
    between: frozenset[str]
    eras: frozenset[str]
    mails: SpeltMails
    plates: Plates
    payments: re.Pattern[str]  # names for payments, with the bank or app behind an @
    amounts: Amounts
