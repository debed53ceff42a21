"""What went wrong and what to change, in the reader's language; what nobody foresaw, as a code that the log explains."""

from core import ParameterError
from core.file_checks import RunFileError
from core.models.events import RemoteError
from core.models.hub_list import HubError
from dashboard.app.limits import LimitError
from dashboard.app.log import logged
from dashboard.app.messages import plain
from dashboard.language import number, short


def fault(error: Exception) -> str:
    """An error as a sentence. One of `core` or of the queue says what to change, any other one has a code."""
    match error:
        case ParameterError():
            return plain("lab.invalid", argument=error.argument, accepted=error.accepted, value=error.value)
        case RunFileError():
            if not error.where:
                return plain("generation.fault.file.all", fault=error.fault)
            return plain("generation.fault.file", where=error.where, fault=error.fault)
        case LimitError():
            amounts = {"value": short(error.value, 0), "allowed": short(error.allowed, 0)}
            return plain(f"generation.fault.limit.{error.limit}", **amounts)
        case RemoteError():
            return plain(f"generation.fault.remote.{error.kind}", detail=error.detail)
        case HubError():
            needed, available = (number((size or 0) / 1e9, 1) for size in (error.needed, error.available))
            told = {"model": error.model, "detail": error.detail, "needed": needed, "available": available}
            return plain(f"generation.fault.hub.{error.reason}", **told)
        case _:
            return plain("fault.unexpected", code=logged(error))
