"""The server's log, which has what visitors are not told."""

import logging
import secrets


def logged(error: Exception) -> str:
    """The short code under which the log has the error with its traceback; written there when it is first asked for."""
    if not hasattr(error, "amostra_code"):
        error.amostra_code = secrets.choice("abcdef") + secrets.token_hex(3)[1:]  # 831e70 would read as a number
        logging.getLogger(__name__).error("unexpected error, code %s", error.amostra_code, exc_info=error)
    return error.amostra_code
