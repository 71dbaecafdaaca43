"""Why the operating system refuses something, in sentences that can be translated."""

from __future__ import annotations

import errno

from agent_tui.domain.messages import N_, Told

_REASONS = {
    errno.EACCES: N_("Permission denied"),
    errno.EEXIST: N_("File exists"),
    errno.EISDIR: N_("Is a directory"),
    errno.EMFILE: N_("Too many open files"),
    errno.ENOENT: N_("No such file or directory"),
    errno.ENOSPC: N_("No space left on device"),
    errno.ENOTDIR: N_("Not a directory"),
    errno.EROFS: N_("Read-only file system"),
}
"""The common ones, in the words of the C library, so that they can be looked up."""


def reason_of(error: OSError) -> Told:
    """Why it was refused; what is not among the common reasons stays as the system says it."""
    known = _REASONS.get(error.errno or 0)
    if known is not None:
        return Told(known)
    return Told(N_("{reason}"), {"reason": error.strerror or type(error).__name__})
