"""Discovery, isolation and registries: from entry points to components by name.

Plugins enter through the entry-point group ``songwright``, built-in ones too. A plugin that fails to
import or to register is set aside with its error and the rest works; whoever asks for one of
its components is told why it is missing. Two components of one kind and name are a conflict: it
is named, with both distributions, when the name is used, and ``prefer`` chooses.

``SONGWRIGHT_PLUGINS=a,b`` loads only those entry points; ``safe`` loads the built-in ones only.
"""

from __future__ import annotations

import difflib
import functools
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import pluggy

from songwright import hookspecs
from songwright.errors import PluginError, SongwrightError
from songwright.interfaces.component import Component

GROUP = "songwright"
BUILT_IN = "songwright"  # the distribution of the built-in plugins

#: Kind → the hook that supplies it.
KINDS: Mapping[str, str] = {
    "genre": "songwright_genres",
    "progression": "songwright_progressions",
    "pattern": "songwright_patterns",
    "instrument": "songwright_instruments",
    "effect": "songwright_effects",
    "voice": "songwright_voices",
    "exporter": "songwright_exporters",
}


@dataclass(frozen=True)
class Entry:
    """A component and where it came from."""

    kind: str
    name: str
    source: type[Any] | str  # the class, or where it lies: "module:Class"
    plugin: str
    distribution: str
    distribution_version: str

    @functools.cached_property
    def component(self) -> type[Any]:
        """The class, imported when it is first asked for.

        Raises:
            PluginError: it cannot be imported, or is not what it was given as.
        """
        if not isinstance(self.source, str):
            return self.source
        try:
            component: type[Any] = EntryPoint(self.name, self.source, GROUP).load()
            _check(self.kind, component, self.name)
        except Exception as error:
            message = f"{self.kind} {self.name!r} cannot be loaded: {type(error).__name__}: {error}"
            raise PluginError(message, plugin=self.plugin, distribution=self.distribution) from error
        return component

    @property
    def version(self) -> str:
        """The component's own version, part of every cache key."""
        return str(self.component.version)


@dataclass(frozen=True)
class Failure:
    """A plugin that could not be loaded, and why."""

    plugin: str
    distribution: str
    error: Exception

    def __str__(self) -> str:
        return (
            f"plugin {self.plugin!r} (from {self.distribution}) was left out: {type(self.error).__name__}: {self.error}"
        )


class UnknownComponentError(LookupError):
    """No installed plugin supplies the component. ``close`` are names that look alike."""

    def __init__(self, kind: str, name: str, close: Sequence[str]) -> None:
        self.kind, self.name, self.close = kind, name, tuple(close)
        super().__init__(f"no {kind} is named {name!r}")


