"""The letterpress: prints a composed letter as subject, plain text and HTML from its folder in templates/email/."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

import complaints.clock_correspondence
import complaints.holding_correspondence
import complaints.house_correspondence  # noqa: F401  so that their letters are known too
from adapters.pressroom import environment
from adapters.settings import ROOT
from adapters.typesetting import reflow
from complaints import notices  # noqa: F401  registers its letters
from complaints.correspondence import LETTERS, Letter
from complaints.letters import LetterKind
from complaints.words import Language


@dataclass(frozen=True)
class Printed:
    """A letter ready for its envelope."""

    subject: str
    text: str
    html: str


def print_letter(letter: Letter, *, zone: str) -> Printed:
    """The letter in its reader's language, with moments by the clock of a zone."""
    printing = environment(letter.head.language, zone)

    def printed(part: str) -> str:
        return printing.get_template(f"email/{letter.kind.value}/{part}").render(letter=letter)

    return Printed(
        subject=" ".join(printed("subject.txt").split()),
        text=reflow(printed("body.txt")),
        html=printed("body.html"),
    )


def sample(kind: LetterKind, language: Language) -> Letter:
    """The sample of a letter that stands beside its templates, as if its reader read this language."""
    text = (ROOT / "templates" / "email" / kind.value / "sample.toml").read_text(encoding="utf-8")
    fields = tomllib.loads(text)
    fields["head"]["language"] = language.value
    letter: Letter = TypeAdapter(LETTERS[kind]).validate_python(fields)
    return letter


def main() -> None:
    """Print the samples of all letters in both languages into the folder that is named, for looking at."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for kind in LetterKind:
        for language in Language:
            printed = print_letter(sample(kind, language), zone="Asia/Shanghai")
            (folder / f"{kind.value}.{language.value}.html").write_text(printed.html, encoding="utf-8")
            (folder / f"{kind.value}.{language.value}.txt").write_text(
                f"{printed.subject}\n\n{printed.text}", encoding="utf-8"
            )


if __name__ == "__main__":
    main()
