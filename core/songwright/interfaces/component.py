"""What every plugin component has: a name, a version, parameters, a line of help."""

from __future__ import annotations

from typing import Any, ClassVar

from songwright.knobs import Params


class Component:
    """Base of all components. The first line of a subclass's docstring is its help text."""

    #: Kebab-case, unique in its kind: what a project writes after ``use:``.
    name: ClassVar[str]
    #: Changes whenever the component's output changes for the same input; part of every cache key.
    version: ClassVar[str] = "1"
    #: The parameters, declared once with :func:`songwright.knobs.knob`.
    Params: ClassVar[type[Params]] = Params
    #: What a render must credit when this component was heard (samples, weights); empty for code.
    credit: ClassVar[str] = ""

    def __init__(self, params: Any = None) -> None:
        self.params: Any = self.Params() if params is None else params

    @classmethod
    def summary(cls) -> str:
        """The one line that ``plugins list`` shows."""
        return (cls.__doc__ or "").strip().splitlines()[0] if cls.__doc__ else ""
