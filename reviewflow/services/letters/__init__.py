"""Printing letters: the job's three steps, another try for one that failed, and the time to answer a late one."""

from reviewflow.services.letters.printing import (
    ToPrint,
    not_printed,
    print_again,
    printed,
    problem_of,
    to_print,
)

__all__ = ["ToPrint", "not_printed", "print_again", "printed", "problem_of", "to_print"]
