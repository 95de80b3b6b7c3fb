"""Texts that try to become something else on a page: scripts, elements, requests, disorder."""

from __future__ import annotations

from typing import Final

__all__ = ['HOSTILE', 'LONGEST', 'LONG_LINE', 'hostile_name']

_RUN: Final = 'window.pwned=1'
_OUT: Final = 'https://leak.invalid/x'

HOSTILE: Final[dict[str, str]] = {
    'script': f'</script><script>{_RUN}</script>',
    'module': f'<script type="module">{_RUN}</script>',
    'image': f'<img src=x onerror="{_RUN}">',
    'image outside': f'<img src="{_OUT}.png"><img srcset="{_OUT}.png 2x">',
    'svg': f'<svg onload="{_RUN}"><script>{_RUN}</script><use href="{_OUT}#a"/></svg>',
    'animation': f'<svg><animate onbegin="{_RUN}" attributeName="x" dur="1s"/></svg>',
    'attribute': f'" onmouseover="{_RUN}" autofocus onfocus="{_RUN}" x="',
    'attribute, single': f"' onmouseover='{_RUN}' autofocus onfocus='{_RUN}' x='",
    'link': f'<a href="javascript:{_RUN}" ping="{_OUT}">click</a>',
    'frame': f'<iframe srcdoc="<script>parent.{_RUN}</script>" src="{_OUT}"></iframe>',
    'object': f'<object data="{_OUT}"></object><embed src="{_OUT}">',
    'base': f'<base href="{_OUT}/"><meta http-equiv="refresh" content="0;url={_OUT}">',
    'style': f'<style>@import "{_OUT}.css"; * {{ display: none }}</style>',
    'stylesheet': f'<link rel="stylesheet" href="{_OUT}.css"><link rel="prefetch" href="{_OUT}">',
    'form': f'<form action="{_OUT}"><input name="q"><button>go</button></form>',
    'media': f'<video src="{_OUT}" onerror="{_RUN}"></video><audio src="{_OUT}" autoplay></audio>',
    'comment': f'<!--><img src=x onerror={_RUN}>--><!-- <script>',
    'broken tags': '</div></body></html><p <b <i></textarea></title></style></pre></noscript>',
    'data section': f']]><![CDATA[<img src=x onerror={_RUN}>]]>',
    'entities': '&lt;script&gt; &amp;amp; &#60;img src=x&#62; &nbsp;&unknown;',
    'document type': '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    'mathml': f'<math href="javascript:{_RUN}"><mtext><img src=x onerror="{_RUN}"></mtext></math>',
    'mathml action': f'<math><maction actiontype="statusline" onclick="{_RUN}">x</maction></math>',
    'mathml, xml': f'<annotation-xml encoding="text/html"><script>{_RUN}</script></annotation-xml>',
    'tex link': f'$\\href{{javascript:{_RUN}}}{{x}}$ \\url{{{_OUT}}}',
    'tex, elements': f'$\\text{{<img src=x onerror="{_RUN}">}} < \\mbox{{</math><b>}}$',
    'tex, styles': f'$\\style{{background:url({_OUT})}}{{x}} \\cssId{{index}}{{z}}$',
    'tex, files': '$\\input{/etc/passwd} \\includegraphics{x.png} \\write18{ls}$',
    'tex, endless': '$\\def\\a{\\a\\a}\\a \\newcommand{\\b}{\\b\\b}\\b$',
    'tex, deep': '$' + '\\frac{' * 2000 + '1' + '}{2}' * 2000 + '$',
    'tex, broken': '$\\frac{1}{$ \\begin{pmatrix} 1 & \\\\ \\left( x \\right $$ \\( \\]',
    'template': '{{ 7 * 7 }} {% raw %} {{ config }} ${7*7} #{7*7} <%= 7*7 %>',
    'prototype': '__proto__',
    'constructor': 'constructor',
    'directions': 'a\u202eb\u2066c\u200fd\u061ce',
    'control': 'a\x00b\x07c\x1b[31md\x7fe\x9bf\ufffeg\ufeffh',
    'surrogate': 'lone \ud800 and \udfff',
    'lines': 'one\r\ntwo\rthree\u2028four\u2029five\x85six\x0bseven',
    'combining': 'Z' + '\u0301' * 500,
    'emoji': '🙂👨‍👩‍👧‍👦 数学 مرحبا',
}  # fmt: skip

LONG_LINE: Final = 'x<b>' * 250_000
"""A million characters without a space."""

LONGEST: Final = 'line of a very long response </script><script>window.pwned=1</script>\n' * 72_000
"""Five million characters."""


def hostile_name(text: str) -> str:
    """The text as a file's name: what file systems cannot hold is left out."""
    return text.replace('/', '∕').replace('\x00', '')[:60]
