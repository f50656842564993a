"""Facts: what arrived from outside (rows), and the copy that is fast to read (lake).

The lake itself is not imported here: it needs pyarrow, and web processes do not.
"""

from reviewflow.store.facts.batches import last_batch
from reviewflow.store.facts.rows import (
    BadRow,
    BatchCounter,
    BatchCoverage,
    LakeFile,
    Landing,
    LandingBatch,
    Source,
    Target,
)
from reviewflow.store.facts.staged import Staged, StagedFile

__all__ = [
    "BadRow",
    "BatchCounter",
    "BatchCoverage",
    "LakeFile",
    "Landing",
    "LandingBatch",
    "Source",
    "Staged",
    "StagedFile",
    "Target",
    "last_batch",
]
