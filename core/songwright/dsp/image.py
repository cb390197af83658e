"""Compiled kernels as files: machine code that runs again in another process without Numba.

Numba's own cache gives back a kernel only after the whole compiler was imported and had typed it anew: most of a
second before the first sample. What a compiled kernel needs is less: its object code, the address of
Numba's wrapper (which takes Python's arguments apart), and Numba's C helpers. llvmlite loads
the first; the others are two small extension modules, loaded by themselves.

An image says which foreign symbols its code calls. One that cannot be found, a damaged file, or a Numba that keeps
these things elsewhere: then there is no image, and the kernel is compiled.
"""

from __future__ import annotations

import builtins
import contextlib
import ctypes
import fcntl
import functools
import hashlib
import importlib.util
import json
import os
import sys
import sysconfig
from collections.abc import Callable, Iterator
from importlib.machinery import ExtensionFileLoader, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

_MAGIC = b"songwright kernel 1\n"
_DIGEST_BYTES = 16


class BusyError(Exception):
    """Another process is compiling the kernel."""


@contextlib.contextmanager
def claimed(path: Path, wait: bool = True) -> Iterator[None]:
    """Keep other processes from compiling the kernel of ``path``.

    One that does so already is waited for, or else :class:`BusyError` is raised. A claim ends with its process. Where
    none can be made, each process compiles for itself.
    """
    with contextlib.ExitStack() as until_then:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            claims = until_then.enter_context(path.with_name(".claims").open("ab"))
            place = int.from_bytes(_digest(path.name.encode())[:4], "big")  # a byte of the file for each kernel
            fcntl.lockf(claims, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except BlockingIOError:
            raise BusyError(path.name) from None
        except OSError:
            pass
        yield


def save(path: Path, result: Any) -> None:
    """Write what Numba compiled (a ``CompileResult``) to ``path``, whole or not at all.

    Nothing is written for a kernel that needs more than its code: constants that are Python objects, or a start
    of its own.
    """
    if result.environment.consts or result.reload_init or result.objectmode or result.lifted:
        return
    module = result.library._final_module
    declared = [*module.functions, *module.global_variables]
    head = {
        "wrapper": result.fndesc.llvm_cpython_wrapper_name,
        "environment": result.target_context.get_env_name(result.fndesc),
        "needs": sorted(one.name for one in declared if one.is_declaration and not one.name.startswith("llvm.")),
    }
    content = json.dumps(head).encode() + b"\n" + result.library._get_compiled_object()
    whole = _MAGIC + _digest(content) + content
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(whole)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def load(path: Path, name: str) -> Callable[..., Any] | None:
    """The kernel that lies in ``path``, or None where it cannot be had."""
    with contextlib.suppress(OSError):
        whole = path.read_bytes()
        start = len(_MAGIC) + _DIGEST_BYTES
        if whole[:start] == _MAGIC + _digest(whole[start:]):
            head, _, code = whole[start:].partition(b"\n")
            with contextlib.suppress(Exception):  # another Numba, another machine: the compiler is asked instead
                return _linked(json.loads(head), code, name)
    return None


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest()


def _linked(head: dict[str, Any], code: bytes, name: str) -> Callable[..., Any] | None:
    from llvmlite import binding

    dynfunc = _runtime()
    machine = binding.Target.from_default_triple().create_target_machine(jit=True)  # the engine owns and frees it
    engine = binding.create_mcjit_compiler(binding.parse_assembly(""), machine)  # the first makes C's symbols known
    if any(binding.address_of_symbol(symbol) is None for symbol in head["needs"]):
        return None
    engine.add_object_file(binding.ObjectFileRef.from_data(code))
    engine.finalize_object()
    environment = dynfunc.Environment({})
    place = engine.get_global_value_address(head["environment"])
    ctypes.c_void_p.from_address(place).value = id(environment)
    address = engine.get_function_address(head["wrapper"])
    return dynfunc.make_function(  # type: ignore[no-any-return]
        sys.modules[__name__], name, f"compiled {name}", address, environment, (engine, environment)
    )


@functools.cache
def _runtime() -> ModuleType:
    """Numba's module of functions, with LLVM ready for this machine and told all symbols that kernels may call."""
    from llvmlite import binding

    dynfunc, helpers, memory = (_extension(name) for name in ("_dynfunc", "_helperlib", "core.runtime._nrt_python"))
    memory.memsys_use_cpython_allocator()
    binding.add_symbol("_Py_NoneStruct", id(None))
    for name, address in {**helpers.c_helpers, **dynfunc.c_helpers}.items():
        binding.add_symbol(f"numba_{name}", address)
    for name, address in memory.c_helpers.items():
        binding.add_symbol(name if name.startswith("_") else f"NRT_{name}", address)
    for name, value in vars(builtins).items():
        if isinstance(value, type) and issubclass(value, BaseException):
            binding.add_symbol(f"PyExc_{name}", id(value))
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return dynfunc


def _extension(name: str) -> ModuleType:
    """One of Numba's extension modules, without importing Numba."""
    spec = PathFinder.find_spec("numba")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    file = Path(next(iter(spec.submodule_search_locations))).joinpath(*name.split("."))
    path = f"{file}{sysconfig.get_config_var('EXT_SUFFIX')}"
    loader = ExtensionFileLoader(f"numba.{name}", path)
    made = importlib.util.spec_from_file_location(loader.name, path, loader=loader)
    assert made is not None
    module = importlib.util.module_from_spec(made)
    loader.exec_module(module)
    return module


@functools.cache
def platform_key() -> str:
    """What machine code depends on beside its source: the processor, Python, Numba and its settings."""
    from importlib.metadata import version

    from llvmlite import binding

    settings = sorted(f"{name}={value}" for name, value in os.environ.items() if name.startswith("NUMBA_"))
    cpu = (binding.get_process_triple(), binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten())
    return " ".join([sys.version, version("numba"), version("llvmlite"), *cpu, *settings])
