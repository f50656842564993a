"""A letter template: page, style sheet and translations, as files that HR owns and as one pinned text.

A launch stores `LetterTemplate.text` as a definition, so that a letter can be printed again as it was
although the files have changed. The text is JSON of three texts; its digest names all that gives the
letter its wording and its looks.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from reviewflow.config import half
from reviewflow.core.reasons import Fault, Faulty


def letters_folder() -> Path:
    """The shipped templates, with a sample of the values in each language."""
    return half("templates") / "letters"


@dataclass(frozen=True)
class LetterTemplate:
    """`page` is a Jinja template, `style` a style sheet, `chinese` a gettext catalogue (PO)."""

    page: str
    style: str
    chinese: str

    @classmethod
    def from_files(cls, name: str, folder: Path | None = None) -> LetterTemplate:
        """Read ``<name>.html``, ``letters.css`` and ``zh.po``; `folder` defaults to the shipped one."""
        folder = folder or letters_folder()
        texts = (
            (folder / file).read_text(encoding="utf-8") for file in (f"{name}.html", "letters.css", "zh.po")
        )
        return cls(*texts)

    @classmethod
    def from_text(cls, text: str) -> LetterTemplate:
        """Inverse of `text`. Raises `Faulty` if it is not one."""
        try:
            parts = json.loads(text)
            if all(isinstance(part, str) for part in parts.values()):
                return cls(**parts)
        except (ValueError, TypeError, AttributeError):
            pass
        raise Faulty([Fault(None, "letter.not_a_template")])

    @property
    def text(self) -> str:
        """The whole template as one text, the same for the same files."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
