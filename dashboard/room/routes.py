"""The room over HTTP: a page for phones, votes, and two streams of server-sent events, one for phones, one for the instructor.

    GET  /r, /r/CODE          the phones' page
    POST /r                   opens a room with a question -> its code and the instructor's secret
    POST /r/CODE/join         -> an id for this browser
    GET  /r/CODE/stream       the question, as often as it changes (of a browser with its id)
    POST /r/CODE/vote         {turn, sequence, answer} -> what is kept
    GET  /r/CODE/desk         the counts, as they come (of the instructor with his secret)
    POST /r/CODE/desk         {do: close | reopen | reveal | again | ask | here | end}
    GET  /r/CODE/qr.svg       of the address with the origin that is asked for

Ids and the secret come as `Authorization: Bearer …`: there is no cookie. A stream opens with all there is to know, so that
who lost the line needs nothing that was sent meanwhile.
"""

import asyncio
import hashlib
import io
import json
import re
import socket
import struct
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from functools import cache, partial
from html import escape
from pathlib import Path

import segno
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from dashboard import theme
from dashboard.bodies import body, same_origin, spoken
from dashboard.language import LANGUAGES, catalog, say, using
from dashboard.page.html import embedded
from dashboard.page.scripts import phone_script
from dashboard.room.questions import Question, QuestionError, next_token, of_lesson
from dashboard.room.rooms import BOUNDS, Bounds, Refused, Room, Rooms
from dashboard.streams import ALIVE, NEVER, event, stopping, streamed

HERE = Path(__file__).parent
LARGEST = 16_384  # bytes of a request; the largest is a text with its next tokens
BEAT = 4.0  # seconds between two signs of life of a stream
GATHER = 0.2  # seconds in which votes are gathered before the projector is told
FILES = {"phone.js": "text/javascript", "phone.css": "text/css"}
_ORIGIN = re.compile(r"https?://[\w.\-\[\]:]{1,200}", re.ASCII)


class Bell:
    """Wakes every stream that waits: `listen` before looking, then wait for what it gave."""

    def __init__(self):
        self._event = asyncio.Event()

    def listen(self) -> asyncio.Event:
        return self._event

    def ring(self) -> None:
        self._event.set()
        self._event = asyncio.Event()


