"""Subnormal numbers vanish inside the context, on this thread, and come back after it."""

from __future__ import annotations

import platform
import threading
import time

import numpy as np

from songwright.dsp.denormal import flush_denormals
from songwright.dsp.filter import band_state, design, filter_bands, stack_bands

KNOWN = platform.machine() in ("x86_64", "aarch64") and platform.system() == "Linux"


def product():
    return float((np.full(4, 1e-40, np.float32) * np.float32(0.5))[0])


def test_subnormals_are_zero_inside_only():
    assert product() > 0.0
    with flush_denormals():
        assert (product() == 0.0) is KNOWN
        with flush_denormals():
            assert (product() == 0.0) is KNOWN
        assert (product() == 0.0) is KNOWN
    assert product() > 0.0


def test_an_exception_restores_the_mode():
    try:
        with flush_denormals():
            raise KeyError
    except KeyError:
        pass
    assert product() > 0.0


def test_other_threads_keep_their_mode():
    inside: list[float] = []
    with flush_denormals():
        thread = threading.Thread(target=lambda: inside.append(product()))
        thread.start()
        thread.join()
    assert inside[0] >= 0.0  # a new thread may inherit the mode; the present one must not be changed by it
    assert product() > 0.0


def test_a_dying_filter_costs_no_more_than_a_loud_one():
    bell = stack_bands([design("peak", np.array([1000.0]), np.array([12.0]), np.array([2.0]), 44_100)] * 2)

    def cost(level, state_level):
        best = float("inf")
        for _ in range(5):
            audio = np.full((2, 20_000), level, np.float32)
            state = band_state(2) + state_level
            start = time.thread_time()
            with flush_denormals():
                filter_bands(audio, bell, 0, 16, state)
            best = min(best, time.thread_time() - start)
        return best

    cost(1.0, 0.0)
    assert cost(0.0, 1e-310) < 4.0 * cost(0.5, 0.0)
