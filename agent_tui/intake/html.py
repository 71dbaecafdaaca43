"""HTML mail as readable plain text: links as `text <url>`, lists, tables, quotes as `> `. Nothing is fetched.

A flat scan with a stack instead of a tree: time grows with the length alone, however deep or broken the nesting.
"""

from __future__ import annotations

import re
from html import unescape

_TAG_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:_-]{0,40})")
# A quote counts only where a value begins, as in browsers; possessive, so no input makes it step back.
_WELL_FORMED = re.compile(r"<[^>=]*+(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')?+[^>=]*+)*+>")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_ATTRIBUTE = re.compile(r"([a-zA-Z][\w:-]{0,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|;|\s|$)",
    re.IGNORECASE,
)
_BLANK_LINES = re.compile(r"\n{3,}")
_LINK = re.compile(r"(?:https?|ftp|mailto|tel|sms):", re.IGNORECASE)

_DROPPED = frozenset(
    {"style", "script", "head", "title", "template", "noscript", "object", "svg", "math", "select"}
)
_RAW = frozenset({"style", "script"})  # their content is no markup
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "address",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "table",
        "tr",
        "form",
        "fieldset",
        "blockquote",
        "pre",
        "center",
        "hr",
        "li",
        "figure",
        "figcaption",
        "body",
        "html",
        "caption",
        "thead",
        "tbody",
        "tfoot",
    ]
)
_SPACED = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre"])
_VOID = frozenset(
    ["br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"]
)
_QUOTE_LIMIT = 8  # deeper quotes get no more `>`


