"""The scripts: what each complaint of the demo goes through, and how it must end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from complaints.words import Language, Outcome

Answer = Mapping[str, str]


@dataclass(frozen=True)
class Script:
    """One complaint's story: where it leaves the straight road, and what its history must show in the end."""

    name: str
    shows: tuple[str, ...] = ()
    """Landmarks (complaints/landmarks.py)."""
    outcome: Outcome = Outcome.SATISFIED
    turns: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    """What is answered the first times that a form comes, over what people usually write into it."""
    silent_at: frozenset[str] = frozenset()
    """Forms that nobody answers."""
    withdraws: bool = False
    lets_lapse: bool = False
    """The handler is silent until the executive has been told."""
    detail: str = ""
    """What happened, where the story needs other words than its customer's."""
    repeats: str = ""
    """The script whose complaint this customer files once more."""


_REFUSED: Answer = {"decision": "reject", "text": "No."}
_NOT_REACHED: Answer = {"reached": "no", "csat": "", "resolved": ""}
_UNHAPPY: Answer = {"csat": "1", "resolved": "no", "comment": "Not solved."}

SCRIPTS = (
    Script("escalated to the top", lets_lapse=True, shows=tuple(f"level:{level}" for level in (1, 2, 3, 4))),
    Script(
        "sent back by review",
        shows=("review sent_back",),
        turns={"approval": ({"decision": "send_back", "reason": "Say what the test showed."},)},
    ),
    Script(
        "counter-offer",
        shows=("response new_round",),
        turns={"customer_decision": ({"decision": "counter", "text": "I want 150."},)},
    ),
    Script("dissatisfied at the callback", shows=("callback new_round",), turns={"survey": (_UNHAPPY,)}),
    Script("withdrawn", outcome=Outcome.WITHDRAWN, withdraws=True),
    Script("straight through", shows=("callback done", "archiving done")),
    Script(
        "resolved on the spot",
        shows=("assignment on_the_spot",),
        detail="It is not what I thought it would be.",
        turns={
            "classification": ({"category": "price.discount", "impact": "1", "urgency": "1", "scope": "individual"},),
            "letter": ({"remedy": "goodwill", "amount": "50"},),
        },
    ),
    Script(
        "every offer refused",
        shows=("response new_round", "response done"),
        turns={"customer_decision": (_REFUSED, _REFUSED, _REFUSED)},
    ),
    Script(
        "not reached",
        shows=("callback unreachable",),
        outcome=Outcome.UNREACHABLE,
        silent_at=frozenset({"customer_decision", "survey"}),
        turns={"phone_callback": (_NOT_REACHED,) * 5},
    ),
    Script(
        "closed although not satisfied",
        shows=("callback closed_unsatisfied",),
        outcome=Outcome.UNSATISFIED,
        turns={"survey": (_UNHAPPY,) * 3},
    ),
    Script(
        "referred outside",
        shows=("intake referred",),
        outcome=Outcome.REFERRED,
        detail="My neighbour's kettle, which is not from you, gave me an electric shock.",
        turns={
            "screening": ({"decision": "refer", "reason": "Not our product.", "referred_to": "The kettle's maker"},)
        },
    ),
    Script(
        "a duplicate",
        shows=("intake duplicate",),
        outcome=Outcome.DUPLICATE,
        repeats="straight through",
        turns={"screening": ({"decision": "duplicate", "reason": "The same matter.", "original": "{original}"},)},
    ),
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
