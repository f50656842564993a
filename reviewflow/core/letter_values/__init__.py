"""What a feedback letter says, as plain JSON data.

Release freezes these values in ``letter.inputs``; the printer formats them and computes nothing, so
everything that appears in the letter is here.
"""

from reviewflow.core.letter_values.check import checked, filled, texts
from reviewflow.core.letter_values.fields import LONGEST_LINE, FeedbackValues

__all__ = ["LONGEST_LINE", "FeedbackValues", "checked", "filled", "texts"]
