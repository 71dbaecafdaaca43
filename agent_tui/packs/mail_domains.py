"""Mail domains that belong to everybody."""

from __future__ import annotations

from functools import cache

import msgspec

from agent_tui.packs.loader import BUILT_IN, read_entries


class _Providers(msgspec.Struct, forbid_unknown_fields=True):
    domains: frozenset[str]


@cache
def public_domains() -> frozenset[str]:
    """The domains of mail providers for the public, in lower case."""
    entries = read_entries(BUILT_IN / "mail" / "public.toml", _Providers)
    return entries["providers"][0].domains
