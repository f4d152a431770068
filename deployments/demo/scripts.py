"""The scripts: what each complaint of the demo goes through, and how it must end."""

from __future__ import annotations

from dataclasses import dataclass

from complaints.words import Language, Outcome


@dataclass(frozen=True)
class Script:
    """One complaint's story."""

    name: str
    outcome: Outcome = Outcome.SATISFIED
    lets_lapse: bool = False
    """The handler is silent until the executive has been told."""
    sent_back_once: bool = False
    counters_once: bool = False
    dissatisfied_once: bool = False
    withdraws: bool = False


SCRIPTS = (
    Script("escalated to the top", lets_lapse=True),
    Script("sent back by review", sent_back_once=True),
    Script("counter-offer", counters_once=True),
    Script("dissatisfied at the callback", dissatisfied_once=True),
    Script("withdrawn", outcome=Outcome.WITHDRAWN, withdraws=True),
    Script("straight through"),
)


@dataclass(frozen=True)
class Story:
    """What a customer complains about, in her words."""

    language: Language
    name: str
    item: str
    detail: str
    expected_remedy: str


STORIES = (
    Story(
        Language.EN,
        "Ann Lee",
        "Kettle K2",
        "The kettle broke after two days: the lid is cracked, it leaks, the switch is defective. Poor quality.",
        "A refund of the price.",
    ),
    Story(
        Language.ZH_CN,
        "王芳",
        "净水器 A3",
        "净水器安装后第三天就漏水,滤芯损坏,产品质量有问题,厨房地板也被泡了。",
        "希望退款并上门维修。",
    ),
    Story(
        Language.EN,
        "Tom Baker",
        "Delivery of a washing machine",
        "The courier was rude on the phone, the service attitude was awful and nobody apologised to my mother.",
        "An apology and a voucher.",
    ),
    Story(
        Language.ZH_CN,
        "李强",
        "空气净化器会员",
        "客服态度恶劣,我打了三次电话都被挂断,服务人员辱骂客户。",
        "要求道歉。",
    ),
    Story(
        Language.EN,
        "Grace Kim",
        "Invoice 2207",
        "I was overcharged: the invoice shows a hidden fee that nobody told me about, and the discount is missing.",
        "Refund the fee.",
    ),
    Story(
        Language.ZH_CN,
        "陈静",
        "扫地机器人 R8",
        "页面写着满减优惠,结算时多收费三百元,价格不透明,乱收费。",
        "退还多收的费用。",
    ),
)
