"""Rooms: a question on the projector, one answer per browser, a second vote after the discussion.

Everything is in memory, bounded, and forgotten when the room closes or nobody teaches in it any more. There is no network
and no clock in here: whoever calls says what time it is, `now`, in seconds of any clock that only goes forward.
"""

import hashlib
import hmac
import math
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from dashboard.room.questions import Question

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels: no words; nothing that is taken for a digit
LENGTH = 5
STATUS = {
    "unknown": 404,
    "secret": 403,
    "forged": 403,
    "origin": 403,
    "closed": 409,
    "late": 409,
    "answer": 422,
    "question": 422,
    "large": 413,
    "full": 503,
    "rooms": 503,
    "flood": 429,
}
"""Why something is refused, and the status that says so; the words are in the catalog under room.refused.<reason>."""


class Refused(Exception):
    """What a room does not do. `reason` is one of `STATUS`."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason, self.status = reason, STATUS[reason]


@dataclass(frozen=True)
class Rate:
    """So many at once, and so many more each second."""

    burst: float
    second: float


@dataclass(frozen=True)
class Bounds:
    """What one server holds. A whole school may come from one address, so nothing here counts addresses.

    Attributes:
        rooms: open at the same time.
        phones: that one room takes.
        idle: seconds without the instructor after which a room is forgotten.
        life: seconds after which it is forgotten in any case.
        away: seconds of silence after which the phones are told that the instructor lost the line.
        opened, guessed, joined, voted, of_one: how often rooms are opened, unknown codes tried; phones join a room and vote
            in it; one browser votes.
    """

    rooms: int = 100
    phones: int = 500
    idle: float = 3 * 3600
    life: float = 12 * 3600
    away: float = 12
    opened: Rate = Rate(30, 0.5)
    guessed: Rate = Rate(200, 20)
    joined: Rate = Rate(1000, 50)
    voted: Rate = Rate(2000, 500)
    of_one: Rate = Rate(20, 2)


BOUNDS = Bounds()


class Bucket:
    """Takes from a rate: `take(now)` says whether there is one left."""

    def __init__(self, rate: Rate):
        self._rate, self._left, self._since = rate, rate.burst, -math.inf

    def take(self, now: float) -> bool:
        if self._since > -math.inf:
            self._left = min(self._rate.burst, self._left + max(0.0, now - self._since) * self._rate.second)
        self._since = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


@dataclass
class Phone:
    """One browser in one room: what it answered in each vote, and the number of its last message of the turn."""

    bucket: Bucket
    streams: int = 0
    turn: int = 0
    sequence: int = -1


@dataclass
class Room:
    """One room. `turn` counts the votes, over all questions; `phase` is "open", "closed" or "revealed".

    `votes` has an entry per vote on the question in hand, at most two: answers by browser.
    """

    code: str
    question: Question
    bounds: Bounds
    opened: float
    seen: float
    secret: bytes = b""
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    turn: int = 1
    phase: str = "open"
    votes: list[dict[str, str]] = field(default_factory=lambda: [{}])
    phones: dict[str, Phone] = field(default_factory=dict)

    def __post_init__(self):
        self._joined, self._voted = Bucket(self.bounds.joined), Bucket(self.bounds.voted)

    # Phones -----------------------------------------------------------------------------------------------------------

    def join(self, now: float) -> str:
        """An id for a browser that has none here: who was not given it cannot make it up."""
        if not self._joined.take(now):
            raise Refused("flood")
        name = secrets.token_hex(12)
        return f"{name}.{self._signed(name)}"

    def _signed(self, name: str) -> str:
        return hmac.new(self.key, name.encode(), hashlib.sha256).hexdigest()[:32]

    def phone(self, browser: str) -> Phone:
        """The phone of an id. One that neither answered nor listens gives its place to the next.

        Raises:
            Refused: "forged" or "full".
        """
        name, _, signature = browser.partition(".")
        if not (browser.isascii() and hmac.compare_digest(self._signed(name), signature)):
            raise Refused("forged")
        if browser not in self.phones:
            if len(self.phones) >= self.bounds.phones:
                idle = next(
                    (one for one, phone in self.phones.items() if not phone.streams and not self.answered(one)), ""
                )
                if not idle:
                    raise Refused("full")
                del self.phones[idle]
            self.phones[browser] = Phone(Bucket(self.bounds.of_one))
        return self.phones[browser]

    def answered(self, browser: str) -> list[str | None]:
        """What a browser answered in each vote on the question; nothing where it never did."""
        given = [vote.get(browser) for vote in self.votes]
        return given if any(one is not None for one in given) else []

    def vote(self, browser: str, turn: int, sequence: int, answer: str, now: float) -> str:
        """Keep an answer, in the place of the browser's earlier one, and give what is kept.

        A message that comes twice, or after a later one of the same browser, changes nothing: `sequence` counts them.

        Raises:
            Refused: "flood", "forged", "full", "late" (of an earlier vote), "closed" or "answer".
        """
        if not self._voted.take(now):
            raise Refused("flood")
        phone = self.phone(browser)
        if not phone.bucket.take(now):
            raise Refused("flood")
        if turn != self.turn:
            raise Refused("late")
        kept = self.votes[-1].get(browser)
        if phone.turn == turn and sequence <= phone.sequence and kept is not None:
            return kept
        if self.phase != "open":
            raise Refused("closed")
        try:
            self.votes[-1][browser] = self.question.read(answer)
        except ValueError:
            raise Refused("answer") from None
        phone.turn, phone.sequence = turn, sequence
        return self.votes[-1][browser]

    # The instructor ---------------------------------------------------------------------------------------------------

    def owned(self, secret: str) -> None:
        """Raises Refused("secret") for anyone but the one who opened the room."""
        if not hmac.compare_digest(_digest(secret), self.secret):
            raise Refused("secret")

    def close(self) -> None:
        """No more answers; the bars are shown."""
        self._expect("open")
        self.phase = "closed"

    def reopen(self) -> None:
        """Answers again, in the same vote."""
        self._expect("closed")
        self.phase = "open"

    def reveal(self) -> None:
        """The right answer, and what is said to each."""
        self._expect("closed")
        self.phase = "revealed"

    def again(self) -> None:
        """A second vote on the same question, after the discussion."""
        self._expect("closed")
        if len(self.votes) > 1:
            raise Refused("late")
        self.votes.append({})
        self.turn, self.phase = self.turn + 1, "open"

    def ask(self, question: Question) -> None:
        """Another question to the same phones; of the last one nothing is kept."""
        self.question, self.votes = question, [{}]
        self.turn, self.phase = self.turn + 1, "open"

    def _expect(self, phase: str) -> None:
        if self.phase != phase:
            raise Refused("late")

    # What is shown ----------------------------------------------------------------------------------------------------

    def counts(self) -> list[dict[str, int]]:
        """How many gave each answer, in each vote."""
        return [dict(sorted(Counter(vote.values()).items())) for vote in self.votes]

    def changed(self) -> tuple[int, int]:
        """Of how many that answered both times, how many answered something else the second time."""
        first, last = self.votes[0], self.votes[-1]
        both = first.keys() & last.keys() if len(self.votes) > 1 else set()
        return len(both), sum(first[one] != last[one] for one in both)

    def away(self, now: float) -> bool:
        """Whether nothing has come from the instructor for some time."""
        return now - self.seen > self.bounds.away

    def on_phones(self) -> dict:
        """What every phone may know: no count before the vote is closed, no right answer before it is revealed."""
        shown = {
            "code": self.code,
            "lang": self.question.lang,
            "turn": self.turn,
            "vote": len(self.votes),
            "phase": self.phase,
            "kind": self.question.kind,
            "text": self.question.text,
            "options": self.question.options,
        }
        if self.phase != "open":
            shown["rows"] = self.question.rows(self.counts(), self.phase == "revealed")
        return shown

    def on_projector(self, now: float) -> dict:
        """What the instructor's page knows: numbers, never who."""
        here = sum(1 for phone in self.phones.values() if phone.streams)
        return {
            "code": self.code,
            "question": self.question.name,
            "lang": self.question.lang,
            "turn": self.turn,
            "phase": self.phase,
            "answered": len(self.votes[-1]),
            "phones": max(here, len(self.votes[-1])),
            "counts": self.counts() if self.phase != "open" else [*self.counts()[:-1], {}],
            "changed": self.changed() if self.phase != "open" else (0, 0),
            "left": max(0, round(self.bounds.life - (now - self.opened))),
        }


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def normal(code: str) -> str:
    """A code as typed: small letters, blanks and hyphens do no harm."""
    return "".join(letter for letter in code.upper() if letter.isalnum())[: LENGTH + 1]


