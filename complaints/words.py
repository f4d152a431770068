"""The closed vocabularies of the process: stages, exits, manual tasks, roles, remedies (see docs/glossary.md)."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Stage(StrEnum):
    """The eight stages of PROCESS.md section 1, in order."""

    INTAKE = "intake"
    CLASSIFICATION = "classification"
    ASSIGNMENT = "assignment"
    INVESTIGATION = "investigation"
    REVIEW = "review"
    RESPONSE = "response"
    CALLBACK = "callback"
    ARCHIVING = "archiving"


class Exit(StrEnum):
    """The ways to leave a stage; complaints/moves.py says where each leads."""

    DONE = "done"
    ON_THE_SPOT = "on_the_spot"
    SENT_BACK = "sent_back"
    NEW_ROUND = "new_round"
    UNREACHABLE = "unreachable"
    CLOSED_UNSATISFIED = "closed_unsatisfied"
    DUPLICATE = "duplicate"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """How a case ended, as the archive states it."""

    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"
    UNREACHABLE = "unreachable"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    REFERRED = "referred"


class TaskKind(StrEnum):
    """The pieces of human work a case may ask for."""

    COMPLETION = "completion"
    SCREENING = "screening"
    CLASSIFICATION = "classification"
    DISPATCH = "dispatch"
    ACCEPTANCE = "acceptance"
    FINDINGS = "findings"
    OPINION = "opinion"
    APPROVAL = "approval"
    LETTER = "letter"
    DECISION = "decision"
    REMEDY = "remedy"
    SURVEY = "survey"
    PHONE_CALLBACK = "phone_callback"
    CLOSURE = "closure"
    HELP = "help"
    EXTENSION = "extension"


class Trigger(StrEnum):
    """What makes work or a whole case go up (PROCESS.md section 6)."""

    DEADLINE_PASSED = "deadline_passed"
    CUSTOMER_CONTACT = "customer_contact"
    HANDLER_ASKS = "handler_asks"
    LEVEL_REACHED = "level_reached"
    MASS_EVENT = "mass_event"
    FINAL_OFFER_REFUSED = "final_offer_refused"
    LOW_SCORE = "low_score"


class HelpReason(StrEnum):
    """Why somebody asks for help with her work (PROCESS.md section 6)."""

    EXPECTS_TO_MISS = "expects_to_miss"
    BEYOND_AUTHORITY = "beyond_authority"
    NEEDS_SUPPORT = "needs_support"


class ActKind(StrEnum):
    """What staff may do about a piece of work besides answering it."""

    HAND_OVER = "hand_over"
    DECLINE = "decline"
    ASK_HELP = "ask_help"
    REGRADE = "regrade"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    DUPLICATE = "duplicate"


class Role(StrEnum):
    """What a member of staff may be asked to do."""

    INTAKE_CLERK = "intake_clerk"
    CLASSIFIER = "classifier"
    DISPATCHER = "dispatcher"
    HANDLER = "handler"
    TEAM_LEAD = "team_lead"
    DEPARTMENT_HEAD = "department_head"
    COMPLAINTS_MANAGER = "complaints_manager"
    EXECUTIVE = "executive"
    CALLBACK_SPECIALIST = "callback_specialist"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class RemedyKind(StrEnum):
    """The remedies of PROCESS.md section 7."""

    APOLOGY = "apology"
    EXPLANATION = "explanation"
    REFUND = "refund"
    DISCOUNT = "discount"
    GOODWILL = "goodwill"
    REPLACEMENT = "replacement"
    REPAIR = "repair"
    REDO = "redo"
    IMPROVEMENT = "improvement"
    OTHER = "other"


WORDS_ONLY = frozenset({RemedyKind.APOLOGY, RemedyKind.EXPLANATION})
"""Remedies that the letter itself carries out: nothing is left to execute."""


class Channel(StrEnum):
    """How a complaint reached the house (PROCESS.md section 2)."""

    PHONE = "phone"
    EMAIL = "email"
    WEB = "web"
    APP = "app"
    CHAT = "chat"
    SOCIAL = "social"
    COUNTER = "counter"
    POST = "post"
    PLATFORM = "platform"
    PARTNER = "partner"
    REGULATOR = "regulator"


class Language(StrEnum):
    """The languages pages, mails and letters exist in."""

    EN = "en"
    ZH_CN = "zh-CN"


class CustomerType(StrEnum):
    """Kinds of customers that some rules look at."""

    ORDINARY = "ordinary"
    KEY = "key"
    VULNERABLE = "vulnerable"
    ELDERLY = "elderly"
    YOUNG = "young"


class Finding(StrEnum):
    """What an investigation may find about an allegation."""

    UPHELD = "upheld"
    PARTLY = "partly"
    NOT_UPHELD = "not_upheld"
    UNDECIDED = "undecided"


class OpinionVerdict(StrEnum):
    """What a supporting department may say in review."""

    AGREE = "agree"
    OBJECT = "object"
    NOTHING_TO_ADD = "nothing_to_add"


class CustomerDecision(StrEnum):
    """What a customer may answer to the house's response."""

    ACCEPT = "accept"
    COUNTER = "counter"
    REJECT = "reject"


class Scope(StrEnum):
    """How many people a complaint concerns."""

    INDIVIDUAL = "individual"
    GROUP = "group"
    WIDE = "wide"


class Urgency(StrEnum):
    """Urgency in words (PROCESS.md section 3)."""

    URGENT = "urgent"
    IMPORTANT = "important"
    NORMAL = "normal"


class Priority(StrEnum):
    """Eisenhower's four."""

    DO_NOW = "do_now"
    PLAN = "plan"
    DELEGATE = "delegate"
    DEFER = "defer"


class Complexity(IntEnum):
    """The complexity coefficient that divides authority limits."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


CUSTOMER = "customer"
"""The assignee of tasks that the customer does herself."""

SYSTEM = "system"
"""The actor of what rules decide."""
