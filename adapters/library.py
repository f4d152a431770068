"""The policy library: the pack in force for new cases, and every version that an open case began under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.policies import policy_path, read_texts
from complaints.errors import PolicyWrong
from complaints.policy_file import parse_policy
from models.tables import PolicyRow

if TYPE_CHECKING:
    from adapters.clock import Clock
    from adapters.database import Database
    from adapters.settings import Settings
    from complaints.policy import Policy


class PolicyLibrary:
    """Reads the pack once, stores its texts once, keeps parsed versions."""

    def __init__(self, database: Database, *, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._parsed: dict[str, Policy] = {}
        self._current: Policy | None = None

    async def current(self) -> Policy:
        """The pack for new cases; its texts are stored at first use."""
        if self._current is None:
            path = policy_path(self._settings.policy)
            texts = read_texts(path)
            policy = parse_policy(path.stem, texts)
            await self._keep(policy, texts)
            self._parsed[policy.version] = self._current = policy
        return self._current

    async def adopt(self, pack: str) -> Policy:
        """A pack by name or path, stored so that a case may go on under it."""
        path = policy_path(pack)
        texts = read_texts(path)
        policy = parse_policy(path.stem, texts)
        await self._keep(policy, texts)
        self._parsed[policy.version] = policy
        return policy

    async def version(self, version: str) -> Policy:
        """A stored version; PolicyWrong when it was never stored here."""
        if version not in self._parsed:
            async with self._database.reading() as session:
                row = await session.get(PolicyRow, version)
            if row is None:
                message = f"policy version {version} is not stored in this house"
                raise PolicyWrong(message)
            self._parsed[version] = parse_policy(row.name, row.texts)
        return self._parsed[version]

    async def _keep(self, policy: Policy, texts: dict[str, str]) -> None:
        async with self._database.writing() as session:
            if await session.get(PolicyRow, policy.version) is None:
                session.add(
                    PolicyRow(version=policy.version, name=policy.name, texts=texts, stored_at=self._clock.now())
                )
