"""A visitor: opens pages, fills in the forms on them and sends them, with nothing but what the page offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx

File = tuple[str, bytes, str]
"""Name, content, and the type that the browser claims."""


@dataclass
class Form:
    """A form: where it goes, and what stands in its fields."""

    action: str = ""
    method: str = "get"
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Page:
    """A page as it arrived."""

    url: str
    status: int
    html: str
    headers: Mapping[str, str]
    forms: tuple[Form, ...]
    text: str
    """What can be read on it, with single spaces."""

    def form(self, name: str = "") -> Form:
        """The first form, or the first that has a field of this name."""
        return next(form for form in self.forms if not name or name in form.names)

    def value(self, name: str) -> str:
        """What stands in a field of the first form that has it."""
        return next(iter(self.form(name).values.get(name, [])), "")

    def message_at(self, name: str) -> str:
        """The message next to a field."""
        start = self.html.find(f'id="f-{name}-error"')
        return self.html[self.html.find(">", start) + 1 : self.html.find("<", start)] if start >= 0 else ""


class Visitor:
    """Somebody at a browser without scripts."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def open(self, path: str, **headers: str) -> Page:
        """Follow a link."""
        return _page(await self.client.get(path, headers=headers, follow_redirects=True))

    async def send(
        self,
        page: Page,
        filled: Mapping[str, str | Sequence[str]],
        *,
        files: Sequence[File] = (),
        form: Form | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """Fill in a form over what stands in it and send it; the page that comes in the end."""
        response = await self.post(page, filled, files=files, form=form, headers=headers)
        if response.has_redirect_location:
            return await self.open(response.headers["location"])
        return _page(response)

    async def post(
        self,
        page: Page,
        filled: Mapping[str, str | Sequence[str]],
        *,
        files: Sequence[File] = (),
        form: Form | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """As `send`, but the bare answer."""
        chosen = form or next(form for form in page.forms if form.method == "post")
        told: dict[str, str | list[str]] = {**chosen.values}
        told |= {name: value if isinstance(value, str) else list(value) for name, value in filled.items()}
        parts = [("evidence", file) for file in files] or [("evidence", ("", b"", "application/octet-stream"))]
        url = urljoin(page.url, chosen.action or page.url)
        return await self.client.post(url, data=told, files=parts, headers=headers)


def _page(response: httpx.Response) -> Page:
    reader = _Reader()
    reader.feed(response.text)
    return Page(
        url=str(response.url),
        status=response.status_code,
        html=response.text,
        headers=response.headers,
        forms=tuple(reader.forms),
        text=" ".join(" ".join(reader.words).split()),
    )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._inside: Form | None = None
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = Form(action=said.get("action", ""), method=said.get("method", "get"))
            self.forms.append(self._inside)
        elif self._inside is not None:
            self._field(self._inside, tag, said)

    def _field(self, form: Form, tag: str, said: dict[str, str]) -> None:
        name, value = said.get("name", ""), said.get("value", "")
        form.names.add(name or self._select)
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in said:
            form.values.setdefault(self._select, []).append(value)
        elif tag == "textarea":
            self._area = name
            form.values[name] = [""]
        elif tag == "input" and (said.get("type") not in {"radio", "checkbox", "file"} or "checked" in said):
            form.values.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._inside is not None and self._area:
            self._inside.values[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._inside is not None:
            # The first line break of a text area is not part of its text.
            self._inside.values[self._area] = [self._inside.values[self._area][0].removeprefix("\n")]
            self._area = ""