@dataclass
class Plugins:
    """What is installed: components by kind and name, failures, and the hooks for observers."""

    manager: pluggy.PluginManager
    entries: dict[tuple[str, str], list[Entry]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    prefer: Mapping[str, str] = field(default_factory=dict)  # component name → distribution

    def tell(self, hook: str, **what: Any) -> None:
        """Tell the observers: ``plugins.tell("songwright_arranged", arrangement=...)``.

        Raises:
            PluginError: one of them failed; the hook is named.
        """
        try:
            getattr(self.manager.hook, hook)(**what)
        except SongwrightError:
            raise
        except Exception as error:
            message = f"an observer of {hook} failed: {type(error).__name__}: {error}"
            raise PluginError(message, plugin=hook) from error

    def get(self, kind: str, name: str) -> type[Any]:
        """The component class; see :meth:`entry`."""
        return self.entry(kind, name).component

    def entry(self, kind: str, name: str) -> Entry:
        """The component, imported, and its origin.

        Raises:
            UnknownComponentError: no plugin supplies it.
            PluginError: it cannot be imported, or two distributions supply it and none is preferred.
        """
        entry = self._chosen(kind, name)
        _ = entry.component
        return entry

    def _chosen(self, kind: str, name: str) -> Entry:
        found = self.entries.get((kind, name), [])
        if not found:
            raise UnknownComponentError(kind, name, difflib.get_close_matches(name, self.names(kind), n=3))
        if len(found) == 1:
            return found[0]
        chosen = [entry for entry in found if entry.distribution == self.prefer.get(name)]
        if len(chosen) == 1:
            return chosen[0]
        both = " and ".join(f"{entry.plugin} (from {entry.distribution})" for entry in found)
        raise PluginError(
            f"two {kind}s are named {name!r}: {both}; choose with --prefer {name}={found[0].distribution}",
            plugin=found[0].plugin,
            distribution=found[0].distribution,
        )

    def names(self, kind: str) -> list[str]:
        """The names of a kind, sorted."""
        return sorted(name for entry_kind, name in self.entries if entry_kind == kind)

    def all(self, kind: str | None = None) -> list[Entry]:
        """Every entry, imported, by kind and name; conflicts included. What cannot be imported is set aside."""
        wanted = [key for key in sorted(self.entries) if kind in (None, key[0])]
        for entry in [entry for key in wanted for entry in self.entries[key]]:
            try:
                _ = entry.component
            except PluginError as error:
                self._set_aside(entry, error)
        return [entry for key in wanted for entry in self.entries.get(key, ())]

    def _set_aside(self, entry: Entry, error: PluginError) -> None:
        self.failures.append(Failure(entry.plugin, entry.distribution, error))
        key = entry.kind, entry.name
        self.entries[key] = [other for other in self.entries[key] if other is not entry]
        if not self.entries[key]:
            del self.entries[key]

    def conflicts(self) -> list[tuple[Entry, ...]]:
        """Names that several plugins supply."""
        return [tuple(found) for _, found in sorted(self.entries.items()) if len(found) > 1]


def load_plugins(
    *, only: Iterable[str] | None = None, safe: bool = False, prefer: Mapping[str, str] | None = None
) -> Plugins:
    """Load the installed plugins.

    Args:
        only: names of entry points to load; default: ``SONGWRIGHT_PLUGINS``, else all.
        safe: load built-in plugins only.
        prefer: component name → distribution, for names that clash.
    """
    if only is None and (wanted := os.environ.get("SONGWRIGHT_PLUGINS")):
        only = [name.strip() for name in wanted.split(",")]
    plugins = Plugins(new_manager(), prefer=dict(prefer or {}))
    points = entry_points(group=GROUP)
    # Its name and version are read from a distribution's files, anew each time.
    origins = {dist: (dist.name, dist.version) if dist else ("unknown", "") for dist in {one.dist for one in points}}
    for point in sorted(points, key=lambda point: (origins[point.dist][0] != BUILT_IN, point.name)):
        distribution, version = origins[point.dist]
        if (only is not None and point.name not in only) or (safe and distribution != BUILT_IN):
            continue
        try:
            module = point.load()
        except Exception as error:  # noqa: BLE001 - a broken plugin may raise anything; it is reported, not hidden
            plugins.failures.append(Failure(point.name, distribution, error))
            continue
        register(plugins, module, point.name, distribution, version)
    return plugins


@functools.cache
def installed_plugins() -> Plugins:
    """The installed plugins, loaded once a process."""
    return load_plugins()


def new_manager() -> pluggy.PluginManager:
    """A pluggy manager that knows the hooks and no plugin."""
    manager = pluggy.PluginManager("songwright")
    manager.add_hookspecs(hookspecs)
    return manager


def register(plugins: Plugins, plugin: object, name: str, distribution: str = "", version: str = "") -> None:
    """Add one plugin's components. A plugin that fails is set aside whole, with its error."""
    try:
        plugins.manager.register(plugin, name=name)
        plugins.manager.check_pending()
        found = list(_components(plugins.manager, plugin, name, distribution, version))
    except Exception as error:  # noqa: BLE001 - as above
        if plugins.manager.has_plugin(name):
            plugins.manager.unregister(name=name)
        plugins.failures.append(Failure(name, distribution, error))
        return
    for entry in found:
        plugins.entries.setdefault((entry.kind, entry.name), []).append(entry)


def _components(
    manager: pluggy.PluginManager, plugin: object, name: str, distribution: str, version: str
) -> Iterable[Entry]:
    others = [other for other in manager.get_plugins() if other is not plugin]
    for kind, hook in KINDS.items():
        for supplied in manager.subset_hook_caller(hook, others)():
            if isinstance(supplied, Mapping):
                for its_name, place in supplied.items():
                    yield Entry(kind, its_name, place, name, distribution, version)
                continue
            for component in supplied:
                _check(kind, component)
                yield Entry(kind, component.name, component, name, distribution, version)


def _check(kind: str, component: Any, name: str = "") -> None:
    if not (isinstance(component, type) and issubclass(component, Component)):
        raise TypeError(f"{component!r} was given as a {kind}, but is not a subclass of songwright's {kind.title()}")
    if not getattr(component, "name", ""):
        raise TypeError(f"{component.__name__} was given as a {kind}, but has no name")
    if not component.summary():
        raise TypeError(f"{kind} {component.name!r} has no docstring: its first line is its help text")
    if name not in ("", component.name):
        raise TypeError(f"{component.__name__} calls itself {component.name!r}")
