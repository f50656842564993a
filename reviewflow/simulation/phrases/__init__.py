"""The phrase banks by language."""

from reviewflow.simulation.phrases.en.bank import ENGLISH
from reviewflow.simulation.phrases.shape import PhraseBank, Remark, Step, Topic
from reviewflow.simulation.phrases.zh.bank import CHINESE

BANKS = {"en": ENGLISH, "zh": CHINESE}

__all__ = ["BANKS", "PhraseBank", "Remark", "Step", "Topic"]
