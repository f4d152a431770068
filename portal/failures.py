"""Failures: calm pages for links that lead nowhere, for a house that cannot answer now, and for our own mistakes."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException as PlainHTTPException
from starlette.requests import Request

    app.add_exception_handler(DataErased, _erased)
