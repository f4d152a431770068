"""Settings: where this house keeps its data and whom it talks to. Each is an environment variable `REDRESS_...`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds policies/ and templates/."""


class Settings(BaseSettings):
    """What an operator may set; README has the table."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_", frozen=True, extra="ignore")

    home: Path = Field(default=Path("var"), description="folder for all data")
    policy: str = Field(default="default", description="name of a pack in policies/, or the path of a policy file")
    database_url: str = Field(default="", description="business database; SQLite in the home folder unless set")
    portal_host: str = "127.0.0.1"
    portal_port: int = 8600
    portal_url: str = Field(
        default="", description="address that links in mails begin with; the portal's own unless set"
    )
    prefect_port: int = 4200
    prefect_api_url: str = Field(default="", description="an existing Prefect server; our own unless set")
    prefect_database_url: str = ""
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 8625
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    catch_mail: bool = Field(
        default=True, description="start the local mail catcher; off when your own SMTP server is set"
    )
    mail_from: str = "complaints@redress.example"
    master_key: SecretStr = Field(
        default=SecretStr(""), description="32 bytes in base64; a file in the home folder unless set"
    )
    fonts: Path | None = Field(default=None, description="folder with a font for dossiers, besides those of the system")
    sign_in_minutes: int = Field(default=15, ge=1, description="how long a mailed sign-in link of staff is good")
    session_hours: int = Field(default=12, ge=1, description="how long staff stay signed in")
    seal_key: SecretStr = Field(
        default=SecretStr(""), description="Ed25519 key, 32 bytes in base64; a file in the home folder unless set"
    )
    audit_heads: Path | None = Field(
        default=None, description="file that the roots of all chain heads are appended to; audit/heads.jsonl unless set"
    )
    audit_form: Path = Field(
        default=ROOT / "policies" / "audit" / "iso-10002.toml", description="questions of the internal quality audit"
    )
    worker_hot_limit: int = Field(default=2000, ge=0, description="waiting cases kept in memory by one worker")
    worker_step_limit: int = Field(
        default=16, ge=1, description="cases that take a step at the same time in one worker"
    )
    worker_port: int = Field(
        default=8601, ge=0, description="where the worker tells of its health on 127.0.0.1; 0 for nowhere"
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="what a Prometheus elsewhere must show; only this machine may ask unless set"
    )
    poll_seconds: float = Field(default=0.5, gt=0, description="how often the worker looks for answers and deadlines")
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def business_url(self) -> str:
        """SQLAlchemy's async address of the business database."""
        url = self.database_url or f"sqlite+aiosqlite:///{self.home.resolve() / 'redress.db'}"
        return url.replace("postgresql://", "postgresql+asyncpg://", 1)

    @property
    def heads_path(self) -> Path:
        """Where the roots of all chain heads are published."""
        return self.audit_heads or self.home / "audit" / "heads.jsonl"

    @property
    def public_url(self) -> str:
        """Where links in mails lead, without a slash at the end."""
        return (self.portal_url or f"http://{self.portal_host}:{self.portal_port}").rstrip("/")

    @property
    def engine_url(self) -> str:
        """The Prefect API."""
        return self.prefect_api_url or f"http://127.0.0.1:{self.prefect_port}/api"
