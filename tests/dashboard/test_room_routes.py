"""The rooms as phones and instructors meet them: over HTTP, under an address of the owner's choice."""

import asyncio
import json
import re
import socket
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.room import QUESTION, Client, Instructor, lesson_of_a_room, phones_of, unwanted
from dashboard.language import LANGUAGES, catalog
from dashboard.room import routes
from dashboard.room.rooms import Bounds
from tests.dashboard.room_server import room_server

LIGHT = 60_000  # bytes of the phones' page, all in all


@pytest.fixture(scope="module")
def url():
    with room_server("/aula") as (address, _):
        yield address


def run(coroutine):
    """In a thread of its own: a test before this one may have left a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def got(url: str, headers=None, body=None):
    """Status, headers and text of an answer, an error's included."""
    request = urllib.request.Request(
        url, headers=headers or {}, data=None if body is None else json.dumps(body).encode()
    )
    try:
        answer = urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers, answer.read().decode()


def opened(url: str) -> dict:
    return json.loads(got(f"{url}/r", body=QUESTION)[2])


def test_thirty_phones_that_lose_the_line_change_their_minds_and_send_twice_lose_no_vote_and_double_none(url):
    told = run(lesson_of_a_room(url, 30, 2, within=0.2))
    assert told["lost_or_doubled"] == 0 and told["votes"] == 30 * 4


def test_floods_forged_ids_wrong_codes_and_large_bodies_are_refused_and_one_vote_is_counted(url):
    told = run(unwanted(url))
    assert told["flood"]["200 taken"] < 60 and told["flood"].keys() == {"200 taken", "429 flood"}
    assert (told["forged"], told["large"], told["command"]) == ({"403 forged": 20}, {"413 large": 1}, {"403 secret": 1})
    assert told["codes"] == {"404 unknown": 5}


def test_a_body_without_a_length_is_refused_as_soon_as_it_is_too_large(url):
    async def stream() -> bytes:
        client = Client(url)
        reader, writer = await asyncio.open_connection(client.host, client.port)
        writer.write(f"POST {client.base}/r HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n".encode())
        writer.write(b"10000\r\n" + b"x" * 2**16 + b"\r\n")  # and no end
        status = await reader.readexactly(12)
        writer.close()
        return status

    assert run(stream()) == b"HTTP/1.1 413"


def test_the_phones_page_is_light_sets_no_cookie_and_asks_for_nothing_of_others(url):
    total = 0
    _, headers, text = got(f"{url}/r")
    for path in ("/aula/r", *re.findall(r'(?:src|href)="(/[^"]+)"', text)):
        status, answered, body = got(url.removesuffix("/aula") + path)
        assert (
            status == 200 and "set-cookie" not in answered and "https://" not in body.replace("https://www.w3.org", "")
        )
        total += len(body.encode())
    assert (
        total <= LIGHT
        and "phone.js" in text
        and "unsafe-eval" not in headers["content-security-policy"].replace("wasm-unsafe-eval", "")
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_speaks_the_language_of_the_room_and_without_one_that_of_the_browser(url, lang):
    code = json.loads(got(f"{url}/r", body={**QUESTION, "lang": lang})[2])["code"]
    other = next(one for one in LANGUAGES if one != lang)
    assert f'<html lang="{LANGUAGES[lang]}"' in got(f"{url}/r/{code}", {"accept-language": other})[2]
    status, _, text = got(f"{url}/r/AEIOU", {"accept-language": f"fr, {lang};q=0.8"})
    assert status == 404 and catalog()["room.refused.unknown"][lang] in text
    status, _, text = got(f"{url}/r/AEIOU/join", {"accept-language": lang}, {})
    assert (status, json.loads(text)) == (404, {"refused": "unknown", "said": catalog()["room.refused.unknown"][lang]})


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_the_pages_of_others_can_neither_open_a_room_nor_vote_nor_command(url, headers):
    room = opened(url)
    for path in ("/r", f"/r/{room['code']}/join", f"/r/{room['code']}/vote", f"/r/{room['code']}/desk"):
        status, _, text = got(url + path, {**headers, "authorization": f"Bearer {room['secret']}"}, QUESTION)
        assert (status, json.loads(text)["refused"]) == (403, "origin")


def test_our_own_page_may_whatever_the_browser_says_of_where_it_is(url):
    host = url.removesuffix("/aula")
    for headers in ({"origin": host}, {"sec-fetch-site": "same-origin", "origin": "https://behind.a.proxy"}, {}):
        assert got(f"{url}/r", headers, QUESTION)[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        [1],
        {},
        {"lesson": "temperature"},
        {"tokens": [["a"]]},
        {"tokens": 3},
        {"lesson": {}, "exercise": 1, "lang": None},
    ],
)
def test_what_is_no_question_opens_no_room(url, body):
    status, _, text = got(f"{url}/r", body=body)
    assert (status, json.loads(text)["refused"]) == (422, "question")


