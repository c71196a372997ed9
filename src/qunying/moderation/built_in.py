"""What every installation has from the start: the catalogue, a first version of rules and policy, and the texts of notices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from qunying.kernel import clock
from qunying.kernel.ids import derived_id
from qunying.messages.built_in import put_template_in_place
from qunying.moderation.catalogue import SHIPPED
from qunying.moderation.models import PolicyVersion, RulesVersion, Violation
from qunying.moderation.policy import SHIPPED_POLICY
from qunying.moderation.rules_text import frozen_clauses

INSTALLER = "system:installer"
INTRODUCTION = (
    "我们希望每个人都能在社群里安心交流。请遵守以下规则；违反规则的内容会被隐藏，当事人会受到警告、禁言或移出等处罚，并可以申诉。\n\n"
    "We want everybody to feel safe here. Please keep to these rules. What breaks them is hidden, and whoever breaks them is warned, muted "
    "or removed, and may appeal."
)


@dataclass(frozen=True)
class NoticeText:
    """A notice in both languages; ``fallbacks`` stand in for variables without a value."""

    name: str
    subject: str
    body: str
    fallbacks: Mapping[str, str] = field(default_factory=dict)


_LINK = {"link_address": ""}
NOTICES: Mapping[str, NoticeText] = MappingProxyType(
    {
        "penalty": NoticeText(
            "处罚通知 Penalty notice",
            "社群处罚通知 Penalty: {{ penalty_zh }}",
            "您因违反社群规则（第 {{ rules }} 版 {{ clause }} 条：{{ violation_zh }}）受到处罚：{{ penalty_zh }}。\n"
            "内容：{{ quote }}\n理由：{{ reason }}\n结束时间：{{ until }}\n"
            "如有异议，请在 {{ appeal_by }} 前申诉：{{ link_address }}\n\n"
            "You broke the community rules (version {{ rules }}, clause {{ clause }}: {{ violation_en }}). Penalty: {{ penalty_en }}.\n"
            "What it is about: {{ quote }}\nReason: {{ reason }}\nEnds: {{ until }}\n"
            "You may appeal until {{ appeal_by }}: {{ link_address }}",
            {
                "penalty_zh": "", "penalty_en": "", "rules": "", "clause": "", "violation_zh": "", "violation_en": "",
                "quote": "—", "reason": "—", "until": "—", "appeal_by": "", **_LINK,
            },
        ),
        "decision": NoticeText(
            "内容处理通知 Content decision",
            "您的内容已被隐藏 Your content was hidden",
            "您的内容违反了社群规则（第 {{ rules }} 版 {{ clause }} 条：{{ violation_zh }}），已被隐藏。\n内容：{{ quote }}\n理由：{{ reason }}\n"
            "如有异议，请在 {{ appeal_by }} 前申诉：{{ link_address }}\n\n"
            "What you wrote breaks the community rules (version {{ rules }}, clause {{ clause }}: {{ violation_en }}) and was hidden.\n"
            "What it is about: {{ quote }}\nReason: {{ reason }}\nYou may appeal until {{ appeal_by }}: {{ link_address }}",
            {
                "rules": "", "clause": "", "violation_zh": "", "violation_en": "", "quote": "—", "reason": "—", "appeal_by": "",
                **_LINK,
            },
        ),
        "report": NoticeText(
            "举报结果 Outcome of your report",
            "举报处理结果 Outcome of your report",
            "感谢您的举报。处理结果：{{ outcome_zh }}\n查看：{{ link_address }}\n\n"
            "Thank you for your report. Outcome: {{ outcome_en }}\nSee: {{ link_address }}",
            {"outcome_zh": "", "outcome_en": "", **_LINK},
        ),
        "appeal": NoticeText(
            "申诉结果 Outcome of your appeal",
            "申诉结果 Outcome of your appeal: {{ outcome_zh }} {{ outcome_en }}",
            "您的申诉已由另一位工作人员复核：{{ outcome_zh }}\n答复：{{ answer }}\n查看：{{ link_address }}\n\n"
            "Somebody else has looked at your appeal: {{ outcome_en }}\nAnswer: {{ answer }}\nSee: {{ link_address }}",
            {"outcome_zh": "", "outcome_en": "", "answer": "—", **_LINK},
        ),
        "lifted": NoticeText(
            "处罚解除 Penalty lifted",
            "处罚已提前解除 Your penalty was lifted",
            "您的处罚“{{ penalty_zh }}”已提前解除。\n理由：{{ reason }}\n\nYour penalty “{{ penalty_en }}” was lifted early.\nReason: {{ reason }}",
            {"penalty_zh": "", "penalty_en": "", "reason": "—", **_LINK},
        ),
    }
)  # fmt: skip
TEMPLATE_IDS = {key: derived_id("moderation.notice", key) for key in NOTICES}


def put_in_place() -> None:
    """Create what is missing; what staff changed stays as it is."""
    now = clock.now()
    shipped = [(code, name, kind) for name, kinds in SHIPPED.items() for code, kind in kinds.items()]
    Violation.objects.bulk_create(
        [
            Violation(code=code, violation_class=name, severity=kind.severity, position=position)
            for position, (code, name, kind) in enumerate(shipped, 1)
        ],
        ignore_conflicts=True,
    )
    PolicyVersion.objects.get_or_create(
        number=1, defaults={"policy": SHIPPED_POLICY, "published_at": now, "published_by": INSTALLER}
    )
    if not RulesVersion.objects.exists():
        RulesVersion.objects.create(
            number=1,
            introduction=INTRODUCTION,
            clauses=frozen_clauses(),
            published_at=now,
            published_by=INSTALLER,
        )
    for key, notice in NOTICES.items():
        put_template_in_place(
            TEMPLATE_IDS[key], notice.name, notice.subject, notice.body, dict(notice.fallbacks), now
        )
