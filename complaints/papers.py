"""Papers: everything personal a case holds. Events point at papers by id and salted digest, never at their text."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict


class PaperRef(BaseModel):
    """What an event may say about a paper: enough to prove it unchanged, nothing to read."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    digest: str


@dataclass(frozen=True)
class Paper:
    """One text or record of a case, encrypted at rest; `salt` makes its digest useless for guessing."""

    id: str
    kind: str
    salt: str
    content: dict[str, Any]

    @property
    def ref(self) -> PaperRef:
        """Id, kind and digest: sha256 over the salt and the canonical JSON of the content."""
        canonical = json.dumps(self.content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(f"{self.salt}\n{canonical}".encode()).hexdigest()
        return PaperRef(id=self.id, kind=self.kind, digest=digest)


@dataclass(frozen=True)
class Stationery:
    """Fresh ids and salts for the papers one decision may write; made outside the rules, since they use no chance."""

    ids: tuple[tuple[str, str], ...]

    def paper(self, nth: int, *, kind: str, content: dict[str, Any]) -> Paper:
        """The nth sheet with this content."""
        paper_id, salt = self.ids[nth]
        return Paper(id=paper_id, kind=kind, salt=salt, content=content)
