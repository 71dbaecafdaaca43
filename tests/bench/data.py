"""What the benches work on, made from a seed: texts in four languages, stores full of tickets, and mail folders.

Tickets go the fast way: every action is permitted, applied and journaled like an agent's own, but a thousand tickets
share a commit, and a ticket's actions share one write. A finished folder carries a mark and is used again.
"""

from __future__ import annotations

import os
import random
import shutil
from base64 import encodebytes
from bisect import bisect
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from functools import cache
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from quopri import encodestring

from agent_tui.desk.core import Desk
from agent_tui.desk.opening import Place, open_desk
from agent_tui.domain import actions as do
from agent_tui.domain.apply import apply, start
from agent_tui.domain.ids import ENTROPY, action_id
from agent_tui.domain.permit import permit
from agent_tui.domain.ticket import Customer, Satisfaction
from agent_tui.domain.views import row
from agent_tui.locations import locate
from agent_tui.store.tables import STATEMENTS

SEED = 20260301
KEY = "6265" * 16
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AGENT, PROFILE, ZONE = "li.wei", "bench", "Asia/Shanghai"
LANGUAGES = ("en", "ja", "zh", "de")
_MARKETS = {"en": "GB", "ja": "JP", "zh": "CN", "de": "DE"}
_BATCH = 1000
_RARE = 20_000

_COMMON = {
    "en": "order delivery invoice refund broken charger the my customer please account parcel late damaged screen"
    " warranty replacement return address payment card charged twice number battery device update help thanks waiting"
    " week still missing wrong colour size received yesterday cancel subscription password login error support reply",
    "de": "Bestellung Lieferung Rechnung Rückerstattung kaputt Ladegerät die mein Kunde bitte Konto Paket verspätet"
    " beschädigt Bildschirm Garantie Ersatz Rücksendung Adresse Zahlung Karte doppelt Nummer Akku Gerät Hilfe danke"
    " warte Woche noch fehlt falsche Farbe Größe erhalten gestern kündigen Abonnement Passwort Anmeldung Fehler",
    "ja": "注文 配送 請求書 返金 破損 充電器 です ます お客様 お願い アカウント 荷物 遅延 画面 保証 交換"
    " 返品 住所 支払い カード 二重 番号 電池 機器 更新 助けて 待っています 先週 まだ 不足 間違い 色 サイズ"
    " 届きました 昨日 解約 契約 パスワード エラー",
    "zh": "订单 配送 发票 退款 损坏 充电器 的 我们 客户 请问 账户 包裹 延迟 屏幕 保修 更换"
    " 退货 地址 付款 银行卡 重复 号码 电池 设备 更新"
    " 帮助 谢谢 等待 上周 仍然 缺少 错误 颜色 尺寸 收到 昨天 取消 订阅 密码 登录 支持 回复 客服 电话",
}  # fmt: skip
_SYLLABLES = {
    "en": "ba con der fil gra hol jin kel lor mun nov pre qui ras ster tav ul vex wim yor zan",
    "de": "auf bach dorf eich feld gen hagen kirch lauf mühl neu ober pfaff rein schön stein tal unter vor wald zell",
    "ja": "カ キ サ シ タ ト ナ ニ ハ フ マ ミ ラ リ ワ 山 田 川 木 村 中 東 西 北 南 京 光 星 空 海",
    "zh": "安 宝 成 达 恩 方 光 海 华 嘉 凯 丽 明 南 平 青 瑞 盛 泰 万 新 雅 云 泽 珍 正 志 忠 卓 子",
}
_NAMES = {
    "en": ("Emma Clarke", "Oliver Smith", "Grace Hall"),
    "de": ("Jürgen Müller", "Anke Schröder", "Uwe Groß"),
    "ja": ("佐藤 健一", "高橋 美咲", "田中 翔"),
    "zh": ("王伟", "李娜", "张敏"),
}
_TYPES = ("product_question", "billing_doubt", "logistics", "order_change", "return_refund", "account")
_CHARSETS = {"en": "us-ascii", "de": "iso-8859-1", "ja": "iso-2022-jp", "zh": "gb18030"}


class Words:
    """The vocabulary of one language: few words that are everywhere, many that are rare."""

    def __init__(self, language: str) -> None:
        maker = random.Random(f"{SEED}:{language}")  # noqa: S311  data that is always the same
        syllables = _SYLLABLES[language].split()
        self.common = _COMMON[language].split()
        self.rare = ["".join(maker.choices(syllables, k=3)) + maker.choice(syllables) for _ in range(_RARE)]
        self._weights = list(accumulate(1 / place for place in range(1, len(self.common) + 1)))
        self._gap = "" if language in ("ja", "zh") else " "
        self._stop = "。" if not self._gap else ". "

    def some(self, maker: random.Random, count: int) -> list[str]:
        """Words as a text has them: three of four are common ones, by Zipf's law."""
        total = self._weights[-1]
        return [
            self.rare[int(_RARE * maker.random() ** 3)]
            if maker.random() < 0.25
            else self.common[bisect(self._weights, maker.random() * total)]
            for _ in range(count)
        ]

    def text(self, maker: random.Random, count: int) -> str:
        """Prose of `count` words: sentences of 8, paragraphs of 24."""
        words = self.some(maker, count)
        sentences = [self._gap.join(words[at : at + 8]) + self._stop for at in range(0, count, 8)]
        return "\n\n".join("".join(sentences[at : at + 3]).strip() for at in range(0, len(sentences), 3))

    def line(self, maker: random.Random, count: int) -> str:
        """A subject."""
        return self._gap.join(self.some(maker, count))