class _Writer:
    """Collects text, folding white space, and breaks lines where blocks begin and end."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.line: list[str] = []
        self.space = False
        self.quotes = 0
        self.pre = 0
        self.gap = 0  # blank lines owed before the next text
        self.gap_quotes = 0  # how deep in quotes they are

    def write(self, text: str) -> None:
        if self.pre:
            lines = text.replace("\r\n", "\n").split("\n")
            for index, piece in enumerate(lines):
                if index:
                    self.end_line(force=True)
                if piece:
                    self._open()
                    self.line.append(piece)
            return
        folded = _SPACE.sub(" ", text)
        if folded == " ":
            self.space = True
            return
        if not folded:
            return
        if folded[0] == " ":
            self.space = True
            folded = folded[1:]
        self._open()
        if self.space and self.line and not self.line[-1].endswith((" ", "\t")):
            self.line.append(" ")
        self.space = folded.endswith(" ")
        self.line.append(folded[:-1] if self.space else folded)

    def _open(self) -> None:
        if not self.line:
            self.space = False
        while self.gap > 0 and not self.line:
            if self.out:
                self.out.append(("> " * min(self.gap_quotes, self.quotes, _QUOTE_LIMIT)).rstrip())
            self.gap -= 1
        self.gap = 0

    def _prefix(self) -> str:
        return "> " * min(self.quotes, _QUOTE_LIMIT)

    def end_line(self, *, force: bool = False) -> None:
        if self.line or force:
            if not self.line:
                self._open()
            self.out.append((self._prefix() + "".join(self.line)).rstrip(" \t"))
            self.line = []
        self.space = False

    def paragraph(self) -> None:
        self.end_line()
        self.gap_quotes = min(self.gap_quotes, self.quotes) if self.gap else self.quotes
        self.gap = 1


def to_text(html: str) -> str:
    """Readable text of an HTML document or fragment. Never raises; linear in the length of `html`."""
    text, cut = _scan(html, hide=True)
    if not text and cut:  # a hidden element that never ends swallowed everything
        text, _ = _scan(html, hide=False)
    return text


def _scan(html: str, *, hide: bool) -> tuple[str, bool]:
    writer = _Writer()
    hidden: list[str] = []  # open elements inside (and with) a hidden one
    lists: list[int] = []  # the next number of each open list; -1 for bullets
    links: list[tuple[str, int, int]] = []
    position = 0
    quotes_broken = False
    length = len(html)
    while position < length:
        opening = html.find("<", position)
        if opening < 0:
            opening = length
        if opening > position and not hidden:
            writer.write(_entities(html[position:opening]))
        if opening >= length:
            break
        if html.startswith("<!--", opening):
            end = html.find("-->", opening + 4)
            position = end + 3 if end >= 0 else length
            continue
        if html.startswith(("<!", "<?"), opening):
            end = html.find(">", opening)
            position = end + 1 if end >= 0 else length
            continue
        name_match = _TAG_NAME.match(html, opening + 1)
        if name_match is None:  # a "<" that is no tag
            if not hidden:
                writer.write("<")
            position = opening + 1
            continue
        end = -1
        if not quotes_broken:
            whole = _WELL_FORMED.match(html, opening)
            if whole is not None:
                end = whole.end()
            else:
                quotes_broken = (
                    True  # once a quote never closes, later tags end at the next ">": keeps it linear
                )
        if end < 0:
            end = html.find(">", name_match.end()) + 1
            if end <= 0:
                if not hidden:
                    writer.write(_entities(html[opening:]))
                break
        tag = html[opening:end]
        position = end
        name = name_match[1].lower()
        closing = html[opening + 1] == "/"
        if name in _RAW and not closing:
            close = _find_close(html, name, position)
            position = close
            continue
        if hidden:
            _track_hidden(hidden, name, closing, tag)
            continue
        if hide and not closing and name not in _VOID and (name in _DROPPED or _is_hidden(tag)):
            if not tag.endswith("/>"):
                hidden.append(name)
            continue
        _apply(writer, lists, links, name, closing, tag)
    while links:
        _close_link(writer, links)
    writer.end_line()
    text = "\n".join(writer.out)
    return _BLANK_LINES.sub("\n\n", text).strip("\n"), bool(hidden)


def _find_close(html: str, name: str, position: int) -> int:
    match = re.compile(rf"</{name}[^>]*>", re.IGNORECASE).search(html, position)
    return match.end() if match else len(html)


def _track_hidden(hidden: list[str], name: str, closing: bool, tag: str) -> None:
    """Follow only the hidden element's own name: unclosed children can't keep the rest of the mail hidden."""
    outer = hidden[0]
    if outer == "head" and name == "body" and not closing:
        hidden.clear()
    elif name != outer or tag.endswith("/>"):
        return
    elif closing:
        hidden.pop()
    else:
        hidden.append(name)


def _is_hidden(tag: str) -> bool:
    lowered = tag.lower()
    if "style" in lowered and _HIDDEN.search(lowered):
        style = _attributes(tag).get("style", "")
        return _HIDDEN.search(style) is not None
    return " hidden" in lowered and re.search(r"\shidden(?=[\s>=/])", _QUOTED.sub("", lowered)) is not None


def _attributes(tag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(tag[:20_000]):
        found.setdefault(match[1].lower(), _entities(match[2] or match[3] or match[4] or ""))
    return found


def _entities(text: str) -> str:
    return unescape(text).replace("\xa0", " ") if "&" in text else text.replace("\xa0", " ")


def _apply(
    writer: _Writer, lists: list[int], links: list[tuple[str, int, int]], name: str, closing: bool, tag: str
) -> None:
    if name == "br":
        writer.end_line(force=True)
    elif name == "a":
        if links:
            _close_link(writer, links)
        if not closing and (href := _attributes(tag).get("href", "").strip()):
            links.append((href, len(writer.out), len(writer.line)))
    elif name == "img" and not closing:
        if alt := _attributes(tag).get("alt", "").strip():
            writer.write(f"[{alt}]")
    elif name in ("td", "th"):
        if closing and writer.line:
            writer.line.append("\t")
            writer.space = False
    elif name == "hr":
        writer.end_line()
        writer.write("---")
        writer.end_line()
    elif name in _BLOCKS:
        _block(writer, lists, name, closing, tag)


def _block(writer: _Writer, lists: list[int], name: str, closing: bool, tag: str) -> None:
    if name in _SPACED:
        writer.paragraph()
    else:
        writer.end_line()
    if name == "blockquote":
        writer.quotes = max(0, writer.quotes + (-1 if closing else 1))
    elif name == "pre":
        writer.pre = max(0, writer.pre + (-1 if closing else 1))
    elif name in ("ul", "ol"):
        if closing:
            if lists:
                lists.pop()
        elif len(lists) < 1000:
            start = _attributes(tag).get("start", "1")
            lists.append(-1 if name == "ul" else int(start) if start.isdecimal() and len(start) < 9 else 1)
    elif name == "li" and not closing:
        number = lists[-1] if lists else -1
        if number >= 0 and lists:
            lists[-1] += 1
        indent = "  " * min(len(lists) - 1, 6) if lists else ""
        writer.gap = 0 if writer.out and writer.gap and len(lists) > 1 else writer.gap
        writer.write("")
        writer.line = []
        writer.space = False
        _bullet(writer, indent + ("- " if number < 0 else f"{number}. "))


def _bullet(writer: _Writer, mark: str) -> None:
    writer._open()  # pyright: ignore[reportPrivateUsage] - the same module
    writer.line.append(mark)


def _close_link(writer: _Writer, links: list[tuple[str, int, int]]) -> None:
    href, line, piece = links.pop()
    if not _LINK.match(href):
        return
    shown = "".join(writer.line[piece:]).strip() if len(writer.out) == line else "?"
    target = href.partition(":")[2] if href[:7].lower() == "mailto:" or href[:4].lower() == "tel:" else href
    if not shown or shown.rstrip("/") in (href.rstrip("/"), target, href.partition("://")[2].rstrip("/")):
        if not shown and not writer.line:
            return  # a link around a picture or nothing
        if shown:
            return
    trailing = writer.space
    writer.space = False
    if shown:
        writer.line.append(f" <{target}>")
    writer.space = trailing
