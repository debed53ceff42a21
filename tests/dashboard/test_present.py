"""A lesson as beats: what the stage shows, in which order, by which key."""

import json
from contextlib import closing

import pytest
from py_mini_racer import MiniRacer

from dashboard.page.scripts import present_script

BLOCKS = [
    {"kind": "title", "id": ""},
    {"kind": "place", "id": "bet-first"},
    {"kind": "text", "id": ""},
    {"kind": "question", "id": "ratio"},
    {"kind": "heading", "id": "idea", "level": 2, "text": "The idea"},
    {"kind": "text", "id": ""},
    {"kind": "formula", "id": ""},
    {"kind": "figure", "id": "tau"},
    {"kind": "answer", "id": "ratio-answer", "to": "ratio"},
    {"kind": "heading", "id": "limit", "level": 2, "text": "The limit"},
    {"kind": "heading", "id": "cold", "level": 3, "text": "Cold"},
    {"kind": "statement", "id": ""},
    {
        "kind": "fold",
        "id": "proof-1",
        "text": "Proof",
        "blocks": [{"kind": "text", "id": ""}, {"kind": "table", "id": ""}],
    },
    {"kind": "fold", "id": "more-1", "text": "In numbers", "blocks": [{"kind": "work", "id": "by-hand"}]},
    {"kind": "instructor", "id": ""},
    {"kind": "text", "id": ""},
]


@pytest.fixture(scope="module")
def ask():
    """The value of an expression over `all`, the beats of BLOCKS."""
    with closing(MiniRacer()) as racer:
        racer.eval("globalThis.CSS = {}; globalThis.document = undefined;")
        racer.eval(present_script() + "globalThis.P = Amostra.present;")
        racer.eval(f"const blocks = {json.dumps(BLOCKS)}, all = P.beats(blocks);")
        yield lambda expression: json.loads(racer.eval(f"JSON.stringify({expression})"))


def test_a_lesson_becomes_beats_in_its_own_order_each_under_its_heading_and_a_name_of_its_own(ask):
    assert ask("all.map(({ id, kind, section, fold }) => [id, kind, section, fold])") == [
        ["title", "title", "", ""],
        ["bet-first", "prose", "", ""],
        ["ratio", "question", "", ""],
        ["idea", "prose", "The idea", ""],
        ["tau", "figure", "The idea", ""],
        ["ratio-answer", "answer", "The idea", ""],
        ["limit", "statement", "The limit", ""],
        ["proof-1-1", "prose", "The limit", "Proof"],
        ["proof-1-2", "table", "The limit", "Proof"],
        ["by-hand", "work", "The limit", "In numbers"],
        ["limit-1", "prose", "The limit", ""],
        ["end", "end", "", ""],
    ]
    assert ask("all[6].blocks.map(({ kind }) => kind)") == ["heading", "heading", "statement"]
    assert "instructor" not in ask("all.flatMap((beat) => beat.blocks.map(({ kind }) => kind))")


def test_what_is_folded_is_passed_over_until_it_is_asked_for_and_then_leads_back(ask):
    assert ask("P.after(all, 6)") == 10 and ask("P.before(all, 10)") == 6
    assert [ask(f"P.folded(all, {at})") for at in (5, 6, 7, 8, 9, 10)] == [-1, 7, 9, 9, -1, -1]
    assert [ask(f"P.after(all, {at})") for at in (7, 8, 9)] == [8, 10, 10]
    assert [ask(f"P.before(all, {at})") for at in (7, 8, 9)] == [6, 7, 6]
    assert ask("P.progress(all, 7)") == ask("P.progress(all, 6)") == {"count": 7, "of": 9, "share": 0.75}


def test_the_first_and_the_last_beat_stay_where_they_are(ask):
    assert ask("P.before(all, 0)") == 0 and ask("P.after(all, all.length - 1)") == 11
    walked = "(() => { let at = 0, n = 0; while (P.after(all, at) !== at) { at = P.after(all, at); n += 1; } return [at, n]; })()"
    assert ask(walked) == [11, 8]


def test_an_address_names_a_beat_and_its_step_and_what_it_cannot_name_is_nothing(ask):
    for at, step in ((0, 0), (4, 2), (9, 11)):
        assert ask(f"P.named(all, P.written(all, {at}, {step}))") == {"at": at, "step": step}
    assert ask("['nowhere', '', 'tau.x', null, '.3'].map((text) => P.named(all, text) ?? 0)") == [0, 0, 0, 0, 0]
    assert ask("[P.holding(all, 'cold'), P.holding(all, 'ratio-answer'), P.holding(all, 'nowhere')]") == [6, 5, -1]


def test_two_beats_never_share_a_name(ask):
    same = '[{ kind: "text", id: "" }, { kind: "table", id: "" }, { kind: "text", id: "" }, { kind: "table", id: "" }]'
    names = ask(f"P.beats({same}).map(({{ id }}) => id)")
    assert len(set(names)) == len(names) == 6


@pytest.mark.parametrize(
    "key, focus, asked",
    [
        ("ArrowRight", "", "next"),
        (" ", "", "next"),
        ("PageDown", "range", "next"),  # a clicker's, whatever was clicked before
        ("PageUp", "text", "previous"),
        ("ArrowRight", "range", None),
        ("Home", "range", None),
        (" ", "range", "next"),
        ("ArrowLeft", "text", None),
        ("b", "text", None),
        ("B", "", "blank"),
        (" ", "select", None),
        ("ArrowDown", "radio", None),
        ("ArrowRight", "radio", "next"),
        ("Escape", "text", "leave"),
        ("x", "", None),
        ("Enter", "", None),
    ],
)
def test_a_key_does_one_thing_unless_it_belongs_to_what_has_the_focus(ask, key, focus, asked):
    assert ask(f"P.command({{ key: {json.dumps(key)} }}, {{ kind: '{focus}', byKeyboard: false }}) ?? null") == asked


def test_a_space_belongs_to_the_button_that_tab_has_reached_and_no_key_with_another_is_taken(ask):
    assert ask("P.command({ key: ' ' }, { kind: 'press', byKeyboard: true }) ?? null") is None
    assert ask("P.command({ key: ' ' }, { kind: 'press', byKeyboard: false })") == "next"
    assert ask("P.command({ key: ' ', shiftKey: true })") == "previous"
    assert ask("[P.command({ key: 't' }), P.command({ key: 'T', shiftKey: true })]") == ["timer", "zero"]
    for other in ("ctrlKey", "metaKey", "altKey"):
        assert ask(f"P.command({{ key: 'f', {other}: true }}) ?? null") is None


def test_the_plan_of_a_class_is_cut_where_it_gives_minutes(ask):
    text = "Ask for the bet (2 min). Take τ to 0, and ask (3 min). Common mistakes: that τ = 1 fixes the text."
    assert ask(f"P.planOf({json.dumps(text)})") == {
        "steps": [
            {"text": "Ask for the bet", "minutes": "2"},
            {"text": "Take τ to 0, and ask", "minutes": "3"},
        ],
        "rest": "Common mistakes: that τ = 1 fixes the text.",
    }
    assert ask("P.planOf('No minutes here.')") == {"steps": [], "rest": "No minutes here."}


def test_the_clock_shows_minutes_and_hours_only_when_there_are_any(ask):
    assert [ask(f"P.clock({ms})") for ms in (0, 61_999, 3_600_000)] == ["00:00", "01:01", "1:00:00"]
