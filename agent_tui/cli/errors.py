"""What a command says when it cannot do its work, and the exit code that tells a program why."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

from agent_tui.cli.exits import Exit, UsageError
from agent_tui.cli.output import Output
from agent_tui.desk.errors import DeskError, NoSuchAttachment, NoSuchTicket
from agent_tui.desk.handover import NoSuchHandover
from agent_tui.domain.policy import UnknownWord
from agent_tui.domain.refusals import Refusal
from agent_tui.domain.text import safe
from agent_tui.i18n import UnknownLanguageError, _
from agent_tui.intake.errors import IntakeError
from agent_tui.packs.loader import PackError
from agent_tui.settings import SettingsError
from agent_tui.store.cipher import Error as DriverError
from agent_tui.store.errors import StoreError
from agent_tui.telling_errors import refused, sentence, told
from agent_tui.wording import field_title


def typed(field: str) -> str:
    """A field's name and how it is filled in on the command line."""
    return _("{title} (--set {field}=…)").format(title=field_title(field), field=field)


def explain(error: Exception, out: Output) -> Exit:
    """Say what happened and what can be done; returns the exit code. Unknown errors are raised again."""
    match error:
        case UnknownWord():
            out.complain(sentence(error, typed))
            return Exit.BAD_INPUT
        case Refusal():
            out.complain(_("Refused: {reason}").format(reason=sentence(error, typed)))
            return Exit.REFUSED
        case NoSuchTicket() | NoSuchAttachment() | NoSuchHandover():
            out.complain(sentence(error))
            return Exit.NOT_FOUND
        case DeskError():
            out.complain(sentence(error, typed))
            return _exit_of(error)
        case StoreError():
            out.complain(sentence(error))
            return Exit.STORE
        case DriverError():
            out.complain(_("The store cannot be used: {reason}").format(reason=safe(str(error))))
            return Exit.STORE
        case PackError():
            out.complain(safe(str(error)))
            return Exit.BAD_INPUT
        case SettingsError() | UsageError():
            out.complain(safe(str(error)))
            return Exit.BAD_INPUT
        case IntakeError():
            out.complain(_("{path}: {reason}").format(path=safe(str(error.path)), reason=told(error.reason)))
            return Exit.BAD_INPUT if error.path.exists() else Exit.NOT_FOUND
        case UnknownLanguageError():
            out.complain(
                _("There is no language {name!r}; there are: en, zh_CN.").format(name=safe(error.name))
            )
            return Exit.BAD_INPUT
        case OSError():
            name = safe(str(error.filename)) if error.filename else _("standard output")
            out.complain(_("{path}: {reason}").format(path=name, reason=refused(error)))
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                return Exit.STORE
            return Exit.NOT_FOUND if isinstance(error, FileNotFoundError) else Exit.BAD_INPUT
        case _:
            return _of_service(error, out)


def _of_service(error: Exception, out: Output) -> Exit:
    """What can't be done with a helpdesk or a translation service. Unknown errors are raised again."""
    from agent_tui.sync.backends.base import BackendError  # not before something went wrong
    from agent_tui.translation.provider import TranslationError

    if isinstance(error, TranslationError):
        out.complain(told(error.told))
        return _of_translation(error)
    if not isinstance(error, BackendError):
        raise error
    out.complain(sentence(error))
    return Exit.BACKEND


def _of_translation(error: Exception) -> Exit:
    """What a text that could not be translated ends with: the service is mostly to blame."""
    from agent_tui.desk.translating import LanguageUnknown, NothingWritten
    from agent_tui.translation.provider import NotThisLanguage, TooLong

    match error:
        case NothingWritten():
            return Exit.NOT_FOUND
        case LanguageUnknown() | NotThisLanguage() | TooLong():
            return Exit.BAD_INPUT
        case _:
            return Exit.BACKEND


def _exit_of(error: DeskError) -> Exit:
    """What an error of the desk ends with: mostly bad input."""
    from agent_tui.desk import connecting, erasing, outbox  # with all that speaks to a helpdesk
    from agent_tui.desk.guiding import NoSuchPage
    from agent_tui.desk.phrase_team import NoSuchProposal
    from agent_tui.desk.phrasing import NoSuchPhrase

    match error:
        case erasing.NoSuchCustomer() | NoSuchPage() | NoSuchProposal() | NoSuchPhrase():
            return Exit.NOT_FOUND
        case erasing.HeldByLaw():
            return Exit.REFUSED
        case connecting.NoToken():
            return Exit.BACKEND
        case outbox.NothingWaiting() | outbox.NothingNoted():
            return Exit.NOT_FOUND
        case outbox.CantBeSent() | outbox.StillUnderWay() | connecting.AnotherAgent():
            return Exit.REFUSED
        case _:
            return Exit.BAD_INPUT


def confess(error: Exception, out: Output) -> Exit:
    """For a fault of this program: where it happened. Never what the error says, which may quote a customer."""
    out.complain(
        _("agent-tui failed: {kind}. Nothing unconfirmed was saved. Please report these lines:").format(
            kind=type(error).__name__
        )
    )
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        out.complain(f"  {Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    out.complain(f"  Python {sys.version.split()[0]}")
    return Exit.INTERNAL
