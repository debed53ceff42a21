"""Runs of pytest that need not import what is heavy: each is a fork of this process, which knows nothing of the project.

A line of the input is a run, as JSON: its folder, the file for what it says, its arguments. A line of the output is its
exit status.
"""

import importlib
import json
import os
import signal
import sys
import traceback

import pytest

HEAVY = ("hypothesis", "numba", "playwright.sync_api", "py_mini_racer", "torch", "transformers")
LONGEST = 600  # s


def run(folder: str, log: str, arguments: list[str]) -> None:
    """Become the run, and end with it."""
    status = pytest.ExitCode.INTERNAL_ERROR
    try:
        signal.alarm(LONGEST)
        os.chdir(folder)
        os.environ["PYTHONPATH"] = folder
        sys.path.insert(0, folder)
        said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(said, stream)
        status = pytest.main(arguments)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


if __name__ == "__main__":
    for name in HEAVY:
        importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork() or run(*json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
