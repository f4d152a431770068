"""Pages as a visitor without JavaScript meets them: fetched over HTTP, their forms found, filled in and sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx


@dataclass
class Form:
    """A form on a page: where it goes, and its fields with what stands in them."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    """The values that a select or a group of radio buttons offers."""
    file_fields: list[str] = field(default_factory=list)

    def has(self, *names: str) -> bool:
        """Whether the form asks for all of these."""
        return all(name in self.fields or name in self.choices for name in names)


@dataclass(frozen=True)
class Page:
    """A page that was fetched."""

    url: str
    status: int
    text: str
    forms: tuple[Form, ...]

    def form_with(self, *names: str) -> Form | None:
        """The first form that asks for all of these."""
        return next((form for form in self.forms if form.has(*names)), None)


async def visit(client: httpx.AsyncClient, url: str) -> Page:
    """Open a link."""
    return _page(await client.get(url, follow_redirects=True))


async def send(client: httpx.AsyncClient, page: Page, form: Form, filled: Mapping[str, str]) -> Page:
    """Fill a form in over what stands in it and send it; the page that answers it."""
    values = {name: told for name, told in form.fields.items() if name not in filled and name not in form.choices}
    data: dict[str, str | list[str]] = {**values, **filled}
    url = urljoin(page.url, form.action or page.url)
    # A multipart body needs a file part; an empty one is what a browser sends for a file field left alone.
    files = dict.fromkeys(form.file_fields, ("", b"", "application/octet-stream")) or None
    return _page(await client.post(url, data=data, files=files, follow_redirects=True))


def _page(response: httpx.Response) -> Page:
    reader = _FormReader()
    reader.feed(response.text)
    return Page(url=str(response.url), status=response.status_code, text=response.text, forms=tuple(reader.forms))


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(said.get("action", ""), said.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(self._form, tag, said)

    def _field(self, form: Form, tag: str, said: dict[str, str]) -> None:
        name, value = said.get("name", ""), said.get("value", "")
        if tag == "select":
            self._select = name
            form.choices.setdefault(name, [])
        elif tag == "option" and self._select:
            form.choices[self._select].append(value)
        elif tag == "textarea" and name:
            self._textarea = name
            form.fields[name] = [""]
        elif tag == "input" and said.get("type") in {"radio", "checkbox"} and name:
            form.choices.setdefault(name, []).append(value)
        elif tag == "input" and said.get("type") == "file":
            form.file_fields.append(name)
        elif tag in {"input", "button"} and name and said.get("type") != "submit":
            form.fields.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._textarea:
            self._form.fields[self._textarea][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""
