"""A component where one is plugged in: ``use`` names it, the other keys are its own parameters.

A model field says which kind it takes: ``effects: tuple[Annotated[Use, Plugged("effect")], ...]``. The
plugins that names are looked up in come with pydantic's validation context, under ``"plugins"``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, ValidationError, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from songwright.errors import PluginError
from songwright.interfaces.style import Style
from songwright.knobs import Params
from songwright.plugins import Entry, Plugins, UnknownComponentError, installed_plugins
from songwright.project.refusal import reason, refusal


class Model(Params):
    """Base of the project's parts: knobs are understood as in components."""

    model_config = ConfigDict(validate_default=False)

    #: The key that a bare value stands for: ``fm-bass`` is ``{use: fm-bass}``.
    bare: ClassVar[str] = ""
    #: The keys that the items of a list stand for: ``["1:1", -18 dB]`` is ``{at: "1:1", value: -18 dB}``.
    positional: ClassVar[tuple[str, ...]] = ()


class Sidechain(Model):
    """Where an effect listens: ``{from: drums, tap: pre}``, or ``drums``."""

    bare = "from"

    source: str = Field(alias="from", description="id of a track or bus")
    tap: Literal["pre", "post"] = Field("post", description="before or after the source's fader")


class Use(BaseModel):
    """A component where one is plugged in: ``name`` or ``{use: name, id: ..., its own parameters}``.

    ``params`` is an instance of the component's own ``Params``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    bare: ClassVar[str] = "use"

    name: str
    params: Any
    id: str  # defaults to the name; automation addresses it
    sidechain: Sidechain | None = None


class VoiceUse(Model):
    """Who sings: a chain of providers, first that can; the rest of the keys say how, or are the providers' own.

    What the project names and nobody installed is left out where another may stand in; ``check`` warns.

    ``params`` holds those keys as they are written: they were checked against the singer's manner
    (:class:`~songwright.interfaces.style.Style`) and the providers that know them, and each takes its own.
    """

    bare = "use"

    use: tuple[str, ...] = Field(description="voice providers, the first that can sings", min_length=1)
    profile: str | None = Field(
        None, description="whose voice to sound like: a profile by name, or a file such as voices/anna.profile"
    )
    fallback: Literal["never", "same_voice", "any"] = Field("any", description="who may stand in when a provider fails")
    params: dict[str, Any] = Field(default={}, exclude=True, alias="(params)")


#: The host's keys beside a component's parameters, with what they take.
USE_KEYS: Mapping[str, Any] = {"use": str, "id": str | None, "sidechain": Sidechain | None}
VOICE_KEYS: Mapping[str, Any] = {
    key: field.annotation for key, field in VoiceUse.model_fields.items() if not field.exclude
}


@dataclass(frozen=True)
class Plugged:
    """Marks what kind of component a field takes; ``many`` for a chain of voices."""

    kind: str
    many: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Validate with the plugins at hand."""
        return core_schema.with_info_plain_validator_function(self._resolve_many if self.many else self._resolve)

    @property
    def shared(self) -> tuple[type[Params], ...]:
        """Parameters that every component of the kind takes beside its own: of a voice, how it sings."""
        return (Style,) if self.many else ()

    def _resolve(self, value: Any, info: ValidationInfo) -> Use:
        if isinstance(value, Use):
            return value
        if not isinstance(value, dict) or not isinstance(value.get("use"), str):
            article = "an" if self.kind[0] in "aeiou" else "a"
            message = f"{article} {self.kind} is named by its key 'use', which is missing or no text"
            hint = f"write a name, or `{{use: NAME}}`; `songwright plugins list {self.kind}s` prints the names"
            raise refusal(reason(message, value=value, hint=hint))
        own, rest = _split(value, USE_KEYS)
        name = own.pop("use")
        entry = _entry(info, self.kind, name, "use")
        identity = _read(_Identity, own)
        params = _read_params(entry, entry.component.Params, rest)
        return Use(name=name, params=params, id=identity.id or name, sidechain=identity.sidechain)

    def _resolve_many(self, value: Any, info: ValidationInfo) -> VoiceUse:
        if isinstance(value, VoiceUse):
            return value
        own, rest = _split(value if isinstance(value, dict) else {}, VOICE_KEYS)
        voice = _read(VoiceUse, own)
        installed = [name for name in voice.use if _is_installed(info, self.kind, name)]
        needed = installed if installed and voice.fallback != "never" else voice.use
        entries = [_entry(info, self.kind, name, "use", voice.use.index(name)) for name in needed]
        unknown = rest
        for entry in entries:
            for params in (*self.shared, entry.component.Params):
                keys = {knob.key for knob in params.knobs()}
                _read_params(entry, params, _split(rest, keys)[0])
                unknown = _split(unknown, keys)[1]
        _read(entries[-1].component.Params, unknown)
        return voice.model_copy(update={"use": tuple(needed), "params": rest})


class _Identity(Model):
    id: str | None = None
    sidechain: Sidechain | None = None


Read = TypeVar("Read", bound=Params)


def _split(mapping: Mapping[str, Any], keys: Collection[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The entries with one of ``keys``, and the others."""
    own = {key: value for key, value in mapping.items() if key in keys}
    return own, {key: value for key, value in mapping.items() if key not in keys}


def _read(model: type[Read], written: Mapping[str, Any]) -> Read:
    return model.model_validate(written, by_alias=True, by_name=False)


def _read_params(entry: Entry, params: type[Params], written: Mapping[str, Any]) -> Params:
    """The parameters of a component. Its own rules may fail: that is the plugin's fault, not the project's."""
    try:
        return _read(params, written)
    except ValidationError:
        raise
    except Exception as error:
        message = f"its parameters cannot be read: {type(error).__name__}: {error}"
        raise PluginError(message, plugin=entry.name, distribution=entry.distribution) from error


def _entry(info: ValidationInfo, kind: str, name: str, *path: str | int) -> Entry:
    """The component and its origin, or a refusal at ``path`` that says what to do."""
    context = info.context or {}
    plugins: Plugins = context.get("plugins") or installed_plugins()
    try:
        return plugins.entry(kind, name)
    except UnknownComponentError as error:
        hint = _advice(error, plugins, context.get("missing", ()))
        raise refusal(reason(str(error), *path, value=name, hint=hint)) from None
    except PluginError as error:
        raise refusal(reason(str(error), *path, value=name)) from None


def _is_installed(info: ValidationInfo, kind: str, name: str) -> bool:
    plugins: Plugins = (info.context or {}).get("plugins") or installed_plugins()
    return (kind, name) in plugins.entries


def _advice(error: UnknownComponentError, plugins: Plugins, missing: tuple[str, ...]) -> str:
    close = f"did you mean {' or '.join(map(repr, error.close))}? " if error.close else ""
    if missing:
        return f"{close}the project requires {', '.join(missing)}: pip install {' '.join(missing)}"
    left_out = "".join(f"; {failure}" for failure in plugins.failures)
    return f"{close}`songwright plugins list {error.kind}s` prints the installed ones{left_out}"
