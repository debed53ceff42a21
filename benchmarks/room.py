"""A class in a room: `python -m benchmarks.room [--phones N] [--changes N] [--url URL]`, one JSON object.

Starts the app, opens a room on a bet, and lets light clients on this machine join, vote, change their answers, lose the line in
the middle of a vote, send it again, come back, and see the result. Counted: votes that were lost or doubled (none may be), the
milliseconds until a vote is acknowledged, until the projector knows the last one and until every phone sees the close, the
server's memory before, with and after the room, and what becomes of wrong codes, forged ids, floods and large bodies.
"""

import argparse
import asyncio
import json
import random
import time
from collections import Counter
from urllib.parse import urlsplit

from benchmarks.visitors import resident
from tests.browser.launch import start_app

LARGE = 10 * 2**20  # bytes
QUESTION = {"lesson": "temperature", "exercise": "bet", "lang": "pt"}


class Client:
    """HTTP as a phone speaks it, one connection per request."""

    def __init__(self, url: str):
        parts = urlsplit(url)
        self.host, self.port, self.base = parts.hostname, parts.port, parts.path.rstrip("/")

    async def _send(self, method: str, path: str, body: bytes = b"", bearer: str = "", length: int | None = None):
        reader, writer = await asyncio.open_connection(self.host, self.port)
        head = [
            f"{method} {self.base}{path} HTTP/1.1",
            f"host: {self.host}:{self.port}",
            "content-type: application/json",
        ]
        head += [f"content-length: {len(body) if length is None else length}"] if method == "POST" else []
        head += [f"authorization: Bearer {bearer}"] if bearer else []
        writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        await writer.drain()
        return reader, writer

    async def ask(self, method: str, path: str, sent: dict | None = None, bearer: str = "", length: int | None = None):
        """The status and the JSON of an answer."""
        body = json.dumps(sent or {}).encode() if method == "POST" else b""
        reader, writer = await self._send(method, path, body, bearer, length)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            size = next(
                int(line.split(":")[1]) for line in head.splitlines() if line.lower().startswith("content-length")
            )
            return int(head.split()[1]), json.loads(await reader.readexactly(size))
        finally:
            writer.close()

    async def drop(self, path: str, sent: dict, bearer: str) -> None:
        """Send, and hang up before the answer."""
        _, writer = await self._send("POST", path, json.dumps(sent).encode(), bearer)
        writer.close()

    async def events(self, path: str, bearer: str):
        """What a stream sends, event by event, until it ends."""
        reader, writer = await self._send("GET", path, bearer=bearer)
        try:
            while line := await reader.readline():
                if line.startswith(b"data: "):
                    yield json.loads(line[6:])
        finally:
            writer.close()


class Phone:
    """A browser in a room. `final` is what it meant to say in the end."""

    def __init__(self, client: Client, code: str):
        self.client, self.at = client, f"/r/{code}"
        self.sequence, self.final, self.times = 0, "", []
        self.seen: dict[tuple[int, str], float] = {}
        self.shown = asyncio.Event()
        self.state: dict = {}

    async def join(self) -> None:
        while True:
            status, told = await self.client.ask("POST", f"{self.at}/join")
            if status == 200:
                self.id = told["browser"]
                break
            await asyncio.sleep(0.5)
        self.listening = asyncio.create_task(self._listen())
        await self.shown.wait()

    async def _listen(self) -> None:
        async for state in self.client.events(f"{self.at}/stream", self.id):
            if not state:
                return
            self.state = state
            self.seen.setdefault((state["turn"], state["phase"]), time.perf_counter())
            self.shown.set()

    async def lose_the_line(self) -> None:
        self.listening.cancel()
        await asyncio.sleep(random.uniform(0, 0.3))
        self.listening = asyncio.create_task(self._listen())

    async def vote(self, answer: str, dropped: bool = False) -> None:
        self.sequence += 1
        self.final = answer
        sent = {"turn": self.state["turn"], "sequence": self.sequence, "answer": answer}
        if dropped:
            await self.client.drop(f"{self.at}/vote", sent, self.id)
        while True:
            begun = time.perf_counter()
            status, told = await self.client.ask("POST", f"{self.at}/vote", sent, self.id)
            if status == 200:
                assert told["kept"] == answer, told
                self.times.append(time.perf_counter() - begun)
                return
            await asyncio.sleep(0.3)


class Instructor:
    """The one who opened a room, with what his projector knows."""

    def __init__(self, client: Client):
        self.client, self.state, self.changed = client, {}, asyncio.Event()
        self.known: dict[tuple[int, int], float] = {}

    async def open(self, question: dict) -> str:
        status, told = await self.client.ask("POST", "/r", question)
        assert status == 200, told
        self.code, self.secret = told["code"], told["secret"]
        self.listening = asyncio.create_task(self._listen())
        return self.code

    async def _listen(self) -> None:
        async for state in self.client.events(f"/r/{self.code}/desk", self.secret):
            self.state = state
            self.known.setdefault((state["turn"], state["answered"]), time.perf_counter())
            self.changed.set()
            await self.do("here")

    async def do(self, what: str, **more) -> dict:
        return (await self.client.ask("POST", f"/r/{self.code}/desk", {"do": what, **more}, self.secret))[1]

    async def until(self, holds) -> None:
        """Wait until the projector knows something."""
        while not (self.state and holds(self.state)):
            self.changed.clear()
            await asyncio.wait_for(self.changed.wait(), 30)


async def phones_of(client: Client, code: str, count: int, begin: float) -> list[Phone]:
    """Phones that have joined within `begin` seconds."""
    phones = [Phone(client, code) for _ in range(count)]

    async def arrive(phone: Phone) -> None:
        await asyncio.sleep(random.uniform(0, begin))
        await phone.join()

    await asyncio.gather(*map(arrive, phones))
    return phones


