"""The one list of everything a key can do at the desk: keys, palette, footer, help and manual are made of it.

Keys are Textual's names. None of the defaults is swallowed by a terminal or a multiplexer: no Ctrl+B, Ctrl+S, Ctrl+Q,
Ctrl+Z, no Alt combinations; function keys only as a second way.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from agent_tui.domain.messages import N_


class Where(StrEnum):
    """In which part of the desk a key counts."""

    DESK = "desk"  # the list and the ticket
    LIST = "list"
    TICKET = "ticket"
    WRITING = "writing"
    ANYWHERE = "anywhere"


class Command(msgspec.Struct, frozen=True):
    """One thing to do: its id, its keys, and what a person is told of it."""

    id: str
    keys: tuple[str, ...]
    title: str
    where: Where = Where.DESK
    about: str = ""
    form: str = ""  # the action of `agent_tui.desk.forms` that it fills in
    hint: int = 0  # the footer shows commands with a hint, the highest first
    helpdesk: bool = False  # counts only where a helpdesk stands behind the profile


COMMANDS: tuple[Command, ...] = (
    Command(
        "next_step",
        ("enter",),
        N_("Next step"),
        hint=99,
        about=N_("Do what policy asks for next on this ticket."),
    ),
    Command("open", ("o", "right", "l"), N_("Open the ticket"), Where.LIST, hint=60),
    Command("close", ("escape", "left", "h"), N_("Back to the list"), Where.TICKET, hint=97),
    Command("reply", ("r",), N_("Reply"), form="reply", hint=90),
    Command(
        "classify",
        ("c",),
        N_("Classify"),
        form="classify",
        hint=88,
        about=N_("Verify, then type, level, urgent (H1)."),
    ),
    Command(
        "note",
        ("n",),
        N_("Note"),
        form="note",
        hint=70,
        about=N_("An internal note; the customer never sees it."),
    ),
    Command("take", ("t",), N_("Take"), form="take", hint=66),
    Command(
        "take_over", ("T",), N_("Take over"), form="take", about=N_("Take a ticket that somebody else has.")
    ),
    Command("release", ("R",), N_("Release"), form="release", about=N_("Give the ticket back to the queue.")),
    Command(
        "snooze",
        ("s",),
        N_("Snooze"),
        form="snooze",
        hint=64,
        about=N_("Put aside until a moment: 2h, tomorrow 9, mon 14:30."),
    ),
    Command("wait", ("w",), N_("Wait for the customer"), form="wait", hint=50),
    Command(
        "resume", ("W",), N_("Go on"), form="resume", about=N_("Go on with a snoozed or waiting ticket.")
    ),
    Command(
        "resolve",
        ("e",),
        N_("Resolve"),
        form="resolve",
        hint=84,
        about=N_("Result, satisfaction, summary (H2, H4)."),
    ),
    Command("reopen", ("E",), N_("Reopen"), form="reopen"),
    Command(
        "complain",
        ("C",),
        N_("Complaint"),
        form="complain",
        hint=68,
        about=N_("Take as a complaint; from then on Enter leads from apology to revisit (C1–C8)."),
    ),
    Command(
        "withdraw", ("N",), N_("No complaint"), form="withdraw", about=N_("It was taken as one by mistake.")
    ),
    Command(
        "record", ("d",), N_("Record the complaint"), form="record", about=N_("Details and the wish (C2).")
    ),
    Command("report", ("p",), N_("Report to the supervisor"), form="report", about=N_("With a brief (C3).")),
    Command(
        "verify", ("V",), N_("Verify, first plan"), form="verify", about=N_("The supervisor's step (C4).")
    ),
    Command("plan", ("P",), N_("Special plan"), form="plan", about=N_("The team lead's step (C5).")),
    Command(
        "accept",
        ("m",),
        N_("Customer's answer"),
        form="accept",
        about=N_("The plan is accepted or not (C6)."),
    ),
    Command("carry_out", ("K",), N_("Plan carried out"), form="carry_out", about=N_("What was done (C7).")),
    Command("revisit", ("b",), N_("Revisit"), form="revisit", about=N_("The customer is asked again (C8).")),
    Command(
        "close_complaint",
        ("z",),
        N_("Close the complaint"),
        form="close",
        about=N_("Satisfaction and suggestions (C8)."),
    ),
    Command("appoint", ("B",), N_("Moment for the revisit"), form="appoint", about=N_("Proposes some (C8).")),
    Command(
        "escalate", ("U",), N_("Hand up"), form="escalate", about=N_("To who leads its level, with a brief.")
    ),
    Command(
        "dispatch", ("D",), N_("Ask a department"), form="dispatch", about=N_("Or report a risk (P3, C9).")
    ),
    Command("advise", ("A",), N_("Department's answer"), form="advise"),
    Command(
        "similar",
        ("S",),
        N_("The same problem?"),
        about=N_("Likely repeats and groups with their reasons; links them (C9)."),
    ),
    Command("tag", ("number_sign",), N_("Tags"), form="tag"),
    Command("link", ("L",), N_("Link"), form="link"),
    Command(
        "merge",
        ("M",),
        N_("Merge"),
        form="merge",
        about=N_("Into another ticket of the same customer, after a preview."),
    ),
    Command("customer", ("f",), N_("Customer's facts"), form="customer"),
    Command(
        "undo",
        ("u",),
        N_("Undo"),
        hint=55,
        about=N_("Take your newest action on this ticket back, or a reply that has not gone out yet."),
    ),
    Command(
        "handover",
        ("H",),
        N_("Handover"),
        about=N_("Your open or marked tickets to a colleague or a shift, or confirm theirs (P4)."),
    ),
    Command("zones", ("Z",), N_("Time zones"), about=N_("Who is at work or awake, customer and colleague.")),
    Command(
        "outbox",
        ("O",),
        N_("Outbox"),
        hint=35,
        about=N_("What waits to be sent to the helpdesk, what is held and why, and what to do about it."),
        helpdesk=True,
    ),
    Command(
        "etiquette",
        ("i",),
        N_("Customs and etiquette"),
        hint=44,
        about=N_("The handbook page of the customer's market, with its sources (E5)."),
    ),
    Command(
        "privacy",
        ("I",),
        N_("Personal data"),
        about=N_(
            "What is held about the customer, consent, how long it is kept, a look without the mask (T5)."
        ),
    ),
    Command(
        "translate",
        ("Y",),
        N_("Translate"),
        about=N_(
            "What the customer wrote, by the service your company chose; personal data stays here (E6)."
        ),
    ),
    Command(
        "copy",
        ("ctrl+y",),
        N_("Copy"),
        about=N_(
            "The selected message, else the ticket's number and summary; personal data stays masked (T4)."
        ),
    ),
    Command(
        "copy_unmasked",
        ("ctrl+x",),
        N_("Copy without the mask"),
        about=N_("Asks why, and records that you did (T4)."),
    ),
    Command("save_file", ("a",), N_("Save attachments"), Where.DESK),
    Command("journal", ("J",), N_("Journal of the ticket")),
    Command(
        "review",
        ("Q",),
        N_("Review the case"),
        form="review",
        about=N_("Score a resolved case on the quality card (T7)."),
    ),
    Command(
        "figures",
        ("F",),
        N_("Figures"),
        about=N_("In time, satisfaction, complaints, quality: plots, and why (POLICY 8)."),
    ),
    Command(
        "explain", ("y",), N_("Why these deadlines"), about=N_("Each clock: its rule, start, limit, pauses.")
    ),
    Command(
        "full_text", ("v",), N_("Quoted history"), Where.DESK, about=N_("Unfold or fold quoted history.")
    ),
    Command(
        "mark",
        ("x", "space"),
        N_("Mark"),
        Where.LIST,
        about=N_("Mark for an action on many tickets at once."),
    ),
    Command("unmark", ("X",), N_("Clear all marks"), Where.LIST),
    Command("search", ("slash",), N_("Search"), hint=58, about=N_("As you type, over queue and archive.")),
    Command("view_next", ("right_square_bracket", "tab"), N_("Next view"), Where.LIST, hint=40),
    Command("view_previous", ("left_square_bracket", "shift+tab"), N_("Previous view"), Where.LIST),
    Command("top", ("g", "home"), N_("First"), Where.DESK),
    Command("bottom", ("G", "end"), N_("Last"), Where.DESK),
    Command("down", ("j", "down"), N_("Down")),
    Command("up", ("k", "up"), N_("Up")),
    Command("page_down", ("pagedown", "ctrl+d"), N_("Page down")),
    Command("page_up", ("pageup", "ctrl+u"), N_("Page up")),
    Command("next_message", ("right_parenthesis",), N_("Select the next message"), Where.TICKET),
    Command("previous_message", ("left_parenthesis",), N_("Select the message before"), Where.TICKET),
    Command("next_ticket", ("greater_than_sign",), N_("Next ticket"), Where.TICKET),
    Command("previous_ticket", ("less_than_sign",), N_("Previous ticket"), Where.TICKET),
    Command("send", ("ctrl+o", "ctrl+enter"), N_("Send"), Where.WRITING, hint=99),
    Command(
        "phrases",
        ("ctrl+n",),
        N_("Phrases"),
        Where.WRITING,
        hint=92,
        about=N_("What fits the customer's words and the step, filled in; type to search the book (T3)."),
    ),
    Command(
        "findings",
        ("ctrl+r",),
        N_("Findings"),
        Where.WRITING,
        hint=90,
        about=N_("What is wrong with the text, why, and what could stand there (T2)."),
    ),
    Command("editor", ("ctrl+t",), N_("Your editor"), Where.WRITING, hint=80, about=N_("Write in $EDITOR.")),
    Command("stop_writing", ("escape",), N_("Stop; the draft stays"), Where.WRITING, hint=95),
    Command(
        "propose_phrase",
        ("f7",),
        N_("Propose as a phrase"),
        Where.WRITING,
        about=N_("What you wrote, for the phrase book: a supervisor approves it (T1)."),
    ),
    Command(
        "translate_draft",
        ("f6",),
        N_("Translate the draft"),
        Where.WRITING,
        about=N_("Into the customer's language, by a machine: read it before you send it (E6)."),
    ),
    Command(
        "jump", ("ctrl+g",), N_("Jump"), Where.ANYWHERE, about=N_("Labels appear; type one to go there.")
    ),
    Command("palette", ("ctrl+p",), N_("Commands and tickets"), Where.ANYWHERE, hint=30),
    Command("settings", ("comma",), N_("Settings"), Where.ANYWHERE),
    Command("theme", ("ctrl+l",), N_("Themes"), Where.ANYWHERE),
    Command(
        "practice",
        ("exclamation_mark", "f8"),
        N_("Practice"),
        Where.ANYWHERE,
        about=N_("The training ground: simulated customers, nothing real; leaving it leads back here (Q4)."),
    ),
    Command("help", ("question_mark", "f1"), N_("Help"), Where.ANYWHERE, hint=45),
    Command("quit", ("q", "ctrl+c"), N_("Leave"), Where.ANYWHERE, hint=20),
)

BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}


def commands_at(where: Where, *, helpdesk: bool = True) -> tuple[Command, ...]:
    """The commands that count in a part of the desk; without those for a helpdesk where there is none."""
    parts = (
        (where, Where.ANYWHERE)
        if where in (Where.WRITING, Where.ANYWHERE)
        else (where, Where.DESK, Where.ANYWHERE)
    )
    return tuple(
        command for command in COMMANDS if command.where in parts and (helpdesk or not command.helpdesk)
    )
