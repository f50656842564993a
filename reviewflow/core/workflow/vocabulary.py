"""The words that workflow files may use. The set is closed and only grows: running subjects pin old files.

Everything that knows a mark, guard, job or role by name agrees with these sets (a test compares them
with the guards; CHECK constraints of the database stand behind the rules of marks).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LANGUAGES = ("en", "zh")
FORMAT = 1

Title = Mapping[str, str]
"""The same text in every language of `LANGUAGES`."""

CLOCK = "clock"

ROLE_TITLES: Mapping[str, Title] = {
    "reviewee": {"en": "employee", "zh": "被评估人"},
    "manager": {"en": "manager", "zh": "直属上级"},
    "beneficiary": {"en": "beneficiary", "zh": "受益人"},
    "preparer": {"en": "preparer", "zh": "经办人"},
    "earlier_approver": {"en": "earlier approver", "zh": "前一审批人"},
    "hr": {"en": "HR", "zh": "人力资源"},
    "hrbp": {"en": "HR business partner", "zh": "人力业务伙伴"},
    "sales_director": {"en": "sales director", "zh": "销售总监"},
    "finance": {"en": "finance", "zh": "财务"},
    "data_inputter": {"en": "data inputter", "zh": "数据源录入人"},
    "auditor": {"en": "auditor", "zh": "审计"},
    "system_admin": {"en": "system administrator", "zh": "系统管理员"},
    CLOCK: {"en": "automatic", "zh": "自动"},
}

GUARD_TITLES: Mapping[str, Title] = {
    "tasks_done": {"en": "all tasks are done", "zh": "任务均已完成"},
    "manager_review_done": {"en": "the manager's task is done", "zh": "上级任务已完成"},
    "weights_sum_100": {"en": "weights sum to 100", "zh": "权重合计 100"},
    "targets_set": {"en": "every goal has a target", "zh": "每项指标均有目标值"},
    "measures_missing": {"en": "figures are missing", "zh": "有数据待补录"},
    "measures_settled": {"en": "every figure is settled", "zh": "数据均已落实"},
    "scores_ready": {"en": "the score is computed", "zh": "得分已计算"},
    "no_veto_open": {"en": "no veto is open", "zh": "没有待定的否决项"},
    "calibration_wanted": {"en": "with calibration", "zh": "需要校准"},
    "rating_set": {"en": "there is a rating", "zh": "已有评级"},
    "letter_printed": {"en": "the letter is printed", "zh": "反馈书已生成"},
    "no_award_approved": {"en": "no award is approved", "zh": "没有已批准的奖励"},
    "awards_settled": {"en": "every award is settled", "zh": "奖励均已办结"},
    "amount_zero": {"en": "nothing is due", "zh": "无应发金额"},
    "above_limit": {"en": "above the limit", "zh": "超过限额"},
    "superseded": {"en": "the result was reopened", "zh": "结果已重开"},
}
"""What each guard says when it holds."""

GRANTED = frozenset({"hr", "hrbp", "sales_director", "finance", "data_inputter", "auditor", "system_admin"})
"""Roles given to people, dated, for a unit and everything below it."""

ABSENT = frozenset({"reviewee", "beneficiary", "preparer", "earlier_approver"})
"""Roles of particular people, who may be away. A missing manager is replaced one level up, at last by HR."""

MONEY_LIMITS = frozenset({"above_limit"})
"""Guards that read amounts by currency from `[limits]`, under their own name."""

RARE = frozenset({"amount_zero", "superseded", "above_limit", "calibration_wanted", "measures_missing"})
"""Guards that hold in special cases only; no stage may rely on them to get on."""

GUARD_ROLES: Mapping[str, frozenset[str]] = {"manager_review_done": frozenset({"manager"})}
"""Guards that wait for the tasks of these roles. `tasks_done` waits for every task of its stage."""


@dataclass(frozen=True)
class Kind:
    """What a file of one kind may say, and what its marks demand of each other."""

    parts: tuple[str, ...]
    marks: tuple[str, ...]
    relations: frozenset[str]
    """Roles that follow from the record itself."""
    guards: frozenset[str]
    jobs: frozenset[str] = frozenset()
    sends: frozenset[str] = frozenset()
    outcomes: frozenset[str] = frozenset()
    uses: Mapping[str, str] = field(default_factory=dict)
    """What may be pinned together with the file: word -> kind of definition."""
    after: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """A mark needs one of these marks beside it (a CHECK of the database)."""
    apart: tuple[frozenset[str], ...] = ()
    """Marks that exclude each other (a CHECK of the database)."""
    promised_after: Mapping[str, str] = field(default_factory=dict)
    """A job or message needs this mark: it works with what the mark says is there."""
    set_with_guard: Mapping[str, str] = field(default_factory=dict)
    """Setting the mark needs this guard, because a CHECK demands what it sees to."""
    set_with_outcome: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Setting the mark needs a move with one of these outcomes, stored beside it."""
    set_by_people: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Marks that no clock may set, with the roles that are not allowed to: nobody decides for themselves."""
    own: str = ""
    """The role of the person whom the record is about."""
    not_cleared_by_own: frozenset[str] = frozenset()
    """Marks that nobody who acts in another role may clear on their own record."""

    @property
    def roles(self) -> frozenset[str]:
        """Every role that may stand in `by` or `not_by`."""
        return self.relations | GRANTED | {CLOCK}


REVIEW = Kind(
    parts=(
        "goal_setting", "tracking", "data_collection", "evaluation", "calibration",
        "feedback", "reward", "closed",
    ),
    marks=("goals_agreed", "frozen", "rated", "released", "acknowledged", "closed", "voided"),
    relations=frozenset({"reviewee", "manager"}),
    guards=frozenset({
        "tasks_done", "weights_sum_100", "targets_set", "measures_missing", "measures_settled",
        "scores_ready", "no_veto_open", "calibration_wanted", "manager_review_done", "rating_set",
        "letter_printed", "no_award_approved", "awards_settled",
    }),
    jobs=frozenset({"preview_measures", "freeze_measures", "propose_awards"}),
    sends=frozenset({"goals_to_agree", "feedback_letter", "mechanism_survey"}),
    outcomes=frozenset({"acknowledged", "acknowledged_disagree", "refused", "no_answer", "no_self_review"}),
    uses={
        "indicators": "indicators", "rubric": "rubric", "plan": "plan", "calendar": "calendar",
        "award": "workflow", "promotion": "workflow",
    },
    after={
        "released": frozenset({"frozen"}),
        "acknowledged": frozenset({"released"}),
        "closed": frozenset({"acknowledged", "voided"}),
    },
    promised_after={
        "freeze_measures": "frozen", "feedback_letter": "released", "propose_awards": "released",
        "mechanism_survey": "released",
    },
    set_with_guard={"released": "rating_set"},
    set_with_outcome={
        "acknowledged": frozenset({"acknowledged", "acknowledged_disagree", "refused", "no_answer"}),
    },
    set_by_people={"released": frozenset({"reviewee"})},
    own="reviewee",
    not_cleared_by_own=frozenset({"frozen", "rated", "released"}),
)  # fmt: skip

AWARD = Kind(
    parts=("pending", "returned", "approved", "paid", "rejected", "closed"),
    marks=("approved", "rejected", "exported", "closed"),
    relations=frozenset({"beneficiary", "manager", "preparer", "earlier_approver"}),
    guards=frozenset({"tasks_done", "amount_zero", "above_limit", "superseded"}),
    after={"exported": frozenset({"approved"})},
    apart=(frozenset({"approved", "rejected"}),),
    set_by_people={
        "approved": frozenset({"beneficiary", "preparer"}),
        "exported": frozenset({"beneficiary"}),
    },
    own="beneficiary",
)

KINDS: Mapping[str, Kind] = {"review": REVIEW, "award": AWARD}

MARKS: Mapping[str, frozenset[str]] = {name: frozenset(kind.marks) for name, kind in KINDS.items()}
"""Marks by kind: dated columns `<mark>_at` of the table with the kind's name."""

