"""Examples, and what can be read in a printed letter."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from reviewflow.printer import LetterTemplate, letters_folder

EXAMPLES = Path(__file__).with_name("examples")
TEMPLATE = LetterTemplate.from_files("feedback")
LANGUAGES = ("zh", "en")


def sample(language: str) -> dict[str, Any]:
    """Every field filled: Lin, her manager Wang, Hu of HR."""
    return _read(letters_folder() / "samples" / f"feedback.{language}.json")


def example(name: str) -> dict[str, Any]:
    """``feedback_twelve.zh`` and the like, see the folder."""
    return _read(EXAMPLES / f"{name}.json")


def names() -> list[str]:
    return sorted(path.name.removesuffix(".json") for path in EXAMPLES.glob("*.json"))


def pages(pdf: bytes) -> list[str]:
    """The text of each page, without its spaces: extraction places them by guess."""
    return [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def says(page: str, *texts: str) -> bool:
    """Whether all texts stand on the page."""
    return all(squeezed(text) in page for text in texts)


def fonts(pdf: bytes) -> set[str]:
    """Names of the embedded fonts, without the prefix of the subset."""
    found = set()
    for thing in objects(pdf):
        if isinstance(thing, dict) and thing.get("/Type") == "/Font":
            found.add(str(thing["/BaseFont"]).partition("+")[2])
    return found


def objects(pdf: bytes) -> Iterator[Any]:
    """Every object of the file."""
    reader = PdfReader(io.BytesIO(pdf))
    for number in range(1, int(reader.trailer["/Size"])):
        yield reader.get_object(number)


def everything(pdf: bytes) -> bytes:
    """The file with all its streams unpacked, to look for what must not be in it."""
    streams = [thing.get_data() for thing in objects(pdf) if hasattr(thing, "get_data")]
    return b"\n".join([pdf, *streams])


def _read(path: Path) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return values
