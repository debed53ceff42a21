"""What went wrong and what to change, in the reader's language."""

import html

from core import Missing, ParameterError
from core.checks import RunFileError
from core.models.events import RemoteError
from core.models.hub_list import HubError
from core.models.storage import ModelFileError
from dashboard.app.limits import LimitError
from dashboard.language import number, say, short


def fault(error: Exception) -> str:
    """An error of `core` or of the queue as a sentence."""
    match error:
        case ParameterError():
            return say("lab.invalid", argument=error.argument, accepted=error.accepted, value=error.value)
        case RunFileError():
            return say(
                "generation.fault.file", where=error.where or say("generation.fault.file.all"), fault=error.fault
            )
        case LimitError():
            return say(
                f"generation.fault.limit.{error.limit}", value=short(error.value, 0), allowed=short(error.allowed, 0)
            )
        case RemoteError():
            return say(f"generation.fault.remote.{error.kind}", detail=error.detail)
        case HubError():
            needed, available = (number((size or 0) / 1e9, 1) for size in (error.needed, error.available))
            return say(
                f"generation.fault.hub.{error.reason}",
                model=error.model,
                detail=error.detail,
                needed=needed,
                available=available,
            )
        case ModelFileError():
            return say("generation.fault.model", path=error.path.name, fault=error.fault)
        case _:
            return say("generation.fault.other", error=f"{type(error).__name__}: {error}")


def lost(one: Missing) -> str:
    """What an engine cannot express."""
    value = " → ".join(say(f"stage.{name}") for name in one.value) if one.key == "order" else one.value
    return html.escape(say(f"missing.{one.key}", engine=one.engine, field=one.field, value=value))
