"""How fast it is, against the floor of the same work done as plainly as possible: ``python -m bench``."""
