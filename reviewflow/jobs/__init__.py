"""Promised work: relay, clock and workers. `drain` does the same in this process, without a queue."""

from reviewflow.jobs.steps import drain

__all__ = ["drain"]