class Service:
    """The rooms of one server, and who listens to them."""

    def __init__(self, base: str = "", bounds: Bounds = BOUNDS, clock: Callable[[], float] = time.monotonic):
        self.base, self.clock = base, clock
        self.rooms = Rooms(bounds, self._forgotten)
        self._phones: dict[str, Bell] = {}
        self._desks: dict[str, Bell] = {}

    def routes(self) -> list[Route]:
        """Where Streamlit's own server also answers."""
        at = f"{self.base}/r"
        files = [Route(f"{at}/{name}", partial(_file, name), methods=["GET"]) for name in FILES]
        answers = [
            ("GET", at, self._page),
            ("POST", at, self._open),
            ("GET", f"{at}/{{code}}", self._page),
            ("POST", f"{at}/{{code}}/join", self._join),
            ("GET", f"{at}/{{code}}/stream", self._stream),
            ("POST", f"{at}/{{code}}/vote", self._vote),
            ("GET", f"{at}/{{code}}/desk", self._desk),
            ("POST", f"{at}/{{code}}/desk", self._command),
            ("GET", f"{at}/{{code}}/qr.svg", self._qr),
        ]
        return files + [Route(place, partial(self._told, answer), methods=[how]) for how, place, answer in answers]

    async def _told(self, answer: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
        """What is refused is said by its name; the page that asked has the words."""
        try:
            return await answer(request)
        except Refused as refused:
            headers = NEVER | ({"retry-after": "2"} if refused.status == 429 else {})
            headers |= {"connection": "close"} if refused.status == 413 else {}
            with using(spoken(request)):
                told = {"refused": refused.reason, "said": say(f"room.refused.{refused.reason}")}
            return JSONResponse(told, refused.status, headers)

    # Phones -----------------------------------------------------------------------------------------------------------

    async def _page(self, request: Request) -> Response:
        """In the language of the room; without one, in the browser's."""
        lang, told, status = spoken(request), "", 200
        if code := request.path_params.get("code", ""):
            try:
                lang = self.rooms.find(code, self.clock()).question.lang
            except Refused as refused:
                with using(lang):
                    told, status = say(f"room.refused.{refused.reason}"), refused.status
        return HTMLResponse(page(lang, self.base, told), status, headers=NEVER)

    async def _join(self, request: Request) -> Response:
        _same_origin(request)
        return _json({"browser": self._room(request).join(self.clock())})

    async def _vote(self, request: Request) -> Response:
        _same_origin(request)
        room, sent = self._room(request), await _body(request)
        turn, sequence, answer = (sent.get(name) for name in ("turn", "sequence", "answer"))
        if type(turn) is not int or type(sequence) is not int or not isinstance(answer, str):
            raise Refused("answer")
        kept = room.vote(_bearer(request), turn, sequence, answer, self.clock())
        self._ring(self._desks, room.code)
        return _json({"turn": turn, "kept": kept})

    async def _stream(self, request: Request) -> Response:
        room, browser = self._room(request), _bearer(request)
        phone = room.phone(browser)
        return streamed(self._to_phone(room, browser, phone))

    async def _to_phone(self, room: Room, browser: str, phone) -> AsyncIterator[str]:
        phone.streams += 1
        sent = None
        self._ring(self._desks, room.code)
        try:
            async for bell in self._while_open(room, self._phones):
                shown = room.on_phones()
                given = room.answered(browser)
                own = {
                    "away": room.away(self.clock()),
                    "given": given,
                    "judged": room.question.judged(given[-1])
                    if room.phase == "revealed" and given and given[-1]
                    else None,
                }
                if (now := (room.turn, room.phase, own["away"])) != sent:
                    yield event("room", {**shown, **own}, room.turn)
                else:
                    yield ALIVE
                sent = now
                await _wait(bell, BEAT)
            if not stopping.is_set():  # a server that stops has closed no room
                yield event("end", {})
        finally:
            phone.streams -= 1
            self._ring(self._desks, room.code)

    # The instructor ---------------------------------------------------------------------------------------------------

    async def _open(self, request: Request) -> Response:
        _same_origin(request)
        question = await _question(await _body(request))
        room, secret = self.rooms.open(question, self.clock())
        return _json({"code": room.code, "secret": secret})

    async def _desk(self, request: Request) -> Response:
        room = self._room(request)
        room.owned(_bearer(request))
        return streamed(self._to_desk(room))

    async def _to_desk(self, room: Room) -> AsyncIterator[str]:
        self._seen(room)
        async for bell in self._while_open(room, self._desks):
            yield event(
                "desk", {**room.on_projector(self.clock()), "addresses": await run_in_threadpool(addresses)}, room.turn
            )
            if await _wait(bell, BEAT):
                await asyncio.sleep(GATHER)

    async def _command(self, request: Request) -> Response:
        _same_origin(request)
        room = self._room(request)
        room.owned(_bearer(request))
        sent = await _body(request)
        do = sent.get("do")
        if do == "end":
            self.rooms.end(room.code)
            return _json({})
        if do == "ask":
            room.ask(await _question(sent))
        elif do in ("close", "reopen", "reveal", "again"):
            getattr(room, do)()
        elif do != "here":
            raise Refused("question")
        self._seen(room)
        if do != "here":
            self._ring(self._phones, room.code)
            self._ring(self._desks, room.code)
        return _json(room.on_projector(self.clock()))

    async def _qr(self, request: Request) -> Response:
        """The address of the room under an origin, as a picture."""
        room, origin = self._room(request), request.query_params.get("origin", "")
        if not _ORIGIN.fullmatch(origin):
            raise Refused("question")
        return Response(_qr(f"{origin}{self.base}/r/{room.code}"), media_type="image/svg+xml", headers=NEVER)

    # ------------------------------------------------------------------------------------------------------------------

    def _room(self, request: Request) -> Room:
        return self.rooms.find(request.path_params["code"], self.clock())

    def _seen(self, room: Room) -> None:
        was_away = room.away(self.clock())
        room.seen = self.clock()
        if was_away:
            self._ring(self._phones, room.code)

    async def _while_open(self, room: Room, bells: dict[str, Bell]) -> AsyncIterator[asyncio.Event]:
        """The bell of a room, again and again until the room or the server is closed."""
        while True:
            if stopping.is_set() or not self.rooms.holds(room, self.clock()):
                return
            yield bells.setdefault(room.code, Bell()).listen()

    def _ring(self, bells: dict[str, Bell], code: str) -> None:
        if code in bells:
            bells[code].ring()

    def _forgotten(self, code: str) -> None:
        for bells in (self._phones, self._desks):
            if code in bells:
                bells.pop(code).ring()


# What comes in --------------------------------------------------------------------------------------------------------


async def _body(request: Request) -> dict:
    """A small JSON object."""
    if (read := await body(request, LARGEST)) is None:
        raise Refused("large")
    try:
        sent = json.loads(read or b"{}")
    except (ValueError, RecursionError):
        raise Refused("question") from None
    if not isinstance(sent, dict):
        raise Refused("question")
    return sent


async def _question(sent: dict) -> Question:
    """The question that an instructor's page asks for."""
    try:
        if "tokens" in sent:
            options = [(str(text), float(p)) for text, p in sent["tokens"]]
            return await run_in_threadpool(next_token, str(sent.get("lang")), str(sent.get("prompt", "")), options)
        names = (str(sent.get(name, "")) for name in ("lesson", "exercise", "lang"))
        return await run_in_threadpool(of_lesson, *names)
    except (QuestionError, TypeError, ValueError):
        raise Refused("question") from None


def _same_origin(request: Request) -> None:
    """Another site's page can neither open a room here nor vote in one."""
    if not same_origin(request):
        raise Refused("origin")


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")[:200]


# What goes out --------------------------------------------------------------------------------------------------------


def _json(value: dict) -> Response:
    return JSONResponse(value, headers=NEVER)


async def _wait(bell: asyncio.Event, seconds: float) -> bool:
    """Whether it rang."""
    with suppress(TimeoutError):
        await asyncio.wait_for(bell.wait(), seconds)
        return True
    return False


@cache
def _read(name: str) -> str:
    return phone_script() if name == "phone.js" else (HERE / name).read_text(encoding="utf-8")


@cache
def _digest() -> str:
    return hashlib.sha256("".join(map(_read, FILES)).encode()).hexdigest()[:12]


async def _file(name: str, request: Request) -> Response:
    kept = {"cache-control": "public, max-age=31536000, immutable"}
    text = f"{theme.css()}{_read(name)}" if name.endswith(".css") else _read(name)
    return Response(text, media_type=FILES[name], headers=kept)


def page(lang: str, base: str, told: str = "") -> str:
    """The phones' page, with its words."""
    words = {
        key.removeprefix("room."): text[lang]
        for key, text in catalog().items()
        if key.startswith(("room.phone.", "room.refused."))
    }
    words |= {"correct": catalog()["exercise.correct"][lang], "incorrect": catalog()["exercise.incorrect"][lang]}
    with using(lang):
        filled = {
            "lang": LANGUAGES[lang],
            "title": say("room.phone.join"),
            "project": say("project"),
            "code": say("room.phone.code"),
            "go": say("room.phone.go"),
            "told": told,
            "base": base,
            "place": f"{base}/r",
            "digest": _digest(),
            "noscript": say("room.phone.noscript"),
        }
    text = _read("phone.html")
    for name, value in filled.items():
        text = text.replace(f"{{{{{name}}}}}", escape(value))
    return text.replace("{{words}}", embedded({**words, "lang": LANGUAGES[lang]}))


@cache
def _qr(address: str) -> bytes:
    """A QR code as SVG, dark on light in every theme, with the quiet zone that readers need."""
    made = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        made, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, omitsize=True
    )
    return made.getvalue()


def addresses() -> list[str]:
    """The addresses of this machine in its networks, as of now: the one that leads outside comes first.

    Nothing is sent: to connect a datagram socket only asks the system for the way.
    """
    found = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        found.append(probe.getsockname()[0])
    found += _on_linux() if sys.platform == "linux" else _by_name()
    return [one for one in dict.fromkeys(found) if not one.startswith(("127.", "169.254.", "0."))]


def _on_linux() -> list[str]:
    """Of every interface: the host's name leads to the machine itself there, and a hall's own network has no way outside."""
    import fcntl

    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for _, name in socket.if_nameindex():
            with suppress(OSError):  # an interface without an address
                told = fcntl.ioctl(any_socket.fileno(), 0x8915, struct.pack("256s", name.encode()[:15]))  # SIOCGIFADDR
                found.append(socket.inet_ntoa(told[20:24]))
    return found


def _by_name() -> list[str]:
    with suppress(OSError):
        return [one[4][0] for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return []
