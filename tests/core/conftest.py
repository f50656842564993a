"""Property tests look for wrong numbers; how long an example takes says only how busy the machine is."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("numbers", deadline=None)
settings.load_profile("numbers")