def test_a_vote_that_is_malformed_is_refused(url):
    async def votes():
        client = Client(url)
        code = await (instructor := Instructor(client)).open(QUESTION)
        (phone,) = await phones_of(client, code, 1, 0)
        bad = [
            {},
            {"turn": 1, "sequence": 1, "answer": 0},
            {"turn": True, "sequence": 1, "answer": "0"},
            {"turn": 1, "sequence": "1", "answer": "0"},
        ]
        told = [await client.ask("POST", f"/r/{code}/vote", one, phone.id) for one in bad]
        phone.listening.cancel()
        instructor.listening.cancel()
        return told

    assert {(status, told["refused"]) for status, told in run(votes())} == {(422, "answer")}


def test_a_stream_begins_with_all_there_is_to_know_so_that_who_comes_back_needs_nothing_that_was_missed(url):
    async def comes_back():
        client = Client(url)
        instructor = Instructor(client)
        code = await instructor.open(QUESTION)
        (phone,) = await phones_of(client, code, 1, 0)
        await phone.vote("1")
        phone.listening.cancel()
        await instructor.do("close")
        await instructor.do("again")
        state = await anext(client.events(f"/r/{code}/stream", phone.id))
        instructor.listening.cancel()
        return state

    state = run(comes_back())
    assert (state["turn"], state["vote"], state["phase"], state["given"], state["away"]) == (
        2,
        2,
        "open",
        ["1", None],
        False,
    )


def test_the_phones_are_told_when_the_instructor_loses_the_line_and_when_he_is_back(url):
    async def leaves():
        service = routes.Service("", Bounds(away=0.2))
        room, _ = service.rooms.open(await routes._question(QUESTION), service.clock())
        browser = room.join(0)
        stream = service._to_phone(room, browser, room.phone(browser))
        seen = [await anext(stream)]
        await asyncio.sleep(0.3)
        service._ring(service._phones, room.code)  # what a beat does
        seen.append(await anext(stream))
        service._seen(room)
        seen.append(await anext(stream))
        await stream.aclose()
        return [json.loads(one.split("data: ")[1])["away"] for one in seen]

    assert run(leaves()) == [False, True, False]


def test_the_qr_code_leads_to_the_room_under_the_origin_that_phones_reach(url):
    room = opened(url)
    place = f"{url}/r/{room['code']}/qr.svg?origin="
    status, headers, text = got(f"{place}http://192.168.0.7:8501")
    assert status == 200 and headers["content-type"] == "image/svg+xml" and text.startswith("<svg")
    assert (
        text != got(f"{place}http://192.168.0.8:8501")[2]
        and routes._qr(f"http://192.168.0.7:8501/aula/r/{room['code']}").decode() == text
    )
    for bad in ("javascript:x", "http://a/b", "ftp://a", ""):
        assert got(f"{place}{bad}")[0] == 422


def test_the_addresses_are_of_this_machine_and_of_no_loop():
    for one in routes.addresses():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((one, 0))
        assert not one.startswith("127.")


def test_a_room_that_was_closed_is_gone_for_everyone(url):
    async def ends():
        client = Client(url)
        instructor = Instructor(client)
        code = await instructor.open(QUESTION)
        (phone,) = await phones_of(client, code, 1, 0)
        await instructor.do("end")
        await asyncio.wait_for(phone.listening, 10)
        return [await client.ask("POST", f"/r/{code}/{path}", {}, phone.id) for path in ("join", "vote", "desk")]

    assert [(status, told["refused"]) for status, told in run(ends())] == [(404, "unknown")] * 3