async def answer(phone: Phone, options: list[str], changes: int, within: float) -> None:
    """A vote and its changes; some lose the line before the answer comes, or the stream, or send a vote twice."""
    for _ in range(1 + changes):
        await asyncio.sleep(random.uniform(0, within))
        await phone.vote(random.choice(options), dropped=random.random() < 0.25)
        if random.random() < 0.25:
            await phone.lose_the_line()


def wrong(counts: dict[str, int], phones: list[Phone]) -> int:
    """Votes that are not where their phones put them, or were counted without a phone."""
    meant = Counter(phone.final for phone in phones)
    return sum(abs(meant[one] - counts.get(one, 0)) for one in meant.keys() | counts.keys())


async def lesson_of_a_room(url: str, count: int, changes: int, within: float = 3.0) -> dict:
    """A room from its opening to its end. Raises nothing for what went wrong: it is counted."""
    client, instructor = Client(url), Instructor(Client(url))
    code = await instructor.open(QUESTION)
    phones = await phones_of(client, code, count, within)
    options = [value for value, _ in phones[0].state["options"]]
    await asyncio.gather(*(answer(phone, options, changes, within) for phone in phones))
    await instructor.until(lambda state: state["answered"] == count)
    closed = time.perf_counter()
    first = (await instructor.do("close"))["counts"][0]
    await _all_see(phones, 1, "closed")
    seen = max(phone.seen[1, "closed"] for phone in phones) - closed
    lost = wrong(first, phones)
    await instructor.do("again")
    await _all_see(phones, 2, "open")
    await asyncio.gather(*(answer(phone, options, 0, within) for phone in phones))
    voted = time.perf_counter()
    await instructor.until(lambda state: (state["turn"], state["answered"]) == (2, count))
    known = max(0.0, instructor.known[2, count] - voted)
    second = (await instructor.do("close"))["counts"][1]
    lost += wrong(second, phones)
    await instructor.do("reveal")
    await _all_see(phones, 2, "revealed")
    times = sorted(1000 * one for phone in phones for one in phone.times)
    told = {
        "phones": count,
        "votes": len(times),
        "lost_or_doubled": lost,
        "vote_ms": {
            name: round(times[min(len(times) - 1, int(share * len(times)))], 1)
            for name, share in (("p50", 0.5), ("p95", 0.95), ("max", 1))
        },
        "projector_knows_ms": round(1000 * known, 1),
        "phones_see_the_close_ms": round(1000 * seen, 1),
    }
    await instructor.do("end")
    for phone in phones:
        await asyncio.wait_for(phone.listening, 30)
    instructor.listening.cancel()
    return told


async def _all_see(phones: list[Phone], turn: int, phase: str) -> None:
    async with asyncio.timeout(30):
        while not all((turn, phase) in phone.seen for phone in phones):
            await asyncio.sleep(0.01)


async def unwanted(url: str) -> dict:
    """What becomes of requests that a room does not want: reasons by how often they were told."""
    client, instructor = Client(url), Instructor(Client(url))
    code = await instructor.open(QUESTION)
    (phone,) = await phones_of(client, code, 1, 0)
    vote = {"turn": 1, "sequence": 1, "answer": phone.state["options"][0][0]}
    flood = await asyncio.gather(
        *(client.ask("POST", f"/r/{code}/vote", {**vote, "sequence": i}, phone.id) for i in range(200))
    )
    forged = [await client.ask("POST", f"/r/{code}/vote", vote, f"{i:024x}.{i:032x}") for i in range(20)]
    codes = [await client.ask("POST", f"/r/{'BCDFG'[:4]}{letter}/join") for letter in "AEIOU"]
    large = await client.ask("POST", f"/r/{code}/vote", vote, phone.id, length=LARGE)
    command = await client.ask("POST", f"/r/{code}/desk", {"do": "reveal"}, "x" * 32)
    await instructor.until(lambda state: state["answered"] == 1)
    answers = {"flood": flood, "forged": forged, "codes": codes, "large": [large], "command": [command]}
    told = {
        name: dict(Counter(f"{status} {body.get('refused', 'taken')}" for status, body in all_))
        for name, all_ in answers.items()
    }
    await instructor.do("end")
    instructor.listening.cancel()
    phone.listening.cancel()
    return told | {"votes_counted": 1}


async def measure(url: str, pid: int | None, phones: int, changes: int) -> dict:
    """A small room first, so that memory is compared warm."""
    await lesson_of_a_room(url, 20, 0, 0.5)
    memory = {"before": resident(pid) if pid else None}
    told = await lesson_of_a_room(url, phones, changes)
    await asyncio.sleep(1)
    memory["after"] = resident(pid) if pid else None
    again = await lesson_of_a_room(url, phones, changes)
    await asyncio.sleep(1)
    memory["after_another"] = resident(pid) if pid else None
    mib = {name: round(bytes_ / 2**20, 1) for name, bytes_ in memory.items() if bytes_}
    return {**told, "again": again, "memory_mib": mib, "refused": await unwanted(url)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=200)
    parser.add_argument("--changes", type=int, default=3)
    parser.add_argument("--url", help="of an app that runs already")
    asked = parser.parse_args()
    server, url, _ = (None, asked.url, 0) if asked.url else start_app()
    try:
        print(json.dumps(asyncio.run(measure(url, server and server.pid, asked.phones, asked.changes)), indent=1))
    finally:
        if server:
            server.terminate()
            server.wait(20)


if __name__ == "__main__":
    main()
