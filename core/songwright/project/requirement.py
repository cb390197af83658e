"""``requires``: plugin distributions that a project needs, against those that are installed."""

from __future__ import annotations

import itertools
from importlib.metadata import PackageNotFoundError, version

from songwright.errors import Problem
from songwright.project.advice import shown
from songwright.project.origins import Node, plain
from songwright.project.problem import at
from songwright.project.validate import MOST_PROBLEMS


def missing_distributions(document: Node) -> tuple[list[str], list[Problem]]:
    """What is not installed, or not in a wanted version, as ``pip`` takes it, and the problems to report."""
    requires = document.get("requires")
    missing: list[str] = []
    problems: list[Problem] = []
    wanted = requires.value.items() if requires and requires.is_mapping else ()
    for name, node in itertools.islice(wanted, MOST_PROBLEMS):
        requirement, message, hint = _unmet(name, plain(node))
        if requirement:
            missing.append(requirement)
        if message:
            problems.append(at(document, ("requires", name), message, hint))
    return missing, problems


def _unmet(name: str, wanted: object) -> tuple[str, str, str]:
    """The requirement for ``pip``, what is wrong, and what to do; all empty when it is met."""
    from packaging.requirements import InvalidRequirement, Requirement

    if not isinstance(wanted, str):
        return "", "", ""  # not text: the model says so
    any_version = wanted.strip() in ("", "*")
    text = name if any_version else f"{name}{wanted}"
    try:
        requirement = Requirement(name if any_version else f"{name} {wanted}")
    except InvalidRequirement:
        return "", f"{shown(wanted)} is not a range of versions", 'write one like ">=1.2,<2", or "*" for any'
    try:
        installed = version(requirement.name)
    except PackageNotFoundError:
        return f"'{text}'", f"the project requires {text}, which is not installed", f"pip install '{text}'"
    if not requirement.specifier.contains(installed, prereleases=True):
        return f"'{text}'", f"the project requires {text}; {installed} is installed", f"pip install '{text}'"
    return "", "", ""
