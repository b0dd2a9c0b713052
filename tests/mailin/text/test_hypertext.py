"""HTML becomes text that reads like the letter."""

from __future__ import annotations

import pytest

from servicedesk.mailin.text import readable


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a <b>b</b>\n c", "a b c"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<div>a<br></div><div>b</div>", "a\nb"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p>", "a\n\nb"),
        ('<p style="margin:0">a</p><p style="margin: 0px">b</p>', "a\nb"),
        ("<h1>a</h1>b", "a\n\nb"),
        ("a<hr>b", "a\n\nb"),
        ("<ul><li>a<li>b</ul>c", "- a\n- b\n\nc"),
        ("<ol><li>a</li><li><p>b</p></li></ol>", "1. a\n2. b"),
        ("<ol start=5><li>a</li></ol>", "5. a"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c<td>d</table>", "a | b\nc | d"),
        ("<table><tr><td><p>a</p></td><td></td><td><p>b</p></td></tr></table>", "a | b"),
        ("<table><tr><td><table><tr><td>a</td></tr></table></td></tr></table>b", "a\n\nb"),
        ('<a href="https://example.com/x">see</a>', "see (https://example.com/x)"),
        ('<a href="https://example.com/">example.com</a>', "example.com"),
        ('<a href="https://evil.example/">https://example.com</a>', "https://example.com (https://evil.example/)"),
        ('<a href="mailto:a@example.com?subject=x">a@example.com</a>', "a@example.com"),
        ('<a href="mailto:a@example.com">Anna</a>', "Anna (a@example.com)"),
        ('<a href="javascript:alert(1)">a</a> <a href="#x">b</a> <a>c</a>', "a b c"),
        ('<a href="https://example.com"><img src="x.png"></a>', ""),
        ('a <img src="cid:1" alt="screen.png"> b', "a [screen.png] b"),
        ('a <img alt="\U0001f600"> b', "a \U0001f600 b"),
        ("<title>t</title><style>p{}</style><script>s()</script>a<!-- c -->", "a"),
        ("<head><title>t</title></head><body>a", "a"),
        ('<div style="display:none">preview</div>a', "a"),
        ('<span style="font-size:0px; max-height: 0">preview</span>a', "a"),
        ('<div style="display:none"><div>x</div>y</div>a', "a"),
        ('<div style="font-size:0.9em">a</div>', "a"),
        ("<pre>a\n  b</pre>c", "a\n  b\n\nc"),
        ('<div style="white-space: pre-wrap">a\n  b</div>', "a\n  b"),
        ("a &lt;b&gt; &amp; &nbsp;c &#1044;", "a <b> & c Д"),
        ("<![if !mso]>a<![endif]><!--[if mso]>b<![endif]-->", "a"),
        ("<o:p>a</o:p><v:shape>b</v:shape>", "ab"),
        ("Анна <anna@example.com> пишет", "Анна <anna@example.com> пишет"),
        ("a\x00b\u200bc\ud800", "a\ufffdbc?"),
        ("<blockquote type=cite>a<blockquote type=cite>b</blockquote></blockquote>c", "> a\n>\n>> b\n\nc"),
        ("</div></p>a</body></html>b", "a\nb"),
        ("", ""),
        ("plain", "plain"),
    ],
)
def test_it_reads(html: str, text: str) -> None:
    assert readable(html) == text
