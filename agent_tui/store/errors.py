"""What can go wrong with a store, its key and its lock: one small hierarchy.

Every error says what happened, to which file, and what the user can do. `text` is the English message
with named fields, kept apart from `details` so that a face can look up its translation first:
`_(error.text).format(**error.details)`. No detail ever holds a key, a passphrase or a customer's text.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from agent_tui.domain.messages import N_, Told, told

Detail = str | int | Told


class StoreError(Exception):
    """Something a store can't do. Subclasses say what; `str()` is the English sentence."""

    text: ClassVar[str] = N_("The store {path} can't be used: {reason}. Run `agent-tui doctor` to see more.")

    def __init__(self, **details: Detail) -> None:
        self.details: dict[str, Detail] = details
        super().__init__(self.text.format(**details))

    @property
    def told(self) -> Told:
        """The sentence to keep and to translate."""
        return told(self.text, self.details)


class StoreUnusable(StoreError):
    """The file can't be opened or read for a reason of the machine: rights, a failing disk."""

    def __init__(self, path: Path, reason: str | Told) -> None:
        super().__init__(path=str(path), reason=reason)


class WrongKey(StoreError):
    """The file is encrypted with another key than the one given."""

    text = N_(
        "The key does not open {path}. Nothing was changed. Check AGENT_TUI_KEY and the profile's key "
        "file, or put back the key that was in use when this store was made."
    )

    def __init__(self, path: Path) -> None:
        super().__init__(path=str(path))


class DamagedStore(StoreError):
    """The key is right and the file is not: bytes were lost or overwritten."""

    text = N_(
        "The store {path} is damaged. Nothing was changed. Run `agent-tui doctor --recover` to save "
        "everything that can still be read; the damaged file is kept beside it."
    )

    def __init__(self, path: Path) -> None:
        super().__init__(path=str(path))
        self.path = path


class NewerStore(StoreError):
    """A later version of agent_tui wrote this file."""

    text = N_(
        "The store {path} was written by a newer agent-tui (layout {found}, this one knows {known}). "
        "Nothing was changed. Update agent-tui on this machine."
    )

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(path=str(path), found=found, known=known)
        self.found = found
        self.known = known


class NotAStore(StoreError):
    """The key opens the file, and another program made it."""

    text = N_("{path} is not a store of agent-tui. Nothing was changed. Choose another file.")

    def __init__(self, path: Path) -> None:
        super().__init__(path=str(path))


class NoSuchProfile(StoreError):
    """There is no store where one was asked for."""

    text = N_("There is no store at {path}. Check the profile's name, or create the profile first.")

    def __init__(self, path: Path) -> None:
        super().__init__(path=str(path))


class StoreBusy(StoreError):
    """Another desk, or another program, holds the file."""

    text = N_(
        "Already open: {path} is in use by {holder}. Close that desk first, or use it instead of this one."
    )

    def __init__(self, path: Path, holder: str | Told) -> None:
        super().__init__(path=str(path), holder=holder)
        self.holder = holder


class LockUnsupported(StoreError):
    """The folder's file system has no locks, so two desks could not be kept apart."""

    text = N_(
        "{path} can't be locked ({reason}): its file system has no file locks. "
        "Keep the profile on a local disk."
    )

    def __init__(self, path: Path, reason: Told) -> None:
        super().__init__(path=str(path), reason=reason)


class DiskFull(StoreError):
    """No space, or no quota, is left for a write. The transaction was rolled back."""

    text = N_(
        "There is no space left to write {path}. The last change was not saved, everything before it was. "
        "Free some space and try again."
    )

    def __init__(self, path: Path) -> None:
        super().__init__(path=str(path))


class TransactionLost(StoreError):
    """SQLite rolled a whole transaction back, and the code inside went on as if it had not."""

    text = N_("The last change to {path} was not saved: it was rolled back half-way. Try again.")

    def __init__(self, path: Path) -> None:
        super().__init__(path=str(path))


class KeyProblem(StoreError):
    """A profile's key can't be had, kept or trusted. Never says anything about the key's value."""

    text = N_("The key of profile {profile} can't be used: {reason}")

    def __init__(self, profile: str, reason: str) -> None:
        super().__init__(profile=profile, reason=reason)


class NoKey(KeyProblem):
    """There is no key for this profile anywhere."""

    text = N_(
        "There is no key for profile {profile}: not in AGENT_TUI_KEY, not in {place}, not in the keyring. "
        "Without its key a store can't be read; put the key back."
    )

    def __init__(self, profile: str, place: Path) -> None:
        StoreError.__init__(self, profile=profile, place=str(place))


class ExposedKey(KeyProblem):
    """Others could read the key file."""

    text = N_(
        "The key file {path} can be read by others (mode {mode}), so it is not used. "
        "Run `chmod 600` on it if you trust it still, or make a new profile."
    )

    def __init__(self, path: Path, mode: int) -> None:
        StoreError.__init__(self, path=str(path), mode=f"{mode:o}")


class WrongPassphrase(KeyProblem):
    """The passphrase does not open the locked key."""

    text = N_("The passphrase does not open {path}. Nothing was changed. Try again.")

    def __init__(self, path: Path) -> None:
        StoreError.__init__(self, path=str(path))


class PassphraseNeeded(KeyProblem):
    """The key is locked, and nobody gave a passphrase."""

    text = N_(
        "The key of profile {profile} is locked. Type its passphrase when asked, or set AGENT_TUI_PASSPHRASE."
    )

    def __init__(self, profile: str) -> None:
        StoreError.__init__(self, profile=profile)
