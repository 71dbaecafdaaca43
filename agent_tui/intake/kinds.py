"""Who wrote: a person, a program, a mail server about a lost mail of ours, or the desk itself (RFC 3834, 3464)."""

from __future__ import annotations

import re

from agent_tui.intake import threads
from agent_tui.intake.contact import ContactKind
from agent_tui.intake.headers import Fields
from agent_tui.intake.mime import Part

_DAEMON = re.compile(r"^(?:mailer-?daemon|mail-?daemon|postmaster|mdaemon|mailerdaemon|bounces?|microsoftexchange\w*)"
                     r"(?:[+._-].*)?@|^mailer-daemon$")  # fmt: skip
NO_REPLY = re.compile(r"^(?:.*[._+-])?(?:no-?_?\.?reply|do-?_?\.?not-?_?\.?reply|donotreply|noreply|nao-?responda|"
                      r"keine-?antwort|ne-?pas-?repondre|no-?responder|auto-?reply|autoresponder|notifications?|"
                      r"nicht-?antworten|non-?rispondere)\d*(?:[+._-].*)?@")  # fmt: skip
_AWAY = re.compile(
    r"""out\ of\ (?:the\ )?office
    | ^\s*auto(?:matic|mated)?[\s:-]*(?:re(?:ply|sponse)|antwort|svar)|\bautoreply\b
    | ^\s*away\ from | on\ (?:annual|parental|maternity|sick)\ leave | vacation\ (?:reply|response|notice)
    | automatische[sr]?\ (?:antwort|beantwoording|antwoord) | abwesenheit | abwesend
    | nicht\ im\ (?:büro|haus)
    | réponse\ automatique | absence\ du\ bureau | message\ d'absence | absent\(?e?\)?\ du\ bureau
    | respuesta\ autom[aá]tica | fuera\ de\ (?:la\ )?oficina | autorespuesta | resposta\ autom[aá]tica
    | fora\ d[oe]\ escrit[oó]rio | ausência | risposta\ automatica | fuori\ (?:sede|ufficio)
    | afwezig(?:heid)? | automatisch\ antwoord | autosvar | automatiskt\ svar | frånvaro | fravær
    | ikke\ på\ kontoret
    | automaattinen\ vastaus | poissa | autoodpowied[zź] | odpowied[zź]\ automatyczna | nieobecno[sś][cć]
    | automatická\ odpově[dď] | automatikus\ válasz | răspuns\ automat | otomatik\ (?:yanıt|cevap)
    | ofis\ dışında
    | автоответ | автоматическ\w+\ ответ | нет\ на\ работе | вне\ офиса | автоматична\ відповідь
    | αυτόματη\ απάντηση | מענה\ אוטומטי | תשובה\ אוטומטית | רد\ تلقائي | رد\ (?:تلقائي|آلي) | خارج\ المكتب
    | 自動(?:返信|応答|回覆|回復|送信|配信) | 不在(?:通知|のお知らせ|にして) | 休暇中 | 自动(?:回复|答复|应答)
    | 外出(?:回复|自动)
    | 자동\s?(?:회신|응답|답장) | 부재\s?중 | ตอบกลับอัตโนมัติ | ข้อความตอบกลับอัตโนมัติ | trả\ lời\ tự\ động
    | tự\ động\ trả\ lời | balasan\ otomatis | balasan\ automatik | di\ luar\ (?:kantor|pejabat)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_RECEIPT = re.compile(
    r"^\s*(?:read(?:-receipt)?|gelesen|lu|leído|letto|lido|gelezen|已读|開封済み|읽음|прочитано)\s*:",
    re.IGNORECASE,
)
_BOUNCED_SUBJECT = re.compile(
    r"""undeliver(?:ed|able) | returned\ mail | delivery\ (?:status\ notification|failure|has\ failed|report)
    | mail\ delivery\ (?:failed|system|failure) | failure\ notice | message\ not\ delivered
    | delivery\ incomplete
    | unzustellbar | nicht\ zugestellt | non\ remis | non\ distribuable | no\ se\ puede\ entregar
    | mancato\ recapito
    | não\ (?:entregue|pôde\ ser\ entregue) | onbestelbaar | недоставлен | не\ доставлено | niedostarcz
    | nie\ dostarczono
    | 配信不能 | 配達不能 | 送信できません | 无法投递 | 退信 | 無法傳遞 | 投递失败 | 배달되지\ 않음
    | 전송\ 실패 | 반송
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BOUNCE_TEXT = re.compile(
    r"(?:could|can) ?not be delivered|wasn.t able to deliver|undeliverable|permanent (?:fatal )?errors?|user unknown|"
    r"mailbox (?:unavailable|full|not found)|address (?:not found|rejected)|no such user|\b5\.\d\.\d{1,2}\b|\b55[0-4] ",
    re.IGNORECASE,
)
_RECIPIENT = re.compile(
    r"^(?:Final|Original)-Recipient[ \t]*:[ \t]*(?:[\w-]+[ \t]*;)?"
    r"[ \t]*<?([^\s<>;]+@[^\s<>;]+?)>?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ACTION = re.compile(r"^Action[ \t]*:[ \t]*(\w+)", re.IGNORECASE | re.MULTILINE)
_LISTED = re.compile(r"^[ \t]*<?([^\s<>@:;,()]+@[^\s<>@:;,()]+?)>?[ \t]*(?::|\(|\.{3}|$)", re.MULTILINE)
_RETURNED = re.compile(
    r"^(?:-{3,}.*(?:copy|original|header)|(?:Message-ID|Received|Return-Path)[ \t]*:)",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED_FIELD = re.compile(
    r"^[> \t]*(?:Message-ID|References|In-Reply-To)[ \t]*:[ \t]*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE
)


_TRACES = frozenset({"x-auto-response-suppress", "x-ms-exchange-generated-message-source", "in-reply-to",
                     "references", "x-ms-exchange-inbox-rules-loop", "x-vacation",
                     "x-mailer-autoreply"})  # fmt: skip
_REPLIED = frozenset({"x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply"})
_LISTED_BY = frozenset({"list-id", "list-unsubscribe", "list-post", "feedback-id"})


class Report:
    """What a delivery report says: who was not reached, and which mail of ours it was."""

    __slots__ = ("bounced", "references")

    def __init__(self) -> None:
        self.bounced: dict[str, None] = {}
        self.references: dict[str, None] = {}


def is_daemon(email: str) -> bool:
    """Whether an address belongs to a mail server and not to a person."""
    return _DAEMON.search(email) is not None


def kind(fields: Fields, root: Part, email: str, subject: str, text: str, *, form: bool) -> ContactKind:
    """The kind of a mail that is not the desk's own. `form`: sent by a program in the name of a customer."""
    report = root.parameters.get("report-type", "").lower() if root.media_type == "multipart/report" else ""
    if report == "delivery-status" or (
        root.media_type == "multipart/report" and _has(root, "message/delivery-status")
    ):
        return ContactKind.BOUNCE
    if report == "disposition-notification" or _has(root, "message/disposition-notification"):
        return ContactKind.AUTOMATIC
    if report == "feedback-report":
        return ContactKind.AUTOMATIC
    daemon = is_daemon(email)
    empty_sender = "return-path" in fields and fields.raw("return-path").strip() == b"<>"
    failed = "x-failed-recipients" in fields
    if daemon or failed or empty_sender:
        by_subject = _BOUNCED_SUBJECT.search(subject) is not None
        if (
            failed
            or (by_subject and (daemon or empty_sender))
            or (daemon and _BOUNCE_TEXT.search(text[:20_000]))
        ):
            return ContactKind.BOUNCE
    if form:
        return ContactKind.REQUEST
    return (
        ContactKind.AUTOMATIC
        if _automatic(fields, email, subject, empty_sender, daemon)
        else ContactKind.REQUEST
    )


def _has(part: Part, media_type: str) -> bool:
    return any(child.media_type == media_type for child in part.children)


def _automatic(fields: Fields, email: str, subject: str, empty_sender: bool, daemon: bool) -> bool:
    submitted = fields.ascii("auto-submitted").lower()
    if submitted and not submitted.startswith("no"):
        return True
    if fields.has_any(_REPLIED):
        return fields.ascii("x-autoreply").lower() not in ("no", "false")
    precedence = fields.ascii("precedence").lower()
    if precedence in ("bulk", "junk", "auto_reply", "auto-reply", "list"):
        return True
    if fields.has_any(_LISTED_BY):
        return True
    if daemon or NO_REPLY.search(email):
        return True
    # A person may write about an automatic reply; the subject needs a trace that a program answered.
    traced = empty_sender or subject.lstrip()[:4].lower() == "auto" or fields.has_any(_TRACES)
    return traced and (_AWAY.search(subject) is not None or _RECEIPT.search(subject) is not None)


def read_report(root: Part, fields: Fields, text: str, payload: dict[str, bytes]) -> Report:
    """The facts of a delivery report: the standard parts when there are any, the prose otherwise."""
    report = Report()
    for value in fields.all("x-failed-recipients"):
        for address in value.decode("ascii", "replace").split(","):
            report.bounced.setdefault(address.strip().strip("<>").lower())
    status = payload.get("message/delivery-status", b"").decode("utf-8", "replace").replace("\r\n", "\n")
    for block in re.split(r"\n[ \t]*\n", status):
        action = _ACTION.search(block)
        if action is None or action[1].lower() not in ("delivered", "relayed", "expanded"):
            for address in _RECIPIENT.findall(block)[:1]:
                report.bounced.setdefault(address.lower())
    report.bounced.pop("", None)
    if not report.bounced:
        copy = _RETURNED.search(text)
        for address in _LISTED.findall(text[: min(copy.start() if copy else 20_000, 20_000)])[:20]:
            report.bounced.setdefault(address.lower())
    returned = payload.get("message/rfc822") or payload.get("text/rfc822-headers") or b""
    if returned:
        original = Fields(returned[:65_536])
        values = [original.ascii(name) for name in ("references", "in-reply-to", "message-id")]
        report.references.update(dict.fromkeys(threads.ids(values)))
    else:
        report.references.update(dict.fromkeys(threads.ids(_QUOTED_FIELD.findall(text))))
    return report
