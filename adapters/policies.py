"""Policy packs on disk: the one room that opens policy files."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.almanac import write_almanac
from complaints.errors import PolicyWrong
from complaints.policy_calendars import almanacs_of
from complaints.policy_file import parse_policy
from complaints.policy_source import read_source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from complaints.policy import Policy

TYPE = ".toml"


def policies_folder() -> Path:
    """The folder of the packs that come with the house."""
    return Path(__file__).resolve().parent.parent / "policies"


def policy_path(name: str) -> Path:
    """The file of a pack given by name (`default`) or by path (`my/house.toml`)."""
    if name.endswith(TYPE) or "/" in name:
        return Path(name)
    return policies_folder() / f"{name}{TYPE}"


def load_policy(path: Path) -> Policy:
    """The policy of a pack's file and of what it extends; PolicyWrong says what is wrong with them."""
    return parse_policy(path.stem, read_texts(path))


def read_texts(path: Path) -> dict[str, str]:
    """The text of a pack's file and of every file it extends, by file name; all lie in the same folder.

    The public holidays of the regions that its calendars name come as texts of their own.
    Only what can be opened is followed: parse_policy and find_problems say where a name leads nowhere.
    """
    texts = {path.name: _read_text(path)}
    wanted = _extended_by(texts[path.name])
    while wanted and wanted not in texts and (path.parent / wanted).is_file():
        texts[wanted] = _read_text(path.parent / wanted)
        wanted = _extended_by(texts[wanted])
    return with_almanacs(path.stem, texts)


def with_almanacs(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    """The texts of a pack and the almanacs that its calendars need; of unknown regions there is none."""
    source, problems = read_source(name, texts)
    needed = set() if problems else set(almanacs_of(source.data).values())
    written = {almanac.file: write_almanac(almanac) for almanac in sorted(needed)}
    return {**texts, **{file: text for file, text in written.items() if text is not None}}


def _extended_by(text: str) -> str | None:
    """The file name that a pack extends; a path, a wrong kind of value or a broken file is for the rules to report."""
    try:
        name = tomllib.loads(text).get("extends")
    except tomllib.TOMLDecodeError:
        return None
    return name if isinstance(name, str) and Path(name).name == name else None


def _read_text(path: Path) -> str:
    """UTF-8 with or without the byte order mark that some editors write."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PolicyWrong(f"There is no policy file {path}.") from None
    except UnicodeDecodeError:
        raise PolicyWrong(f"The policy file {path} is not UTF-8 text: save it with that encoding.") from None
    except OSError as error:
        raise PolicyWrong(f"The policy file {path} cannot be read: {error.strerror or error}.") from error