FIELD_KINDS: Mapping[str, bool] = {
    "targets": False,
    "missing_measures": False,
    "rubric": False,
    "points": True,
    "actions": True,
    "text": True,
    "file": True,
    "money": True,
}
"""Kinds of form fields, and whether a field of that kind needs a label of its own."""

FIELD_USES: Mapping[str, tuple[str, ...]] = {
    "targets": ("indicators", "plan"), "missing_measures": ("indicators",), "rubric": ("rubric",),
}  # fmt: skip
"""Field kinds that read pinned files."""

NOT_FILLED_BY_OWN = frozenset({"missing_measures", "money"})
"""Field kinds that nobody fills in about themselves: figures and amounts."""

JOB_USES: Mapping[str, tuple[str, ...]] = {
    "preview_measures": ("indicators",),
    "freeze_measures": ("indicators", "plan"),
    "propose_awards": ("plan", "award", "promotion"),
}
"""Jobs that read pinned files."""

DUE_FROM = ("begin", "period_start", "period_end")
DUE_COUNT = ("working", "calendar")
AT = ("ready", "due")
NOTE = ("required", "optional")


def role_title(role: str, language: str) -> str:
    """What people call a role: ``role_title("hrbp", "zh") == "人力业务伙伴"``."""
    return ROLE_TITLES[role][language]


def guard_title(guard: str, language: str) -> str:
    """What a guard says when it holds: ``guard_title("above_limit", "en") == "above the limit"``."""
    return GUARD_TITLES[guard][language]
