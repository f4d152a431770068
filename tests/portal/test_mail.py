"""The mail page: what was caught, readable and followable, and unable to act on its own."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import httpx

from portal.app import create_app
from tests.builders import build_house

if TYPE_CHECKING:
    from pathlib import Path

    from adapters.house import House
    from tests.portal.visitor import Visitor


def catch(house: House, nth: int, *, case_no: str = "TC20261123-0001") -> str:
    """A mail as the catcher keeps it; its id."""
    mail = EmailMessage()
    mail["To"], mail["Subject"] = "ann.lee@example.test", f"关于您的投诉 {nth} <b>"
    mail["X-Redress-Case"], mail["X-Redress-Letter"] = case_no, "acknowledgement"
    mail.set_content("Follow: http://portal.test/track/abc\n")
    mail.add_alternative(
        '<p style="color:red">Hello</p><script>alert(1)</script><a href="http://portal.test/track/abc">x</a>',
        subtype="html",
    )
    folder = house.settings.home / "mail"
    folder.mkdir(exist_ok=True)
    name = f"20261123T0200000000{nth:02d}-{nth:06d}"
    (folder / f"{name}.eml").write_bytes(mail.as_bytes())
    return name


async def test_caught_mails_are_listed_newest_first_and_by_case(visitor: Visitor, house: House) -> None:
    assert "Nothing has been caught yet" in (await visitor.open("/mail")).text
    catch(house, 1)
    catch(house, 2, case_no="TC20261123-0002")
    page = await visitor.open("/mail")
    assert page.text.index("投诉 2 <b>") < page.text.index("投诉 1 <b>")
    one = await visitor.open("/mail?case=TC20261123-0001")
    assert "投诉 1" in one.text
    assert "投诉 2" not in one.text


async def test_a_mail_shows_its_links_its_text_and_its_looks_in_a_closed_frame(visitor: Visitor, house: House) -> None:
    name = catch(house, 1)
    page = await visitor.open(f"/mail/{name}")
    assert '<a href="http://portal.test/track/abc">' in page.html
    assert "Follow: http://portal.test/track/abc" in page.text
    assert f'src="/mail/{name}/body"' in page.html
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.html
    body = await visitor.client.get(f"/mail/{name}/body")
    assert "Hello" in body.text
    policy = body.headers["content-security-policy"]
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "frame-ancestors 'self'" in policy


async def test_a_house_with_a_mail_server_shows_no_mail(tmp_path: Path) -> None:
    house = await build_house(tmp_path / "home", catch_mail=False)
    name = catch(house, 1)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=create_app(house)), base_url="http://portal.test"
    ) as client:
        for path in ("/mail", f"/mail/{name}", f"/mail/{name}/body"):
            assert (await client.get(path)).status_code == 404
    await house.close()


async def test_no_path_leads_out_of_the_folder(visitor: Visitor, house: House) -> None:
    catch(house, 1)
    for name in ("..%2F..%2Fmaster", "../master.key", "x", "20261123T020000000001-000001.eml"):
        assert (await visitor.client.get(f"/mail/{name}")).status_code == 404
