"""Bytes to text when the label may be missing, unknown or wrong.

The order of trust: a byte order mark, the declared charset when the bytes obey it and the result looks like
writing, UTF-8 when the bytes are valid UTF-8, then the charset the writer used before, then the most plausible
of some thirty charsets (`detect`). Nothing here raises: what cannot be read becomes U+FFFD and a note.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from agent_tui.domain.messages import N_, Told
from agent_tui.intake import detect


class Decoded(msgspec.Struct, frozen=True):
    """Text, the Python codec it was read with, and what was wrong with the label."""

    text: str
    codec: str
    problem: Told | None = None


# Names that Python does not know, or knows as a smaller set than what mailers write under that name.
_ALIASES = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb-2312-80": "gb18030", "gb2312-80": "gb18030", "x-gbk": "gb18030",
    "euc-cn": "gb18030", "x-euc-cn": "gb18030", "cp936": "gb18030", "ms936": "gb18030", "chinese": "gb18030",
    "csgb2312": "gb18030", "iso-ir-58": "gb18030", "gb18030-2000": "gb18030", "gb18030-2005": "gb18030",
    "hz-gb-2312": "hz", "big5": "big5hkscs", "big-5": "big5hkscs", "cn-big5": "big5hkscs", "x-x-big5": "big5hkscs",
    "csbig5": "big5hkscs", "big5-eten": "big5hkscs", "big5-hkscs": "big5hkscs", "cp950": "cp950",
    "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms-kanji": "cp932", "windows-31j": "cp932",
    "csshiftjis": "cp932", "cswindows31j": "cp932", "ms932": "cp932", "s-jis": "cp932", "x-mac-japanese": "cp932",
    "euc-kr": "cp949", "euckr": "cp949", "ks-c-5601-1987": "cp949", "ks-c-5601-1989": "cp949", "ksc5601": "cp949",
    "ks-c-5601": "cp949", "ksc-5601": "cp949", "korean": "cp949", "uhc": "cp949", "cseuckr": "cp949",
    "iso-ir-149": "cp949", "x-mac-korean": "cp949", "x-euc-jp": "euc_jp", "cseucpkdfmtjapanese": "euc_jp",
    "iso-2022-jp-ms": "iso2022_jp", "csiso2022jp": "iso2022_jp", "cp50220": "iso2022_jp", "cp50221": "iso2022_jp",
    "tis-620": "cp874", "tis620": "cp874", "iso-8859-11": "cp874", "iso8859-11": "cp874", "windows-874": "cp874",
    "x-windows-874": "cp874", "x-mac-roman": "mac_roman", "macintosh": "mac_roman", "mac": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic", "x-mac-ukrainian": "mac_cyrillic", "x-mac-ce": "mac_latin2",
    "x-mac-turkish": "mac_turkish", "x-mac-greek": "mac_greek", "iso-8859-8-i": "iso8859_8",
    "iso-8859-8-e": "iso8859_8", "logical": "cp1255", "visual": "iso8859_8", "iso-8859-6-i": "iso8859_6",
    "iso-8859-6-e": "iso8859_6", "unicode-1-1-utf-7": "utf_7", "x-unicode-1-1-utf-7": "utf_7",
    "unicode-1-1-utf-8": "utf_8", "x-unicode-2-0-utf-7": "utf_7", "utf8mb4": "utf_8", "utf8mb3": "utf_8",
    "utf-8-mac": "utf_8", "unicode": "utf_8", "utf": "utf_8", "utf-8n": "utf_8", "cesu-8": "utf_8",
    "ucs-2": "utf_16", "iso-10646-ucs-2": "utf_16", "koi8": "koi8_r", "koi": "koi8_r", "cskoi8r": "koi8_r",
    "koi8-ru": "koi8_u", "latin-9": "iso8859_15", "latin9": "iso8859_15", "ansi": "cp1252", "windows": "cp1252",
    "dos-866": "cp866", "dos-850": "cp850", "dos-437": "cp437", "ansi-x3.110-1983": "iso8859_1",
    "x-iso-8859-1": "iso8859_1", "iso-88591": "iso8859_1", "iso-88592": "iso8859_2", "usascii": "ascii",
}  # fmt: skip
_NUMBERED = re.compile(r"(?:x-)?(?:cp|ibm|ms|win|windows|dos)-?(\d{3,5})")
_ISO_8859 = re.compile(r"(?:x-)?iso-?8859-?(\d{1,2})\b.*")
# Codecs that Python offers under `decode` but that are no charsets, or that a hostile label could misuse.
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
_STATEFUL = frozenset({"iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_ext", "iso2022_kr",
                       "iso2022_jp_2004", "hz", "utf_7"})  # fmt: skip
_WIDE = frozenset({"utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be"})
_BOMS = (
    (codecs.BOM_UTF8, "utf_8_sig"),
    (codecs.BOM_UTF32_LE, "utf_32"),
    (codecs.BOM_UTF32_BE, "utf_32"),
    (codecs.BOM_UTF16_LE, "utf_16"),
    (codecs.BOM_UTF16_BE, "utf_16"),
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_HIGH = re.compile(rb"[\x80-\xff]")
_C1 = re.compile(rb"[\x80-\x9f]")
# CSI with parameters, or bytes that windows-1252 leaves undefined: somebody means control codes, not typography.
_REAL_C1 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]|\x9b[0-9;?]*[A-Za-z@]")
_ISO_2022 = re.compile(rb"\x1b(?:\$[@B]|\([BIJ]|\$\([DO])")
_CJK_CODECS = frozenset(
    {"gb18030", "big5hkscs", "cp950", "cp932", "cp949", "euc_jp", "johab", "shift_jis_2004"}
)

_NOT_IN = N_("bytes that {charset} does not have")
_NOT_VALID = N_("some bytes are not valid {charset}")


@lru_cache(maxsize=256)
def codec(name: str) -> str | None:
    """The Python codec for a charset label, or None when nobody knows it."""
    label = name.strip(" \t\"'<>;").lower().replace("_", "-")
    if not label or len(label) > 60 or not label.isascii():
        return None
    known = _ALIASES.get(label)
    if known is None and (numbered := _NUMBERED.fullmatch(label)):
        known = _ALIASES.get(f"cp{numbered[1]}", f"cp{numbered[1]}")
    if known is None and (iso := _ISO_8859.fullmatch(label)):
        known = "cp874" if iso[1] == "11" else f"iso8859_{iso[1]}"
    for candidate in (known, label, label.removeprefix("x-"), label.removeprefix("cs")):
        if not candidate:
            continue
        try:
            info = codecs.lookup(candidate)
            b"a".decode(candidate)  # refuses rot13, base64, zlib and other codecs that are no charsets
        except (LookupError, UnicodeError, ValueError, TypeError):
            if candidate not in ("utf_16", "utf_32", "utf-16", "utf-32", "utf-16le", "utf-16be"):
                continue
            info = codecs.lookup(candidate)
        canonical = info.name.replace("-", "_")
        if canonical in _NO_CHARSETS:
            return None
        return _ALIASES.get(info.name, canonical)
    return None


def clean(text: str) -> str:
    """Without lone surrogates: they stand for nothing and no file or terminal takes them."""
    if _SURROGATE.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def decode(data: bytes, declared: str = "", hints: Iterable[str] = ()) -> Decoded:
    """Read `data`, declared as charset `declared` (may be empty); `hints` are codecs this writer used before."""
    name = codec(declared) if declared else None
    if data.isascii():
        return _seven_bit(data, declared, name)
    for mark, wide in _BOMS:
        if name == "utf_16" and wide == "utf_32":
            continue  # a UTF-16 text that begins with NUL looks like UTF-32
        if data.startswith(mark) and (wide != "utf_32" or len(data) % 4 == 0):
            return Decoded(clean(data.decode(wide, "replace")), wide)
    if name is None or name in ("utf_8", "ascii") or name in _WIDE:
        return _utf_8_first(data, declared, name, hints)
    return _as_declared(data, declared, name, hints)


def _seven_bit(data: bytes, declared: str, name: str | None) -> Decoded:
    if name in _STATEFUL:
        try:
            return Decoded(clean(data.decode(name)), name)
        except UnicodeDecodeError:
            if name.startswith("iso2022_jp"):
                return Decoded(iso_2022_jp(data), name)
            return Decoded(clean(data.decode(name, "replace")), name, _told(_NOT_IN, declared))
    if b"\x1b" in data and _ISO_2022.search(data):
        return Decoded(iso_2022_jp(data), "iso2022_jp", _read_as(declared, "iso_2022_jp"))
    if name in _WIDE and len(data) >= 2 and b"\0" in data:
        guess = name if name not in ("utf_16", "utf_32") else f"{name}_{'be' if data[0] == 0 else 'le'}"
        return Decoded(clean(data.decode(guess, "replace")), guess)
    problem = _told(N_("unknown charset {charset!r}"), declared) if declared and name is None else None
    return Decoded(data.decode("ascii"), "ascii", problem)


def _utf_8_first(data: bytes, declared: str, name: str | None, hints: Iterable[str]) -> Decoded:
    if name in _WIDE and b"\0" in data:
        return Decoded(clean(data.decode(name, "replace")), name)
    try:
        text = data.decode("utf_8")
    except UnicodeDecodeError:
        pass
    else:
        wrong = bool(declared) and name != "utf_8"
        return Decoded(text, "utf_8", _read_as(declared, "utf_8") if wrong else None)
    if _nearly_utf_8(data):
        return Decoded(data.decode("utf_8", "replace"), "utf_8", _told(_NOT_VALID, "utf-8"))
    return _detected(data, declared, hints)


def _nearly_utf_8(data: bytes) -> bool:
    """Valid UTF-8 but for a few places: cut off in the middle of a character, or a stray byte."""
    text = data.decode("utf_8", "replace")
    broken = text.count("\ufffd")
    whole = sum(1 for char in text[:200_000] if char > "\x7f") - broken
    return whole >= 4 * broken


def _as_declared(data: bytes, declared: str, name: str, hints: Iterable[str]) -> Decoded:
    """A legacy charset was declared and the bytes are not ASCII."""
    high = len(_HIGH.findall(data[:4000]))
    try:
        as_utf_8 = data.decode("utf_8")
    except UnicodeDecodeError:
        as_utf_8 = None
    # Six high bytes that happen to be valid UTF-8 are two to the minus many by chance in one-byte charsets;
    # in two-byte ones short words can be both, so the label keeps its say there.
    if as_utf_8 is not None and (high >= 12 or name not in _CJK_CODECS):
        return Decoded(as_utf_8, "utf_8", _read_as(declared, "utf_8"))
    if name in ("iso8859_1", "iso8859_9", "iso8859_15") and _C1.search(data) and not _REAL_C1.search(data):
        # Mailers write windows-1252 under the name of iso-8859-1; so do browsers read it (WHATWG Encoding).
        name = {"iso8859_1": "cp1252", "iso8859_9": "cp1254", "iso8859_15": "cp1252"}[name]
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        if name == "big5hkscs":
            try:
                return Decoded(data.decode("cp950"), "cp950")
            except UnicodeDecodeError:
                pass
        if name.startswith("iso2022_jp"):
            return Decoded(iso_2022_jp(data), name, _told(_NOT_IN, declared))
        loose = data.decode(name, "replace")
        if loose.count("\ufffd") * 20 <= high:  # the label fits all but a few bytes
            return Decoded(clean(loose), name, _told(_NOT_VALID, declared))
        return _detected(data, declared, hints)
    if detect.plausible(text, name):
        return Decoded(clean(text), name)
    found = detect.best(data, (name, *hints))
    if found is None or found == name:
        return Decoded(clean(text), name)
    return Decoded(clean(data.decode(found, "replace")), found, _read_as(declared, found))


def _detected(data: bytes, declared: str, hints: Iterable[str]) -> Decoded:
    found = detect.best(data, tuple(hints)) or "cp1252"
    if found == "cp1252" and _REAL_C1.search(data):
        found = "iso8859_1"
    return Decoded(clean(data.decode(found, "replace")), found, _read_as(declared, found))


def _told(text: str, declared: str) -> Told:
    return Told(text, {"charset": declared})


def _read_as(declared: str, found: str) -> Told:
    details = {"found": found.replace("_", "-")}
    if not declared:
        return Told(N_("no charset declared, read as {found}"), details)
    return Told(N_("declared {charset}, read as {found}"), {"charset": declared, **details})


_JP_SHIFT = re.compile(rb"\x1b(\$[@B]|\$\([DO]|\([BJI])")


def iso_2022_jp(data: bytes) -> str:
    """ISO-2022-JP with the vendor characters (① ㈱ 髙) that the strict codec refuses, read through cp932."""
    out: list[str] = []
    mode = b"(B"
    position = 0
    for shift in (*_JP_SHIFT.finditer(data), None):
        piece = data[position : shift.start() if shift else len(data)]
        if mode.startswith(b"$("):
            out.append((b"\x1b" + mode + piece + b"\x1b(B").decode("iso2022_jp_3", "replace"))
        elif mode.startswith(b"$"):
            out.append(_jis_rows(piece))
        elif mode == b"(I":
            out.append(bytes(byte | 0x80 for byte in piece).decode("cp932", "replace"))
        else:
            out.append(piece.decode("ascii", "replace"))
        if shift:
            mode, position = shift[1], shift.end()
    return clean("".join(out))


def _jis_rows(piece: bytes) -> str:
    converted = bytearray()
    index = 0
    while index < len(piece):
        row = piece[index]
        if not 0x21 <= row <= 0x7E or index + 1 >= len(
            piece
        ):  # a line break inside double-byte mode, or cut off
            converted.append(row)
            index += 1
            continue
        cell = piece[index + 1]
        lead = (row + 1) // 2 + (0x70 if row < 0x5F else 0xB0)
        trail = cell + (0x1F if row % 2 and cell < 0x60 else 0x20 if row % 2 else 0x7E)
        converted += bytes((lead, trail & 0xFF))
        index += 2
    return converted.decode("cp932", "replace")
