"""The app without a browser: what the address may say, what a visitor reads when something fails, what the owner may set."""

import logging
import os
import re
import subprocess
import sys
import tomllib
from contextlib import suppress

import pytest
from streamlit.testing.v1 import AppTest

from core.file_checks import RunFileError
from core.models.events import RemoteError
from core.models.hub_list import HubError
from dashboard.app import startup
from dashboard.app.faults import fault
from dashboard.app.limits import LimitError
from dashboard.app.log import logged
from dashboard.app.messages import literal
from dashboard.language import ROOT, say, using
from tests.dashboard.addresses import addresses, open_alone, script


def visit(page: str, **query) -> AppTest:
    app = AppTest.from_string(script(page), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


# The address ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page, name, value", [
    *((page, "lang", value) for page in ("lab", "glossary") for value in ("", "xx", "EN", ["pt", "en"])), ("glossary", "present", ""),
])  # fmt: skip
def test_a_value_that_the_page_does_not_have_is_replaced_and_told(page, name, value):
    app = visit(page, **{name: value})
    assert not app.exception
    assert [f"`{name}`" in one.value for one in app.toast] == [True]
    assert name not in app.query_params


def test_a_value_that_the_page_has_is_taken_without_a_word():
    app = visit("glossary", lang="en", present="True")
    assert not app.exception and not app.toast


@pytest.mark.parametrize("page, query", list(addresses(16, seed=3)))
def test_no_address_breaks_a_page(page, query):
    assert open_alone(page, query) == []


# What fails -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("drawn", ["831e70", "123456"])
def test_a_code_of_the_log_is_never_taken_for_a_number(drawn, monkeypatch):
    monkeypatch.setattr("secrets.token_hex", lambda _: drawn)
    code = logged(ValueError())
    assert re.fullmatch("[0-9a-f]{6}", code) and literal(code) == f"`{code}`"


@pytest.mark.parametrize("lang", ["pt", "en"])
def test_an_error_nobody_foresaw_is_a_code_that_the_log_explains(lang, caplog):
    fails = "import streamlit as st\nfrom dashboard.app.startup import unexpected\nst.query_params.lang = {!r}\n" \
            "try:\n    open('/secret/place')\nexcept OSError as error:\n    unexpected(error)\n"  # fmt: skip
    with caplog.at_level(logging.ERROR):
        app = AppTest.from_string(fails.format(lang)).run()
    (told,) = [one.value for one in app.error]
    (record,) = [one for one in caplog.records if one.name == "dashboard.app.log"]
    with using(lang):
        assert told == say("fault.unexpected", code=f"`{record.args[0]}`")
    assert "secret" not in told and "/secret/place" in caplog.text and "Traceback" in caplog.text


REASONS = (
    "not_listed",
    "bad_list",
    "no_gpu",
    "no_network",
    "no_weights",
    "not_enough_memory",
    "corrupt",
    "not_supported",
)
KINDS = ("unreachable", "timeout", "refused", "model", "logprobs", "malformed", "failed", "interrupted")
FIELDS = ("tokens", "rows", "prompt", "alternatives", "seconds", "waiting", "per_visitor")


@pytest.mark.parametrize("lang", ["pt", "en"])
@pytest.mark.parametrize(
    "error",
    [
        *(HubError(reason, "org/model", "detail", 10**10, 10**9) for reason in REASONS),
        *(RemoteError(kind, "detail") for kind in KINDS),
        *(LimitError(name, 9, 8) for name in FIELDS),
        RunFileError("rows[0]", "missing"),
        RunFileError("", "not JSON"),
        KeyError("other"),
    ],
    ids=str,
)
def test_every_error_is_a_sentence_in_the_readers_language(error, lang):
    with using(lang):
        said = fault(error)
    assert len(said) > 20 and "{" not in said


# What the owner sets --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name, value", [
    ("AMOSTRA_LIMIT_TOKENS", "0.5"), ("AMOSTRA_LIMIT_TOKENS", "1e300"), ("AMOSTRA_LIMIT_SECONDS", "nan"), ("AMOSTRA_MODELS", "/nowhere"), ("AMOSTRA_EMBED", "moodle.example.org"),
])  # fmt: skip
def test_a_setting_that_cannot_be_followed_ends_the_program_and_is_named(name, value, monkeypatch):
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=f"error: .*{name}"):
        startup.check_settings()


def test_an_odd_list_of_models_ends_the_program_and_names_the_variable(tmp_path, monkeypatch):
    listed = tmp_path / "hub.toml"
    listed.write_text('[[model]]\nname = "a/b"\nparameters = 10\nlicence = 5\n')
    monkeypatch.setenv("AMOSTRA_MODELS", str(listed))
    with pytest.raises(SystemExit, match=r"AMOSTRA_MODELS: .*'a/b': licence"):
        startup.check_settings()


def test_the_server_does_not_start_with_such_a_setting():
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port=0"]
    ended = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"AMOSTRA_LIMIT_TOKENS": "0.5"}, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode != 0
    assert (
        "error: AMOSTRA_LIMIT_TOKENS must be a whole number from 1" in ended.stderr and "Traceback" not in ended.stderr
    )


def test_the_limit_of_open_files_is_raised_as_far_as_it_goes():
    resource = pytest.importorskip("resource")  # Windows has none
    code = "import resource; from dashboard.app.startup import raise_descriptors; raise_descriptors(); print(*resource.getrlimit(resource.RLIMIT_NOFILE))"

    def lowered() -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(ValueError):
            resource.setrlimit(
                resource.RLIMIT_NOFILE, (256, hard if hard == resource.RLIM_INFINITY else min(hard, 100_000))
            )

    soft, hard = map(
        int,
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, preexec_fn=lowered, capture_output=True, text=True
        ).stdout.split(),
    )
    assert soft == (startup.DESCRIPTORS if hard == -1 else min(startup.DESCRIPTORS, hard)) > 256


def test_uploads_are_small():
    server = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["server"]
    assert server["maxUploadSize"] <= 1


def test_the_server_starts_without_torch():
    code = "import sys, streamlit_app; print(sorted({'torch', 'numba', 'transformers'} & sys.modules.keys()))"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AMOSTRA_")}
    assert (
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True
        ).stdout.strip()
        == "[]"
    )
