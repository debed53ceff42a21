"""What went wrong and what to change, in the reader's language; what nobody foresaw, as a code that the log explains."""

from collections.abc import Callable

from core import Missing, ParameterError
from core.file_checks import RunFileError
from core.models.events import RemoteError
from core.models.hub_list import HubError
from dashboard.app.limits import LimitError
from dashboard.app.log import logged
from dashboard.app.messages import Words, message
from dashboard.language import number, say, short


def fault(error: Exception, message: Callable[..., str] = message) -> str:
    """An error as a sentence. One of `core` or of the queue says what to change, any other one has a code.

    Args:
        message: puts the values into the words: for Streamlit, or `messages.plain`.
    """
    match error:
        case ParameterError():
            return message("lab.invalid", argument=error.argument, accepted=error.accepted, value=error.value)
        case RunFileError():
            if not error.where:
                return message("generation.fault.file.all", fault=error.fault)
            return message("generation.fault.file", where=error.where, fault=error.fault)
        case LimitError():
            amounts = {"value": short(error.value, 0), "allowed": short(error.allowed, 0)}
            return message(f"generation.fault.limit.{error.limit}", **amounts)
        case RemoteError():
            return message(f"generation.fault.remote.{error.kind}", detail=error.detail)
        case HubError():
            needed, available = (number((size or 0) / 1e9, 1) for size in (error.needed, error.available))
            told = {"model": error.model, "detail": error.detail, "needed": needed, "available": available}
            return message(f"generation.fault.hub.{error.reason}", **told)
        case _:
            return message("fault.unexpected", code=logged(error))


def lost(missing: Missing) -> Words:
    """What an engine cannot express."""
    value = " → ".join(say(f"stage.{name}") for name in missing.value) if missing.key == "order" else missing.value
    return message(f"missing.{missing.key}", engine=missing.engine, field=missing.field, value=value)