class Rooms:
    """Every room of a server."""

    def __init__(self, bounds: Bounds = BOUNDS, forgotten: Callable[[str], None] = lambda code: None):
        self.bounds, self._forgotten = bounds, forgotten
        self._rooms: dict[str, Room] = {}
        self._opened, self._guessed = Bucket(bounds.opened), Bucket(bounds.guessed)

    def __len__(self) -> int:
        return len(self._rooms)

    def open(self, question: Question, now: float) -> tuple[Room, str]:
        """A room with this question, and the secret of its instructor.

        Raises:
            Refused: "rooms" where the server has no place left, "flood".
        """
        self.sweep(now)
        if len(self._rooms) >= self.bounds.rooms:
            raise Refused("rooms")
        if not self._opened.take(now):
            raise Refused("flood")
        code = self._unused()
        secret = secrets.token_urlsafe(24)
        self._rooms[code] = Room(code, question, self.bounds, now, now, _digest(secret))
        return self._rooms[code], secret

    def _unused(self) -> str:
        while True:
            code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
            if code not in self._rooms:
                return code

    def find(self, code: str, now: float) -> Room:
        """The room of a code.

        Raises:
            Refused: "unknown", or "flood" once too many codes that lead nowhere were tried: a right one is always found.
        """
        self.sweep(now)
        if room := self._rooms.get(normal(code)):
            return room
        raise Refused("unknown" if self._guessed.take(now) else "flood")

    def holds(self, room: Room, now: float) -> bool:
        """Whether a room is still open."""
        self.sweep(now)
        return self._rooms.get(room.code) is room

    def end(self, code: str) -> None:
        """Close a room: nothing of it is left."""
        if self._rooms.pop(code, None):
            self._forgotten(code)

    def sweep(self, now: float) -> None:
        """Forget the rooms whose time is over."""
        for code, room in list(self._rooms.items()):
            if now - room.opened > self.bounds.life or now - room.seen > self.bounds.idle:
                self.end(code)
