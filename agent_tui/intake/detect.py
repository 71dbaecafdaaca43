"""Which charset are these bytes in? Candidates are read and the results compared with how people write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_SAMPLE = 4000  # bytes judged; more changes no verdict
_ZH = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过"
    "发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本"
    "前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很"
    "最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度"
    "门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电"
    "数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马"
    "科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万"
    "取拉格望觉术领共确传师观清今切院让识候带导争运货退款请收您客服订单"
)
_ZHT = frozenset(
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過"
    "發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本"
    "前開但因只從想實日者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最"
    "重並物手應向頭文體見被利什二等產或新己制身果加西月話合回特代內信表化老給世位次度門任常先海通"
    "教原東聲提立及比員解水名真處走各入幾口認條平系氣題活更別打女變四總何電數安少報才結受目太量再"
    "感務做接必場件計管期市直資命金指許統區保便空決貨退款請收您客服訂單謝嘅係唔喺咗嗰"
)
_JA = frozenset(
    "のにはをたがでてとしれさいるなりもすらかっあまこきくんけせそちつどねばほみめやよわろうえお、"
    "。ー・「」アイウエオカキクケコサシスセソタチツテトナニハヒフヘホマミムメモヤユヨラリルレロワ"
    "ンッャュョガギグゴジズデドバパブプ日本人大年中会事国様客品注文送返届商電話願件名前方"
)
_KO = frozenset(
    "이다는을에의가하고한로은지기를서도사니자인어해리그있대들아나시수것정일스라원주요안장보제여상"
    "게부구동과면전까용만세내했으성오습신와비소합거중연조문공물할때선우야무관없실모개았었던않될님"
    "십감확답결환불배송품저네음된바드립발생"
)
_CYRILLIC = frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюэіїє")
_GREEK = frozenset("αοιετσνηυρπκμλάέίόύήώς")
_HEBREW = frozenset("יוהלאמרתבשנםעדקחכפטגןסצזך")
_ARABIC = frozenset("اليمونرتبةعدسفهكقحجشطصخأإىذزغضثظءئؤآپچگک،؟")
_THAI = frozenset("านรกอเงมยลวดทสตะปบคหแจพชขใไผโึืีิุู่้๊๋์ัำซณถ")
_LATIN = frozenset("äöüßéèêëàâçîïôûùœáíóúñãõ’“”„–—…«»€åøæ°ÄÖÜÉ")
_LATIN2 = frozenset("ąćęłńóśźżčďěňřšťůýžáéíőúűöüäşţăâîŁŚŻČŠŽ„”–’đ")
_TURKISH = frozenset("ğışçöüİâÇŞÖÜ’“”–€")

_CANDIDATES: tuple[tuple[str, frozenset[str]], ...] = (
    ("cp932", _JA),
    ("euc_jp", _JA),
    ("gb18030", _ZH),
    ("big5hkscs", _ZHT),
    ("cp949", _KO),
    ("cp1252", _LATIN),
    ("cp1250", _LATIN2),
    ("iso8859_2", _LATIN2),
    ("cp1254", _TURKISH),
    ("cp1251", _CYRILLIC),
    ("koi8_u", _CYRILLIC),
    ("koi8_r", _CYRILLIC),
    ("cp866", _CYRILLIC),
    ("iso8859_5", _CYRILLIC),
    ("mac_cyrillic", _CYRILLIC),
    ("cp1253", _GREEK),
    ("cp1255", _HEBREW),
    ("cp1256", _ARABIC),
    ("iso8859_6", _ARABIC),
    ("cp874", _THAI),
    ("mac_roman", _LATIN),
    ("cp850", _LATIN),
    ("cp852", _LATIN2),
)
_ALPHABET: dict[str, frozenset[str]] = dict(_CANDIDATES)
_ALPHABET |= {"iso8859_15": _LATIN, "iso8859_1": _LATIN, "iso8859_9": _TURKISH, "iso8859_7": _GREEK,
              "iso8859_8": _HEBREW, "cp950": _ZHT}  # fmt: skip
_LATIN_ALPHABETS = (_LATIN, _LATIN2, _TURKISH)
_CJK = (_JA, _ZH, _ZHT, _KO)
# Charsets of old Macs and DOS: possible, but their look-alikes are a hundred times more common.
_RARE = {"mac_cyrillic": 0.2, "mac_roman": 0.15, "cp850": 0.15, "cp852": 0.15, "cp866": 0.1, "iso8859_5": 0.05,
         "iso8859_6": 0.05, "euc_jp": 0.02}  # fmt: skip
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_SWAPPED_CASE = re.compile(r"[a-zà-ÿ\u0430-\u045f][A-ZÀ-Þ\u0400-\u042f]")
_TYPOGRAPHY = frozenset(" «»“”„‘’–—…€£©®°№§·、。，！？：；（）《》「」『』【】〜～・")
# The commonest pairs of letters: tells KOI8-R capitals from windows-1251 small letters.
_PAIR_LIST = (
    "то на ст не ов но ен пр ра ко во по ер ро ре ос ни от ли ал ка го ол ла ва та ть ин ом де за аз ил ет "
    "ес те ог ло да ит до ан ат ку пи ел мо др вс ви мн бы"
)
_PAIRS = frozenset(_PAIR_LIST.split())


def plausible(text: str, codec: str) -> bool:
    """Whether text read in a declared charset looks like writing in that charset."""
    sample = text[:_SAMPLE]
    high = _NOT_ASCII.findall(sample)
    if not high:
        return True
    alphabet = _ALPHABET.get(codec)
    if alphabet is None:
        return True
    if alphabet in _LATIN_ALPHABETS:
        # Western text is mostly ASCII: when most letters are accented, it is another script under a false name.
        return len(high) < 6 or len(high) * 2 < sum(map(str.isalpha, sample))
    if len(high) < 8:
        return True
    known = sum(1 for char in high if char in alphabet or char in _TYPOGRAPHY or char.lower() in alphabet)
    return known * (5 if alphabet in _CJK else 2) >= len(high)


def best(data: bytes, hints: tuple[str, ...] = ()) -> str | None:
    """The most plausible codec for `data`, `hints` first among equals; None when none reads it sensibly."""
    return _best(data[:_SAMPLE], hints)


@lru_cache(maxsize=64)
def _best(sample: bytes, hints: tuple[str, ...]) -> str | None:
    scored: list[tuple[float, str]] = []
    for name, alphabet in _CANDIDATES:
        text = _strict(sample, name)
        if text is None:
            continue
        score = _score(text, alphabet) - _RARE.get(name, 0.0)
        if name in hints:
            score += 0.15
        scored.append((score, name))
    if not scored:
        return None
    top = max(score for score, _ in scored)
    if top <= 0:
        return None
    close = [name for score, name in scored if score >= top - 0.12]
    if len(close) == 1:
        return close[0]
    for hint in hints:
        if hint in close:
            return hint
    return _by_language(sample, [name for _, name in sorted(scored, reverse=True) if name in close])


def _strict(sample: bytes, name: str) -> str | None:
    for cut in range(4):  # the sample may end inside a character
        try:
            return sample[: len(sample) - cut].decode(name)
        except UnicodeDecodeError as error:
            if error.start < len(sample) - 4:
                return None
    return None


def _score(text: str, alphabet: frozenset[str]) -> float:
    """Up to about 1 for text that uses the alphabet as people do; negative for noise. Per character above ASCII."""
    high = _NOT_ASCII.findall(text)
    if not high:
        return 0.0
    total = 0.0
    latin = alphabet in _LATIN_ALPHABETS
    for char in high:
        if char in alphabet:
            total += 1.0
        elif char in _TYPOGRAPHY:
            total += 0.3
        elif char.lower() in alphabet:
            total += 0.8
        else:
            category = unicodedata.category(char)
            total += -3.0 if category in ("Cc", "Co", "Cn") else -0.2 if category[0] == "L" else -1.0
    score = total / len(high)
    if latin:
        runs = re.findall(r"[^\x00-\x7f\s]{3,}", text)
        score -= 2.0 * sum(map(len, runs)) / len(high)
    score -= 1.5 * len(_SWAPPED_CASE.findall(text)) / len(high)
    if alphabet is _CYRILLIC:
        words = _WORDS.findall(text.lower())
        pairs = [word[i : i + 2] for word in words for i in range(len(word) - 1) if word[i] > "\x7f"]
        if pairs:
            score += min(0.6, 1.5 * sum(pair in _PAIRS for pair in pairs) / len(pairs)) - 0.3
    if alphabet in _CJK:  # coverage by the commonest characters is about a half in real text
        score = min(1.0, score * 1.6)
    return score


def _by_language(sample: bytes, names: Sequence[str]) -> str:
    """Ask the language model which reading is the surest language. Imported here: only doubtful mail pays for it."""
    from agent_tui.guidance import language

    marks = [
        (language.certainty(sample.decode(name, "replace")) - _RARE.get(name, 0.0), -index, name)
        for index, name in enumerate(names)
    ]
    return max(marks)[2]
