"""What several folders of tests share: an exported site, a real browser."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from dashboard import language
from tests.browser.launch import QUIET, chromium

NO_BROWSER = (
    "no Chromium found: install it (Debian, Ubuntu: sudo apt install chromium libatomic1; elsewhere: "
    "python -m playwright install chromium) or name one in CHROMIUM=/path/to/chromium"
)

# A slow machine is no fault. The rest is Hypothesis' own choice: in CI always the same cases, else new ones.
settings.register_profile("tests", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


@pytest.fixture(autouse=True)
def _no_test_leaves_a_language_behind() -> Iterator[None]:
    """What a test puts in force for itself must not reach the next, which may run in any order."""
    before = language.current()
    yield
    assert language.current() == before, (
        "this test left another language in force: dashboard.language.using gives it back"
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with ExitStack() as stack:
        try:
            playwright = stack.enter_context(sync_playwright())
            one = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        except Exception as error:
            if os.environ.get("CI"):
                raise RuntimeError(NO_BROWSER) from error  # in CI the browser tests run or the run fails
            pytest.skip(f"{NO_BROWSER} ({type(error).__name__})")
        yield one
        one.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one exported site, the same for the whole session and all its processes: look, do not write."""
    from dashboard.export import export

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # one folder above those of the processes
    folder = shared / "export" / "site"
    with FileLock(shared / "export.lock"):
        if not folder.exists():
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("AMOSTRA_SITE", "")  # as it is read without an address, whatever its owner has set
                export(folder)
    return folder
