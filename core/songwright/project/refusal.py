"""How a model says no in Songwright's own words, inside pydantic's machinery."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

#: The ``type`` of errors that carry a finished sentence and advice in their ``ctx``.
REFUSAL = "songwright"


def reason(message: str, *path: str | int, value: Any = None, hint: str = "") -> InitErrorDetails:
    """One thing that is wrong at ``path`` below the value being validated.

    Args:
        message: what is wrong, the value, the rule.
        path: keys and indices from the value being validated to the one that is wrong.
        value: the value that is wrong.
        hint: what to do.
    """
    error = PydanticCustomError(REFUSAL, "{message}", {"message": message, "hint": hint})
    return InitErrorDetails(type=error, loc=path, input=value)


def refusal(*reasons: InitErrorDetails) -> ValidationError:
    """The error that a validator raises for one or more reasons."""
    return ValidationError.from_exception_data("project", list(reasons))
