"""A signed client of a platform's services: OAuth 2 client credentials with a JWT (IMS Security Framework 1.0).

A token is kept until shortly before it ends. What a platform refuses for the moment (429, 5xx) is tried again a few
times, after the pause that it asks for; a token that it does not know any more is replaced once.
"""

import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from autograder.core.errors import WrongUse
from autograder.core.text import plain
from autograder.course.course import Course
from autograder.course.policies import Lti
from autograder.course.policies_file import EXAMPLES, NAME, read_policies

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFE, EARLY = 300, 30  # seconds: of an assertion; before its end a token counts as over
TRIES, LONGEST_PAUSE = 3, 60  # after the first; seconds that a platform may ask for
TIMEOUT = (10, 60)  # seconds to connect, and between two pieces of an answer
MOST = 20_000_000  # bytes of an answer
MOST_PAGES = 1_000
HERE = ("127.0.0.1", "::1", "localhost")


class Refused(Exception):
    """The platform does not do what it was asked for; `status` of HTTP, 0 where it did not answer."""

    def __init__(self, status: int, text: str):
        super().__init__(f"the platform answered {status}: {text}" if status else f"no answer: {text}")
        self.status = status


@dataclass(frozen=True)
class _Token:
    value: str = field(repr=False)
    until: float


class Client:
    """Talks to one platform. Use it in a `with` statement."""

    def __init__(self, settings: Lti, key: str):
        self.settings, self._key = settings, key
        self._tokens: dict[tuple[str, ...], _Token] = {}
        self._session = requests.Session()
        self._session.trust_env = False  # no password of ~/.netrc
        retry = Retry(
            TRIES,
            redirect=0,
            status_forcelist=(429, 500, 502, 503, 504),
            allowed_methods=None,  # a score that arrives twice is the same score
            backoff_factor=0.5,
            raise_on_status=False,
            raise_on_redirect=False,
            retry_after_max=LONGEST_PAUSE,
        )
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def send(self, method: str, url: str, scopes: tuple[str, ...], accept: str, record: object = None) -> Any:
        """What the platform answers, as JSON values; None where it answers nothing. Raises Refused."""
        return self._answer(method, url, scopes, accept, record)[0]

    def pages(self, url: str, scopes: tuple[str, ...], accept: str) -> "list[Any]":
        """All pages of a container, as RFC 8288's Link headers lead on. Raises Refused."""
        found: list[Any] = []
        home = urlsplit(url)[:2]
        for _ in range(MOST_PAGES):
            page, headers = self._answer("GET", url, scopes, accept)
            found.append(page)
            links = requests.utils.parse_header_links(headers.get("Link", ""))
            following = next((each["url"] for each in links if each.get("rel") == "next"), "")
            if not following:
                return found
            url = urljoin(url, following)
            if urlsplit(url)[:2] != home:  # the token is for this platform only
                raise Refused(0, f"its next page is elsewhere, at {plain(url)}")
        raise Refused(0, f"more than {MOST_PAGES} pages")

    def _answer(
        self, method: str, url: str, scopes: tuple[str, ...], accept: str, record: object = None
    ) -> tuple[Any, Any]:
        content = None if record is None else msgspec.json.encode(record)
        answer = self._ask(method, url, scopes, accept, content)
        if answer.status_code == 401:
            self._tokens.pop(scopes, None)
            answer = self._ask(method, url, scopes, accept, content)
        return _read(answer), answer.headers

    def _ask(
        self, method: str, url: str, scopes: tuple[str, ...], accept: str, content: bytes | None
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token(scopes)}", "Accept": accept}
        if content is not None:
            headers["Content-Type"] = accept
        return self._request(method, url, data=content, headers=headers)

    def _request(self, method: str, url: str, **options: Any) -> requests.Response:
        check_address(url, "the platform's address")
        try:
            return self._session.request(
                method, url, timeout=TIMEOUT, allow_redirects=False, stream=True, **options
            )
        except requests.RequestException as error:
            raise Refused(0, plain(str(error))) from error

    def _token(self, scopes: tuple[str, ...]) -> str:
        """An access token for these scopes."""
        there = self._tokens.get(scopes)
        if there and there.until > time.monotonic():
            return there.value
        settings, now = self.settings, int(time.time())
        claims = {
            "iss": settings.client_id,
            "sub": settings.client_id,
            "aud": settings.audience or settings.token_url,
            "iat": now,
            "exp": now + LIFE,
            "jti": uuid.uuid4().hex,
        }
        headers = {"kid": settings.key_id} if settings.key_id else None
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": _jwt().encode(claims, self._key, "RS256", headers),
            "scope": " ".join(scopes),
        }
        found = _read(self._request("POST", settings.token_url, data=form))
        if not isinstance(found, dict) or not isinstance(found.get("access_token"), str):
            raise Refused(0, "its token endpoint gave no token")
        lasts = found.get("expires_in")
        ends = time.monotonic() + (lasts if isinstance(lasts, int | float) else 3600) - EARLY
        self._tokens[scopes] = _Token(found["access_token"], ends)
        return str(found["access_token"])


def client_of(course: Course) -> Client:
    """The client that course.toml describes. Raises WrongUse where it describes none, or the key cannot be used."""
    settings = read_policies(course).lti
    if settings is None:
        raise WrongUse(f"{course.root / NAME} has no [lti]. Expected\n{EXAMPLES['lti']}")
    for name in ("token_url", "line_items", "members"):
        if address := getattr(settings, name):
            check_address(address, f"{course.root / NAME}, lti.{name}")
    return Client(settings, _private_key(course.root / Path(settings.key).expanduser()))


def check_address(url: str, what: str) -> None:
    """Raises WrongUse unless an address is one of HTTPS, or of this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE):
        return
    raise WrongUse(f"{what}: found {plain(url)!r}, expected https://...")


def _jwt() -> ModuleType:
    """PyJWT, which only LTI needs."""
    try:
        import jwt
    except ModuleNotFoundError as error:
        raise WrongUse('LTI needs PyJWT. Install it:\n  pip install "nbautograder[lti]"') from error
    return jwt


def _private_key(path: Path) -> str:
    try:
        text, mode = path.read_text(encoding="utf-8"), path.stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(
            f"The private key {path} cannot be read ({error}). Name it in {NAME}, lti.key."
        ) from error
    if mode & 0o077:
        raise WrongUse(f"Others can read the private key {path}. Expected\n  chmod 600 {path}")
    jwt = _jwt()
    try:
        jwt.encode({}, text, "RS256")
    except (ValueError, TypeError, jwt.PyJWTError) as error:
        raise WrongUse(f"{path} is no private RSA key in PEM ({plain(str(error))}).") from error
    return text


def _read(answer: requests.Response) -> Any:
    """An answer's JSON. Raises Refused where it is a refusal, too long, or something else."""
    try:
        content = answer.raw.read(MOST + 1, decode_content=True)
    except Exception as error:  # of urllib3: the connection broke
        raise Refused(0, plain(str(error))) from error
    finally:
        answer.close()
    if len(content) > MOST:
        raise Refused(0, f"its answer has more than {MOST:,} bytes")
    if not 200 <= answer.status_code < 300:
        raise Refused(answer.status_code, plain(content.decode("utf-8", "replace")) or str(answer.reason))
    try:
        return msgspec.json.decode(content) if content.strip() else None
    except msgspec.MsgspecError as error:
        raise Refused(0, f"its answer is not JSON ({error})") from error
