"""Doing several things at the same instant, in threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

Result = TypeVar("Result")


def at_once(works: Sequence[Callable[[], Result]]) -> list[Result]:
    """Start all works at one barrier and return their results in order; the first problem is raised."""
    barrier = threading.Barrier(len(works))
    results: dict[int, Result] = {}
    problems: list[Exception] = []

    def run(number: int, work: Callable[[], Result]) -> None:
        barrier.wait()
        try:
            results[number] = work()
        except Exception as problem:  # noqa: BLE001 - raised again below, in the caller's thread
            problems.append(problem)

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    return [results[number] for number in range(len(works))]
