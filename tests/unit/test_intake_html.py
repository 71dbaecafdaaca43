"""HTML mail as readable text."""

from __future__ import annotations

import time

import pytest

from agent_tui.intake.html import to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\n\nTwo\nThree"),
        ("<style>p{}</style><script>if (a<b) x()</script>Hi &amp; caf&#233; &euro;", "Hi & café €"),
        ('<a href="https://x.example/t?a=1&amp;b=2">Track</a> it', "Track <https://x.example/t?a=1&b=2> it"),
        ('<a href="https://x.example/">https://x.example</a>', "https://x.example"),
        ('<a href="javascript:alert(1)">Go</a>', "Go"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ("<ul><li>a</li><li>b</li></ul><ol start=3><li>c<li>d</ol>", "- a\n- b\n\n3. c\n4. d"),
        (
            "<table><tr><td>Order</td><td>42</td></tr><tr><td>Paid</td><td>yes</td></tr></table>",
            "Order\t42\nPaid\tyes",
        ),
        ("Yes<blockquote><p>old</p><p>words</p></blockquote>below", "Yes\n\n> old\n>\n> words\n\nbelow"),
        ("<div style='display:none'>preheader</div><span hidden>x</span>seen", "seen"),
        ('<p class="overflow hidden">seen</p>', "seen"),
        ("<p title=it's>a</p><p>don't</p>", "a\n\ndon't"),
        ("a <b>bold</b> <i>word</i>, and 1 < 2", "a bold word, and 1 < 2"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<!-- hidden <p>no</p> --><!DOCTYPE html><pre>a  b\n c</pre>", "a  b\n c"),
        ('<img src="x.png" alt="Photo"> <img src=cid:1>', "[Photo]"),
        ("<div style='display:none'>never closed, the whole mail", "never closed, the whole mail"),
        ("<head><title>T</title><body>text", "text"),
        ("&#xD800;&#0;ok", "\ufffd\ufffdok"),
    ],
)
def test_to_text(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "x",
        "<blockquote>" * 100_000 + "x",
        "<a href='" * 50_000,
        '<a b="' * 50_001,
        "<" * 300_000,
        "<ul><li>" * 50_000 + "x",
        "<a href=x>" * 50_000,
        "<!--" * 100_000,
        "<b =" * 100_000,
        "&" * 300_000,
        "<table><tr><td>" * 30_000 + "x",
        "<p hidden>" * 50_000,
    ],
    ids=range(12),
)
def test_hostile_nesting_is_linear(html: str) -> None:
    begin = time.perf_counter()
    to_text(html)
    assert time.perf_counter() - begin < 3