@cache
def words_of(language: str) -> Words:
    return Words(language)


def maker_of(*what: object) -> random.Random:
    return random.Random(":".join(map(str, (SEED, *what))))  # noqa: S311  data that is always the same


# Stores.


def environment(home: Path) -> dict[str, str]:
    """The environment in which `agent-tui` finds the store under `home`."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    path = (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", ""))
    return kept | {
        "PYTHONPATH": os.pathsep.join(filter(None, path)),
        "AGENT_TUI_HOME": str(home), "AGENT_TUI_KEY": KEY, "AGENT_TUI_PROFILE": PROFILE,
        "HOME": str(home), "LANG": "C.UTF-8", "TZ": "UTC", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip


def place_of(home: Path) -> Place:
    where = locate({"AGENT_TUI_HOME": str(home)})
    return Place(PROFILE, where.store_file(PROFILE), where.config_dir, where.packs_dir)


def desk_at(home: Path) -> Desk:
    """The desk over the store under `home`; it is made when it is not there."""
    os.environ["AGENT_TUI_KEY"] = KEY
    return open_desk(place_of(home), AGENT, ZONE, create=True)


def store(folder: Path, tickets: int, live: int) -> Path:
    """The home of a store with so many tickets, the newest `live` of them at work, the others solved cases."""
    layout = blake2b(" ".join(STATEMENTS).encode() + Path(__file__).read_bytes(), digest_size=4).hexdigest()
    home = folder / f"store-{tickets}-{live}-{layout}"
    done = home / "done"
    if not done.exists():
        shutil.rmtree(home, ignore_errors=True)
        desk = desk_at(home)
        for begin in range(1, tickets + 1, _BATCH):
            with desk.repository.transaction():
                for number in range(begin, min(begin + _BATCH, tickets + 1)):
                    _bring_in(desk, number, solved=number <= tickets - live)
        desk.repository.settle_search()  # as an import leaves it
        desk.close()
        done.touch()
    desk_at(
        home
    ).close()  # so that lines of an older policy are computed anew now, and not while it is measured
    return home


def copy_of(home: Path, name: str) -> Path:
    """A second home with the same store."""
    other = home.with_name(f"{home.name}-{name}")
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(home, other)
    return other


def _bring_in(desk: Desk, number: int, *, solved: bool) -> None:
    maker = maker_of("ticket", number)
    language = LANGUAGES[number % 4]
    at = NOW - timedelta(minutes=200_000 - number)
    actions = list(_actions(maker, number, language, at, solved=solved))
    ticket = None
    for action in actions:
        permit(ticket, action, desk.policy)
        ticket = start(action) if isinstance(action, do.Open) else apply(ticket, action) if ticket else None
    if ticket is None:
        raise ValueError("a ticket begins with an Open")
    desk.repository.save(actions, {number: ticket}, [row(ticket, desk.policy)], at)
    desk.repository.remember(ticket)


def _actions(
    maker: random.Random, number: int, language: str, at: datetime, *, solved: bool
) -> Iterator[do.Action]:
    def header(minutes: int) -> dict[str, object]:
        moment = at + timedelta(minutes=minutes)
        return {"id": action_id(moment, maker.randbytes(ENTROPY)), "ticket": number, "at": moment}

    words = words_of(language)
    client = maker.randrange(30_000)
    email = f"customer{client}@{language}.example"
    customer = Customer(
        name=_NAMES[language][client % 3], emails=(email,), market=_MARKETS[language], language=language
    )
    text = f"{words.text(maker, maker.randint(30, 120))}\n\nR-{number:07}"
    content = do.Content(text=text, author=email, message_id=f"{number}.{client}@{language}.example")
    yield do.Open(
        **header(0),
        by=email,
        channel="email",
        subject=words.line(maker, 6),
        customer=customer,
        content=content,
    )  # type: ignore[arg-type]
    if not solved and number % 2:
        return
    kind, level = maker.choice(_TYPES), maker.randint(1, 3)
    yield do.Classify(**header(5), by=AGENT, verified=True, type=kind, level=level, urgent=number % 50 == 0)  # type: ignore[arg-type]
    outcome = do.Solves() if solved or number % 4 else do.Asks()
    yield do.Reply(**header(12), by=AGENT, text=words.text(maker, maker.randint(30, 60)), outcome=outcome)  # type: ignore[arg-type]
    if solved:
        summary = words.text(maker, 16)
        yield do.Resolve(
            **header(40),
            by=AGENT,
            result=words.line(maker, 5),
            satisfaction=Satisfaction.SATISFIED,
            summary=summary,
        )  # type: ignore[arg-type]


# Mail folders.


def mailbox(folder: Path, kind: str, mails: int) -> Path:
    """An mbox: `real` mails (HTML, attachments, charsets, quotes, threads), or `tiny` ones of one line."""
    layout = blake2b(Path(__file__).read_bytes(), digest_size=4).hexdigest()
    path = folder / f"{kind}-{mails}-{layout}.mbox"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            for number in range(1, mails + 1):
                at = NOW - timedelta(minutes=3 * (mails - number))
                file.write(f"From customer@example.com {at:%a %b %d %H:%M:%S %Y}\n".encode())
                file.write(
                    (_real(number, at) if kind == "real" else _tiny(number, at)).replace(
                        b"\nFrom ", b"\n>From "
                    )
                )
                file.write(b"\n\n")
        unfinished.rename(path)
    return path


def _tiny(number: int, at: datetime) -> bytes:
    return (
        f"From: c{number}@example.com\nTo: support@shop.example\nSubject: Order {number}\n"
        f"Date: {format_datetime(at)}\nMessage-ID: <{number}@tiny.example>\n\nWhere is my order {number}?\n"
    ).encode()


def _real(number: int, at: datetime) -> bytes:
    """Of ten mails: 3 plain, 3 with HTML beside, 1 of HTML alone, 2 with attachments, 1 with an inline picture."""
    maker = maker_of("mail", number)
    asked = (
        number - maker.randint(1, 40) if number % 3 == 0 and number > 40 else 0
    )  # an answer, with the quote
    thread = asked or number
    language = LANGUAGES[thread % 4]
    charset = _CHARSETS[language] if thread % 2 else "utf-8"
    subject = words_of(language).line(maker_of("subject", thread), 6)
    body = words_of(language).text(maker, maker.randint(40, 150))
    if asked:
        quoted = words_of(language).text(maker, 60).replace("\n", "\n> ")
        body += f"\n\nOn Mon, 2 Mar 2026 at 09:00, support <support@shop.example> wrote:\n> {quoted}\n"
    sender = f"{Header(_NAMES[language][thread % 3], 'utf-8').encode()} <c{thread}@{language}.example>"
    head = [
        f"Return-Path: <c{thread}@{language}.example>",
        *(f"Received: from mx{hop}.example by mx{hop + 1}.example with ESMTPS id {maker.randbytes(6).hex()};\n"
          f"\t{format_datetime(at)}" for hop in range(4)),
        f"DKIM-Signature: v=1; a=rsa-sha256; d={language}.example; s=mail;\n\tb={maker.randbytes(64).hex()}",
        f"From: {sender}",
        "To: Support <support@shop.example>",
        f"Subject: {'Re: ' if asked else ''}{Header(subject, 'utf-8').encode()}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{number}.mail@{language}.example>",
        *(f"{name}: <{asked}.mail@{language}.example>" for name in ("In-Reply-To", "References") if asked),
        "MIME-Version: 1.0",
    ]  # fmt: skip
    plain = _part(f"text/plain; charset={charset}", body.encode(charset, "replace"), "quoted-printable")
    markup = "".join(f"<p style='margin:0 0 1em'>{line}</p>\n" for line in body.split("\n\n"))
    html = _part(
        f'text/html; charset="{charset}"',
        f"<html><body>{markup}</body></html>".encode(charset, "replace"),
        "base64",
    )
    both = _multipart("alternative", number, (plain, html))
    match number % 10:
        case 0 | 1 | 2:
            content = plain
        case 3 | 4 | 5:
            content = both
        case 6:
            content = html
        case 7 | 8:
            file = maker.randbytes(maker.choice((3_000, 20_000, 60_000)))
            name = f'application/pdf; name="invoice-{number}.pdf"'
            content = _multipart(
                "mixed", number + 1_000_000, (both, _part(name, file, "base64", "attachment"))
            )
        case _:
            picture = _part("image/png", maker.randbytes(8_000), "base64", "inline")
            content = _multipart("related", number + 2_000_000, (html, picture))
    return "\n".join(head).encode() + b"\n" + content


def _part(kind: str, content: bytes, encoding: str, disposition: str = "") -> bytes:
    encoded = encodebytes(content) if encoding == "base64" else encodestring(content)
    head = f"Content-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n"
    head += f"Content-Disposition: {disposition}\n" if disposition else ""
    return head.encode() + b"\n" + encoded


def _multipart(kind: str, number: int, parts: Sequence[bytes]) -> bytes:
    mark = f"=_{number:09}_{kind}"
    inner = b"".join(b"--" + mark.encode() + b"\n" + part + b"\n" for part in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{mark}"\n\n'.encode() + inner + f"--{mark}--\n".encode()
    )
