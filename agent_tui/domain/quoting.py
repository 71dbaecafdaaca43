"""Which lines of a mail are quoted history, which are its signature, and which the writer wrote now.

Pure and linear. Nothing a person wrote under or between quotes is ever marked as quoted; when in doubt a line counts
as written now, because hiding it does more harm than showing an old one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from agent_tui.domain.patterns import pattern


class Segment(msgspec.Struct, frozen=True):
    """A run of lines. `signature` marks what follows a `-- ` line, up to the next quote or the end."""

    quoted: bool
    text: str
    signature: bool = False


_VERBS = pattern(
    r"""\bwrote\b | \bwrites\b | \bschrieb\b | \bgeschrieben\b | \ba\ écrit\b | \bécrit\b | \bescribió\b
    | \bescribi[oó]\b
    | \bescreveu\b | \bescribiu\b | \bha\ scritto\b | \bscrive\b | \bschreef\b
    | \bheeft\ (?:het\ volgende\ )?geschreven\b
    | \bpisze\b | \bnapisał | \bnapsal | \bnapísal | \bskrev\b | \bskrifaði\b | \bkirjoitti\b | \bírta\b
    | \ba\ scris\b
    | \byazdı\b | έγραψε | пишет | написал | пише\b | написав | написа\b | napisao | je\ napisala
    | đã\ viết | \bviết\b | \bmenulis\b | \btulis\b | เขียน | のメール | 書きました | 書いた | から受信
    | wrote
    | 님이\ 작성 | 작성 | 썼습니다 | 写道 | 寫道 | 写了 | كتب | כתב | ने\ लिखा | kirjutas | rašė | rakstīja
    | ha\ escrit
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ADDRESS = pattern(r"[^\s<>()]+@[^\s<>()]+")
_CLOCK = pattern(r"\d{1,2}[:.h時点시]\s?\d\d")
_YEAR = pattern(r"(?<!\d)(?:19|20|25)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_QUOTE = pattern(r"[ \t\xa0]{0,3}[>＞]")
_SEPARATOR = pattern(r"\s*-{2,}\s*([^\s\d-][^\r\n]{1,60}?)\s*-{2,}\s*\Z")
_RULE = pattern(r"\s*[_=‗—–-]{5,}\s*\Z")
_ORIGINAL = pattern(
    r"""original\ (?:message|e-?mail|appointment) | forwarded\ message
    | (?:ursprüngliche|original)[\s-]?nachricht
    | weitergeleitete\ (?:nachricht|mail) | message\ d.origine | message\ (?:original|transféré|d'origine)
    | mensaje\ (?:original|reenviado) | mensagem\ (?:original|encaminhada)
    | messaggio\ (?:originale|inoltrato)
    | oorspronkelijk\ bericht | doorgestuurd\ bericht | (?:oryginalna|przekazana)\ wiadomość
    | wiadomość\ oryginalna
    | исходное\ сообщение | пересылаемое\ сообщение | пересланное\ сообщение | оригинальное\ сообщение
    | вихідне\ повідомлення | ursprungligt\ meddelande | (?:original|oprindelig)\ meddelelse
    | opprinnelig\ melding
    | alkuperäinen\ viesti | eredeti\ üzenet | původní\ zpráva | pôvodná\ správa
    | mesaj(?:ul)?\ (?:original|inițial)
    | (?:orijinal|özgün|iletilen)\ (?:mesaj|ileti) | αρχικό\ μήνυμα | (?:thư|tin\ nhắn)\ gốc | pesan\ asli
    | mesej\ asal
    | ข้อความ(?:ต้นฉบับ|เดิม|ที่ส่งต่อ) | 原始邮件 | 原邮件 | 转发的?邮件 | 原始郵件 | 轉寄郵件 | 原始信件
    | 元のメッセージ | オリジナルメッセージ
    | 転送メッセージ | 원본\ ?(?:메시지|이메일|메일) | 전달된\ ?메시지 | الرسالة\ الأصلية
    | رسالة\ معاد\ توجيهها | הודעה\ מקורית
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FROM = (
    "From|Von|De|Da|Van|Od|От|От кого|Від|Från|Fra|Lähettäjä|Feladó|De la|Expéditeur|Remitente|Remetente|"
    "Mittente|Nadawca|"
    "Kimden|Gönderen|Από|Từ|Người gửi|Dari|Daripada|จาก|ผู้ส่ง|发件人|发自|寄件者|寄件人|差出人|送信元|"
    "送信者|보낸 사람|보낸사람|발신|"
    "من|מאת|प्रेषक"
)
_OTHERS = (
    "Sent|Date|To|Cc|Subject|Gesendet|Datum|An|Betreff|Envoyé|À|Objet|Enviado|Enviado el|Enviada em|"
    "Enviado em|Fecha|Para|"
    "Asunto|Data|Assunto|Inviato|A|Oggetto|Verzonden|Aan|Onderwerp|Wysłano|Wysłane|Do|Temat|DW|Отправлено|"
    "Дата|Кому|"
    "Копия|Тема|Надіслано|Skickat|Till|Ämne|Sendt|Til|Emne|Lähetetty|Vastaanottaja|Päivämäärä|Aihe|Elküldve|"
    "Címzett|"
    "Tárgy|Dátum|Odesláno|Komu|Předmět|Trimis|Către|Subiect|Gönderildi|Gönderme Tarihi|Tarih|Kime|Bilgi|"
    "Konu|Στάλθηκε|"
    "Ημερομηνία|Προς|Θέμα|Đã gửi|Ngày|Đến|Tới|Chủ đề|Terkirim|Dikirim|Tanggal|Kepada|Ke|Perihal|Subjek|"
    "Tarikh|Dihantar|"
    "ส่ง|ส่งเมื่อ|วันที่|ถึง|เรื่อง|หัวข้อ|发送时间|发送日期|时间|日期|收件人|主题|抄送|傳送時間|寄件日期|"
    "傳送日期|收件者|主旨|副本|送信日時|"
    "日付|日時|宛先|件名|보낸 날짜|날짜|일시|받는 사람|받는사람|수신|제목|참조|تم الإرسال|التاريخ|"
    "تاريخ الإرسال|إلى|الموضوع|נשלח|"
    "תאריך|אל|נושא"
)
_FROM_LINE = pattern(
    rf"[ \t*_]{{0,4}}(?:{_FROM})[ \t]?[*_]{{0,2}}[ \t]?[:：][*_]{{0,2}}[ \t]*\S", re.IGNORECASE
)
_OTHER_LINE = pattern(rf"[ \t*_]{{0,4}}(?:{_OTHERS})[ \t]?[*_]{{0,2}}[ \t]?[:：]", re.IGNORECASE)
_MARKS = "\u200e\u200f\u202a-\u202c\u2066-\u2069"  # of direction, around names in Hebrew and Arabic mails
_ENDINGS = " \t\r\n\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"
# One pass over the whole text finds out whether any line needs a closer look; most mails have none.
_TRIGGER = pattern(
    rf"^[ \t\xa0]{{0,3}}[>＞]|[:：][ \t{_MARKS}]*\r?$|^-- ?\r?$|^[ \t]*-{{2,}}"
    rf"|^[ \t*_]{{0,4}}(?:{_FROM})[ \t*_]{{0,4}}[:：]",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNS = (":", ">", "--", "：", "＞")  # every part of the trigger has one
_RULES = tuple("-_=‗—–")  # what separators begin with
_LONGEST = 500  # characters of a line that are looked at
_SIGNATURE_LINES = 25
_PREVIEWED = 6000  # characters of a mail that are looked at for its first words


def fold(text: str) -> tuple[Segment, ...]:
    """Cut a mail into written, quoted and signature runs; joined, their texts are exactly `text`.

    A mail that consists of quotes alone comes as one unquoted segment: there is nothing else to show.
    """
    if not text:
        return ()
    if not any(map(text.__contains__, _SIGNS)) or _TRIGGER().search(text) is None:
        return (Segment(False, text),)
    lines = text.splitlines(keepends=True)
    quoted = _quoted(lines)
    if not any(line.strip() and not hidden for line, hidden in zip(lines, quoted, strict=True)):
        return (Segment(False, text),)
    signed = _signed(lines, quoted)
    segments: list[Segment] = []
    start = 0
    for index in range(1, len(lines) + 1):
        if index == len(lines) or (quoted[index], signed[index]) != (quoted[start], signed[start]):
            segments.append(Segment(quoted[start], "".join(lines[start:index]), signed[start]))
            start = index
    return tuple(segments)


@lru_cache(maxsize=4)
def recent(text: str) -> tuple[Segment, ...]:
    """`fold`, remembered for the last few texts: language, market and preview look at the same one in turn."""
    return fold(text)


def _quoted(lines: Sequence[str]) -> list[bool]:
    mark = _QUOTE()
    quoted = [mark.match(line) is not None for line in lines]
    index = 0
    while index < len(lines):
        if quoted[index]:
            index += 1
            continue
        line = lines[index][:_LONGEST]
        heads = ":" in line or "：" in line or line.lstrip().startswith(_RULES)
        after = _header_end(lines, index, line) if heads else 0
        if after:
            if _history(lines, quoted, after):
                quoted[index:] = [True] * (len(lines) - index)
                break
            quoted[index:after] = [True] * (after - index)  # marked quotes follow, maybe with answers between
            index = after
            continue
        if line.rstrip(_ENDINGS).endswith((":", "：")):
            begin = _attribution(lines, quoted, index)
            if begin >= 0:
                strong = _strong("".join(lines[begin : index + 1]))
                follows = _next_quoted(lines, quoted, index + 1)
                if follows or (strong and follows is not None):
                    quoted[begin : index + 1] = [True] * (index + 1 - begin)
                if strong and follows is False:
                    quoted[index:] = [True] * (len(lines) - index)
                    break
        index += 1
    _bridge_blank(lines, quoted)
    return quoted


def _header_end(lines: Sequence[str], index: int, line: str) -> int:
    """The line after a block of mail header fields that begins here, separators included; 0 when none does."""
    separator = _SEPARATOR().match(line)
    first = index
    if separator is not None or _RULE().match(line):
        first = _next_filled(lines, index + 1, 2)
        known = separator is not None and _ORIGINAL().search(separator[1]) is not None
        if first < 0:
            return index + 1 if known else 0
        end = _fields_end(lines, first)
        if end == 0 and known:
            return index + 1
        return end
    return _fields_end(lines, first) if _FROM_LINE().match(line) else 0


def _fields_end(lines: Sequence[str], first: int) -> int:
    if (
        _FROM_LINE().match(lines[first][:_LONGEST]) is None
        and _OTHER_LINE().match(lines[first][:_LONGEST]) is None
    ):
        return 0
    others = 0
    senders = 0
    last = first
    for index in range(first, min(first + 9, len(lines))):
        line = lines[index][:_LONGEST]
        if _OTHER_LINE().match(line):
            others += 1
        elif _FROM_LINE().match(line):
            senders += 1
        elif line.strip():
            if index > first + 1 and not lines[index - 1].strip():
                break  # a blank line ended the block
            continue  # a folded field
        else:
            continue
        last = index
    return last + 1 if senders and others >= 2 else 0


def _history(lines: Sequence[str], quoted: Sequence[bool], start: int) -> bool:
    """Whether unmarked history follows a header block: then it reaches to the end of the mail."""
    following = _next_filled(lines, start, len(lines))
    return following >= 0 and not quoted[following]


def _attribution(lines: Sequence[str], quoted: Sequence[bool], end: int) -> int:
    """Where the `On …, … wrote:` that ends on line `end` begins; -1 when it is no such line."""
    for begin in range(end, max(-1, end - 3), -1):
        line = lines[begin]
        if quoted[begin] or not line.strip() or len(line) > _LONGEST:
            return -1
        joined = " ".join(piece.strip() for piece in lines[begin : end + 1])
        dated = _CLOCK().search(joined) is not None or _YEAR().search(joined) is not None
        address = _ADDRESS().search(joined) is not None
        both = dated and address and len(joined) < 250
        if both or ((dated or address) and _VERBS().search(joined)):
            wrapped = begin > 0 and not dated and bool(lines[begin - 1].strip()) and not quoted[begin - 1]
            if wrapped and _YEAR().search(lines[begin - 1]) and len(lines[begin - 1]) < _LONGEST:
                return begin - 1
            return begin
    return -1


def _strong(attribution: str) -> bool:
    """An address, or a full date with a time: written by a program."""
    exact = _YEAR().search(attribution) is not None and _CLOCK().search(attribution) is not None
    return exact and (_ADDRESS().search(attribution) is not None or _VERBS().search(attribution) is not None)


def _next_quoted(lines: Sequence[str], quoted: Sequence[bool], start: int) -> bool | None:
    """Whether the next filled line is a marked quote; None at the end of the mail."""
    following = _next_filled(lines, start, 4)
    if following < 0:
        return None if _next_filled(lines, start, len(lines)) < 0 else False
    return quoted[following]


def _next_filled(lines: Sequence[str], start: int, most: int) -> int:
    for index in range(start, min(start + most, len(lines))):
        if lines[index].strip():
            return index
    return -1


def _bridge_blank(lines: Sequence[str], quoted: list[bool]) -> None:
    """Blank lines between two quoted ones belong to the quote."""
    last = -1
    for index, line in enumerate(lines):
        if quoted[index]:
            if 0 <= last < index - 1:
                quoted[last + 1 : index] = [True] * (index - last - 1)
            last = index
        elif line.strip():
            last = -1


def _signed(lines: Sequence[str], quoted: Sequence[bool]) -> list[bool]:
    signed = [False] * len(lines)
    for index in range(len(lines) - 1, -1, -1):
        if quoted[index] or lines[index].rstrip("\r\n") not in ("-- ", "--"):
            continue
        end = index
        while end < len(lines) and not quoted[end]:
            end += 1
        if end - index <= _SIGNATURE_LINES and any(line.strip() for line in lines[:index]):
            signed[index:end] = [True] * (end - index)
        break
    return signed


def preview(text: str, length: int = 120) -> str:
    """The first words the writer wrote now, on one line of at most `length` characters, cut between words."""
    if length <= 0:
        return ""
    segments = recent(text[:_PREVIEWED])
    own = [segment for segment in segments if not segment.quoted and not segment.signature]
    found = ""
    for segment in own if any(segment.text.strip() for segment in own) else segments:
        piece = " ".join(segment.text[: 20 * length + 2000].split())
        found = f"{found} {piece}" if found and piece else found or piece
        if len(found) > length:
            break
    if len(found) <= length:
        return found
    cut = found[: length - 1]
    space = cut.rfind(" ")
    if found[length - 1] != " " and space > length * 2 // 3:
        cut = cut[:space]
    return cut.rstrip() + "…"
