"""Errors travel: what one process raises another can catch, with all that it says."""

from __future__ import annotations

import pickle

import pytest

from songwright.errors import OutputError, Place, PluginError, Problem, ProjectError, SongwrightError, WorkerError


@pytest.mark.parametrize(
    "error",
    [
        ProjectError([Problem("one", place=Place("a.yaml", 3, 9, "  x")), Problem("two", severity="warning")]),
        PluginError("it broke", plugin="fuzz", distribution="songwright-fuzz"),
        OutputError("the disk is full"),
        WorkerError("lost"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_the_same_on_the_other_side(error: SongwrightError) -> None:
    other = pickle.loads(pickle.dumps(error))
    assert type(other) is type(error)
    assert (str(other), other.args, vars(other)) == (str(error), error.args, vars(error))
