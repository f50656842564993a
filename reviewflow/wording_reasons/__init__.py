"""English sentences of reason keys, one module for each area: `SENTENCES: dict[str, str]`.

Whole sentences that say what, where, why and what to do; placeholders are written `%(name)s`.
"""
