"""Whether our own mail server vouches for a sender: what it says counts, what others say does not."""

from __future__ import annotations

import time

import pytest

from servicedesk.mailin.vouching import verdict

MARIA = "maria@example.com"
OURS = "mx.example.com"

# Headers from top to bottom -> verdict.
TABLE = {
    "nothing": ((), "none"),
    "no result": (("mx.example.com; none",), "none"),
    "dmarc": (("mx.example.com; dmarc=pass header.from=example.com",), "pass"),
    "dmarc failed": (("mx.example.com; spf=pass smtp.mailfrom=maria@example.com; dmarc=fail (p=NONE)",), "fail"),
    "dmarc before anything else": (("mx.example.com; dkim=fail header.d=example.com; dmarc=pass",), "pass"),
    "dmarc without a policy": (("mx.example.com; dmarc=none; dkim=pass header.d=example.com",), "pass"),
    "a signature of the domain": (("mx.example.com; dkim=pass header.d=example.com header.s=a",), "pass"),
    "by its user": (("mx.example.com; dkim=pass header.i=@example.com",), "pass"),
    "a signature of another domain": (("mx.example.com; dkim=pass header.d=evil.example",), "none"),
    "of a domain below": (("mx.example.com; dkim=pass header.d=evil.example.com",), "none"),
    "an envelope of the domain": (("mx.example.com; spf=pass smtp.mailfrom=bounce@example.com",), "pass"),
    "an envelope of another": (("mx.example.com; spf=pass smtp.mailfrom=eve@evil.example",), "none"),
    "a failed envelope": (("mx.example.com; spf=fail smtp.mailfrom=maria@example.com",), "fail"),
    "a soft failure": (("mx.example.com; spf=softfail smtp.mailfrom=maria@example.com",), "none"),
    "a failed signature": (("mx.example.com; dkim=fail header.d=example.com",), "fail"),
    "a failed signature beside a good envelope": (("mx.example.com; dkim=fail; spf=pass smtp.mailfrom=a@example.com",), "pass"),
    "for a moment": (("mx.example.com; spf=temperror; dkim=permerror",), "none"),
    "a version": (("mx.example.com 1; dmarc=pass",), "pass"),
    "a version of the method": (("mx.example.com; dmarc/1=pass",), "pass"),
    "upper case": (("MX.Example.COM; DMARC=Pass",), "pass"),
    "somebody else": (("elsewhere.example; dmarc=pass",), "none"),
    "somebody else above ours": (("elsewhere.example; dmarc=pass", "mx.example.com; dmarc=fail"), "fail"),
    "a name that begins alike": (("mx.example.com.evil.example; dmarc=pass",), "none"),
    "a pass below ours": (("mx.example.com; none", "mx.example.com; dmarc=pass"), "none"),
    "a fail below ours": (("mx.example.com; dmarc=pass", "mx.example.com; dmarc=fail"), "fail"),
    "a pass in a comment": (("mx.example.com; (dmarc=pass) spf=none (; dmarc=pass)",), "none"),
    "a pass in a quoted text": (('mx.example.com; spf=none reason="; dmarc=pass"',), "none"),
    "a pass in a nested comment": (("mx.example.com; spf=none (a (b) ; dmarc=pass)",), "none"),
    "a quoted name": (('"mx.example.com"; dmarc=pass',), "pass"),
    "dmarc of another From": (("mx.example.com; dmarc=pass header.from=evil.example",), "none"),
    "dmarc of this From and another": (("mx.example.com; dmarc=pass header.from=example.com; dmarc=pass header.from=evil.example",), "none"),
    "dmarc of another From, failed": (("mx.example.com; dmarc=fail header.from=evil.example",), "fail"),
    "dmarc of this From in capitals": (("mx.example.com; dmarc=pass (p=NONE) header.from=Example.COM",), "pass"),
    "another From, quoted": (('mx.example.com; dmarc=pass header.from="evil.example"',), "none"),
    "quotes that do not end": (('mx.example.com; spf=none reason="; dmarc=pass',), "none"),
    "a property of a longer word": (("mx.example.com; dkim=pass xheader.d=example.com",), "none"),
    "a pass as a reason": (("mx.example.com; dkim=none reason=dmarc=pass",), "none"),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_only_our_own_server_is_believed(name):
    headers, wanted = TABLE[name]
    assert verdict(headers, OURS, MARIA) == wanted


def test_a_desk_that_knows_no_server_believes_nobody():
    assert verdict(("mx.example.com; dmarc=pass",), None, MARIA) == "none"
    assert verdict(("; dmarc=pass", "dmarc=pass"), "", MARIA) == "none"


@pytest.mark.parametrize(
    "part", ["(", ")", '"', "a=", "a.b=c ", ";", "\\", "spf=pass ", '\\"', "a", "a.", "a .", "a. ", " "]
)
def test_it_takes_no_time_whatever_is_written(part):
    begun = time.perf_counter()
    for before in ("", '"', "dmarc=pass ", "dmarc=pass a", "dmarc=pass a."):
        verdict((f"mx.example.com; {before}{part * 100_000}",), OURS, MARIA)
    assert time.perf_counter() - begun < 1
