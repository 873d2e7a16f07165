"""A learning platform of our own, on this machine: it checks what LTI 1.3 asks a tool for, and can fail.

It has a pair of keys of the tool's, members on several pages, line items, and the scores that came.
"""

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SCOPE = "https://purl.imsglobal.org/spec/lti-"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
PAGE = 2  # members on a page
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
NEEDS = {  # the scope of a path's beginning, and the media type that has to be asked for
    "/members": (f"{SCOPE}nrps/scope/contextmembership.readonly", "application/vnd.ims.lti-nrps.v2.membership"),
    "/items": (f"{SCOPE}ags/scope/lineitem", "application/vnd.ims.lis.v2.lineitem"),
    "/scores": (f"{SCOPE}ags/scope/score", "application/vnd.ims.lis.v1.score+json"),
}  # fmt: skip


@dataclass
class Platform:
    """What the platform knows. `failures`: statuses that the next requests of a path get, with headers; `asked`: how
    often a path was asked for; `lasts`: seconds that a token is good for."""

    url: str = ""
    key: str = ""
    public: Any = None
    members: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    scores: list[dict[str, Any]] = field(default_factory=list)
    failures: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, tuple[float, set[str]]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    lasts: int = 3600
    faults: list[str] = field(default_factory=list)
    next_host: str = ""

    def member(self, user: str, name: str, email: str, **more: Any) -> None:
        first, _, last = name.partition(" ")
        known = {"user_id": user, "name": name, "given_name": first, "family_name": last, "email": email}
        self.members.append({"status": "Active", "roles": [LEARNER], **known, **more})


@contextmanager
def platform() -> Iterator[Platform]:
    """A platform that serves."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    made = Platform(key=private.private_bytes(*form).decode(), public=private.public_key())

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            """Says nothing."""

        def do_GET(self) -> None:
            self.answer("GET")

        def do_POST(self) -> None:
            self.answer("POST")

        def answer(self, method: str) -> None:
            path = urlsplit(self.path).path
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kind = "/scores" if path.endswith("/scores") else "/items" if path.startswith("/items") else path
            made.asked[kind] = made.asked.get(kind, 0) + 1
            if failing := made.failures.get(kind):
                status, headers = failing.pop(0)
                return self.reply(status, {"error": "not now"}, headers)
            if kind == "/token":
                return self.token(content)
            if why := self.not_allowed(kind):
                made.faults.append(why)
                return self.reply(401, {"error": why})
            return getattr(self, kind[1:])(method, content)

        def token(self, content: bytes) -> None:
            form = {name: values[0] for name, values in parse_qs(content.decode()).items()}
            try:
                assert (
                    form["grant_type"] == "client_credentials" and form["client_assertion_type"] == ASSERTION
                )
                claims = jwt.decode(
                    form["client_assertion"], made.public, ["RS256"], audience=f"{made.url}/token",
                    options={"require": ["iss", "sub", "aud", "iat", "exp", "jti"]},
                )  # fmt: skip
                assert claims["iss"] == claims["sub"] == "tool" and claims["jti"] not in made.seen
                assert jwt.get_unverified_header(form["client_assertion"])["kid"] == "key-1"
            except (AssertionError, KeyError, jwt.PyJWTError) as error:
                return self.reply(400, {"error": "invalid_client", "error_description": repr(error)})
            made.seen.add(claims["jti"])
            value = uuid.uuid4().hex
            made.tokens[value] = (time.monotonic() + made.lasts, set(form["scope"].split()))
            return self.reply(200, {"access_token": value, "token_type": "Bearer", "expires_in": made.lasts})

        def not_allowed(self, kind: str) -> str:
            scope, media = NEEDS[kind]
            until, scopes = made.tokens.get(
                self.headers.get("Authorization", "").removeprefix("Bearer "), (0, set())
            )
            if until < time.monotonic():
                return "no such token"
            return "" if scope in scopes and media in self.headers.get("Accept", "") else f"not for {scope}"

        def members(self, method: str, content: bytes) -> None:
            start = int(parse_qs(urlsplit(self.path).query).get("start", ["0"])[0])
            headers = {}
            if start + PAGE < len(made.members):
                there = made.next_host or made.url
                headers["Link"] = f'<{there}/members?start={start + PAGE}>; rel="next"'
            self.reply(200, {"id": made.url, "members": made.members[start : start + PAGE]}, headers)

        def items(self, method: str, content: bytes) -> None:
            if method == "GET":
                return self.reply(200, made.items)  # it passes over the filter, as some do
            item = {"id": f"{made.url}/items/{len(made.items)}?type=x", **json.loads(content)}
            made.items.append(item)
            return self.reply(201, item)

        def scores(self, method: str, content: bytes) -> None:
            score = json.loads(content)
            if self.headers["Content-Type"] != NEEDS["/scores"][1] or {"userId", "timestamp"} - score.keys():
                return self.reply(400, {"error": "not a score"})
            if score["userId"] not in {each["user_id"] for each in made.members}:
                return self.reply(404, {"error": "no such user in the course"})
            made.scores.append({"path": self.path, **score})
            return self.reply(200, None)

        def reply(self, status: int, record: object, headers: dict[str, str] | None = None) -> None:
            content = b"" if record is None else json.dumps(record).encode()
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()
