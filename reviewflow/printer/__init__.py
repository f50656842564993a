"""Letters as PDF: values and a template in, bytes out.

Only the process that a `Mould` starts loads WeasyPrint; importing this package loads nothing heavy.
"""

from reviewflow.printer.confine import Limits
from reviewflow.printer.coverage import uncovered, unprintable
from reviewflow.printer.mould import Mould, PrintFailed
from reviewflow.printer.template import LetterTemplate, letters_folder

__all__ = ["LetterTemplate", "Limits", "Mould", "PrintFailed", "letters_folder", "uncovered", "unprintable"]
