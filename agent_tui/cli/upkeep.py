"""Commands about the program itself: `doctor`, `locate`, `lock`, `unlock`, `settings` and `completion`."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from agent_tui import settings as settings_file
from agent_tui.cli.context import Context
from agent_tui.cli.exits import Exit, UsageError
from agent_tui.desk.health import HELPDESK, Finding, Weight, examine, recover
from agent_tui.domain.text import safe
from agent_tui.i18n import _
from agent_tui.locations import themes_dir
from agent_tui.settings_keys import KEYS
from agent_tui.store import keys
from agent_tui.telling_errors import filled


def doctor(context: Context) -> Exit | None:
    """`doctor [--recover]`."""
    out = context.out
    place = context.place
    findings: list[Finding] = []
    if context.args.recover:
        findings += recover(place, context.ask_passphrase, context.now)
    out.progress(_("Looking at everything …"))
    findings += examine(place, context.locations, context.ask_passphrase, context.now)
    out.progress("")
    if context.json:
        out.json(
            [
                {"about": each.about, "weight": each.weight.value, "found": each.text.format(**each.details)}
                for each in findings
            ]
        )
    else:
        marks = {Weight.GOOD: _("ok"), Weight.NOTICE: _("note"), Weight.BAD: _("BAD")}
        for each in findings:
            told = _("{title}: {text}").format(title=_(each.about), text=filled(each.text, each.details))
            out.say(f"{marks[each.weight]:5} {told}")
    bad = [each.about for each in findings if each.weight is Weight.BAD]
    if not bad:
        return None
    return Exit.BACKEND if set(bad) == {HELPDESK} else Exit.STORE


def where(context: Context) -> None:
    """`locate`: every place, whether there is something or not."""
    places = context.locations
    found: dict[str, Path] = {
        "settings": places.settings_file,
        "store": context.place.store,
        "keys": places.keys_dir,
        "packs": places.packs_dir,
        "themes": places.user_themes_dir,
        "shipped themes": themes_dir(),
        "state": places.state_dir,
        "cache": places.cache_dir,
    }
    if context.json:
        context.out.json(
            {"profile": context.profile} | {name.replace(" ", "_"): str(path) for name, path in found.items()}
        )
        return
    names = {
        "settings": _("settings"),
        "store": _("store"),
        "keys": _("keys"),
        "packs": _("your packs"),
        "themes": _("your themes"),
        "shipped themes": _("shipped themes"),
        "state": _("state"),
        "cache": _("cache"),
    }
    context.out.say(_("profile: {name}").format(name=context.profile))
    for name, path in found.items():
        there = "" if path.exists() else " " + _("(not there yet)")
        context.out.say(f"{names[name]}: {safe(str(path))}{there}")


def lock(context: Context) -> None:
    """`lock`: put the key under a passphrase."""
    with context.desk():  # a wrong key must not be locked away as if it were the right one
        pass
    chosen = _passphrase(_("New passphrase: "))
    if keys.PASSPHRASE_VARIABLE not in os.environ and chosen != _passphrase(_("Once more: ")):
        raise UsageError(_("The two passphrases differ. Nothing was changed."))
    keys.lock(context.place.keys, chosen)
    context.out.say(
        _(
            "The key of profile {name} is under the passphrase now. Without it nobody can open the store."
        ).format(name=context.profile)
    )


def unlock(context: Context) -> None:
    """`unlock`: keep the key without a passphrase."""
    places = context.place.keys
    keys.unlock(places, _passphrase(_("Passphrase: ")) if places.locked.exists() else "")
    context.out.say(_("The key of profile {name} needs no passphrase any more.").format(name=context.profile))


def _passphrase(prompt: str) -> str:
    """From the environment, else typed unseen. Never an argument: other users can read those."""
    variable = keys.PASSPHRASE_VARIABLE
    if given := os.environ.get(variable):
        return given
    if not sys.stdin.isatty():
        raise UsageError(
            _("Nobody can be asked for the passphrase here; set {variable}.").format(variable=variable)
        )
    return getpass.getpass(prompt)


def settings(context: Context) -> None:
    """`settings [KEY [VALUE…]]`."""
    args, out = context.args, context.out
    names = {key.name: key for key in KEYS}
    if args.key is not None and (asked := settings_file.key_of(args.key)) is not None:
        names = {args.key: asked}
    elif args.key is not None:
        raise UsageError(
            _("There is no setting {name!r}; there are: {known}.").format(
                name=args.key, known=", ".join(names)
            )
        )
    if args.key is not None and (args.values or args.unset):
        now = settings_file.change(
            context.locations.settings_file, args.key, () if args.unset else tuple(args.values)
        )
    else:
        now = context.settings
    shown = {name: settings_file.get(now, name) for name in names}
    if context.json:
        out.json(shown)
        return
    for name, value in shown.items():
        out.say(f"{name} = {safe(settings_file.shown(value))}")
        out.say(f"    {_(names[name].about)} ({_(names[name].allowed)})")


def completion(context: Context) -> None:
    """`completion SHELL`: a script for the shell to read."""
    import shtab  # for this command alone

    from agent_tui.cli.parser import build

    context.out.raw([shtab.complete(build(), shell=context.args.shell), "\n"])
