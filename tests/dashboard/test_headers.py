"""What a browser is told to refuse: the policy of a document, who may frame it, and that no answer goes without."""

import asyncio
import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.validation import ParameterError
from dashboard.app import headers


def served(answer: dict, parts: list[bytes], path: str = "/", kind: str = "http") -> list[dict]:
    """What the middleware sends on when the app inside answers so."""
    sent: list[dict] = []

    async def app(scope, receive, send):
        await send(
            {
                "type": f"{kind}.response.start",
                "status": 200,
                "headers": [(k.encode(), v.encode()) for k, v in answer.items()],
            }
        )
        for at, part in enumerate(parts):
            await send({"type": f"{kind}.response.body", "body": part, "more_body": at + 1 < len(parts)})

    async def send(part):
        sent.append(part)

    answering = headers.Headers(app)({"type": kind, "path": path, "headers": []}, None, send)
    with ThreadPoolExecutor(1) as thread:  # a test before this one may have left a loop running in this thread
        thread.submit(asyncio.run, answering).result()
    return sent


def fields(start: dict) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in start["headers"]}


def test_a_documents_own_scripts_are_allowed_by_their_digest_and_no_other_inline_script():
    document = b'<script>one()</script><script src="x.js"></script><SCRIPT type="module">\ntwo() // <b>\n</SCRIPT><p>'
    policy = headers.policy(document)
    for script in (b"one()", b"\ntwo() // <b>\n"):
        assert f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" in policy
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts.count("sha256-") == 2 and "unsafe-inline" not in scripts and "'unsafe-eval'" not in scripts


def test_the_app_may_be_framed_by_itself_and_by_whom_the_owner_names():
    assert "frame-ancestors 'self'" in headers.policy().split("; ")
    assert headers.policy(embed=["https://a.example"]).endswith("frame-ancestors 'self' https://a.example")


@pytest.mark.parametrize("text, origins", [
    ("", []), (" ", []), ("https://a.example", ["https://a.example"]), ("https://*.a.example", ["https://*.a.example"]),
    ("https://a.example, http://localhost:8080\nhttps://b.example", ["https://a.example", "http://localhost:8080", "https://b.example"]),
])  # fmt: skip
def test_the_owner_names_origins_by_spaces_or_commas(text, origins):
    assert headers.embedders({"AMOSTRA_EMBED": text}) == origins


@pytest.mark.parametrize("text", [
    "*", "a.example", "https://a.example/", "https://a.example/page", "javascript:x", "https://", "https://a.example;script-src", "https://a b'",
    "https://user@a.example", "'none'",
])  # fmt: skip
def test_what_is_no_origin_is_refused_by_the_variables_name(text):
    with pytest.raises(ParameterError, match="AMOSTRA_EMBED"):
        headers.embedders({"AMOSTRA_EMBED": text})


def test_a_document_in_parts_is_sent_whole_with_the_policy_of_its_scripts():
    start, *rest = served({"content-type": "text/html; charset=utf-8"}, [b"<script>on", b"e()</script>", b""])
    assert [part["body"] for part in rest] == [b"<script>one()</script>"]
    assert fields(start)["content-security-policy"] == headers.policy(b"<script>one()</script>")


def test_what_is_no_document_passes_as_it_comes_and_has_the_headers_too():
    start, *rest = served({"content-type": "text/javascript", "x-content-type-options": "no"}, [b"a", b"b"])
    assert [part["body"] for part in rest] == [b"a", b"b"] and [part["more_body"] for part in rest] == [True, False]
    assert fields(start).keys() >= {"content-security-policy", "referrer-policy", "permissions-policy"}
    assert fields(start)["x-content-type-options"] == "nosniff" and fields(start)["content-type"] == "text/javascript"


def test_a_websocket_is_left_alone():
    assert "content-security-policy" not in fields(served({"x": "y"}, [b"z"], kind="websocket")[0])
