"""The Chinese phrases: written for Chinese readers, not translated line by line."""

from __future__ import annotations

from reviewflow.simulation.phrases.shape import PhraseBank, Remark, Step, Topic
from reviewflow.simulation.phrases.zh.efficiency import EFFICIENCY
from reviewflow.simulation.phrases.zh.quality import QUALITY
from reviewflow.simulation.phrases.zh.result import RESULT

CHINESE = PhraseBank(
    topics=RESULT | EFFICIENCY | QUALITY,
    other=Topic(
        strengths=(
            Remark(
                "%(title)s：达到目标",
                "实际 %(actual)s，目标 %(target)s，达成率 %(attainment)s。全期逐步积累，节奏平稳。",
            ),
        ),
        gaps=(
            Remark(
                "%(title)s：低于目标",
                "实际 %(actual)s，约定 %(target)s，达成率 %(attainment)s。差距出现得早，后来没有补上。",
            ),
        ),
        advice=("每周看一次%(title)s，偏离计划时及早告诉我。",),
        steps=(Step("为%(title)s制定计划，按月设节点", "每个节点都按期检查"),),
    ),
    nearest=(
        Remark(
            "%(title)s最接近目标",
            "实际 %(actual)s，目标 %(target)s，是本期最好的一项，做法可以用到其他指标上。",
        ),
        Remark("%(title)s基本到位", "本期比预想的难，你仍达成了目标的 %(attainment)s（%(actual)s）。"),
    ),
    hold=(
        Remark(
            "保持%(title)s",
            "各项都达到了目标，其中%(title)s离目标最近（实际 %(actual)s，目标 %(target)s），下期先看这一项。",
        ),
    ),
    hold_advice=(
        "把有效的做法分享给团队，每次月会讲一个例子就好。",
        "接手一家你不熟悉、规模更大的客户。",
    ),
    hold_steps=(
        Step("在擅长的方面带一位同事", "一起完成四次客户会面"),
        Step("为团队手册写一条做法", "两位同事看过"),
    ),
    conduct=(
        Remark("记录可靠", "录入完整、及时，同事可以直接使用。"),
        Remark("乐于配合", "忙的时候帮了同事，自己需要帮助时也及早开口。"),
        Remark("准备充分", "见客户之前有准备，有目标，也有议程。"),
        Remark("听得进建议", "谈过的事，很快就能在工作中看到改变。"),
    ),
    untested=Remark(
        "让成果看得见",
        "本期没有能够计算的指标。我们会一起把你的工作记录到可以统计的地方。",
    ),
    evidence="%(title)s %(actual)s，目标 %(target)s，达成率 %(attainment)s；来源数据 %(rows)s 条",
    evidence_without_rows="%(title)s %(actual)s，目标 %(target)s，达成率 %(attainment)s",
    evidence_conduct="上级日常观察；期间沟通记录",
    achievements=(
        "做得最好的是%(title)s：实际 %(actual)s，目标 %(target)s。",
        "比较满意的是%(title)s（实际 %(actual)s，目标 %(target)s）。",
    ),
    achievements_none=("与所有客户保持了联系，并为下一周期做了准备。",),
    self_gap=(
        "%(title)s没有做到位：实际 %(actual)s，目标 %(target)s，我知道该怎么改。",
        "%(title)s要多花时间：实际 %(actual)s，目标 %(target)s。",
    ),
    sentences={
        "high": (
            "期间多次客户会面都能看到，纪要可查。",
            "同事不止一次来请教这方面的做法。",
            "最忙的几周也不用提醒。",
        ),
        "middle": (
            "符合约定，没有特别突出或落后的时候。",
            "多数情况不错，个别例外已经谈过。",
            "全期表现平稳。",
        ),
        "low": (
            "答应过两次，期末仍未完成，已经谈过。",
            "提醒之后才做，已约定如何改变。",
            "有几次会面准备不足，后面多花了时间。",
        ),
    },
    notes={
        "send_back": (
            "新客户的目标我觉得偏高，有两家大客户已经说明会减少采购，能否一起再看一下？",
            "大部分我认同。请再核一下权重：我一半的时间花在老客户上。",
        ),
        "disagree": (
            "反馈书已读，对协作一项的评价有不同意见：第二个月的延误是停发货造成的，当时已经报告。",
            "数字没有问题，但没有体现期间移交出去的客户，希望记录在案。",
        ),
        "refusal": ("员工在与人力资源的面谈中阅读了反馈书，不愿签字。",),
        "return": (
            "请补充绩效系数的依据后再提交。",
            "请对照员工档案核对在岗天数。",
        ),
        "reject": ("不符合方案规定的条件。",),
        "correct": ("已对照方案和数据核对，金额维持不变。",),
        "by_hand": ("数据源未能按时提供，取自已签字的月报。",),
    },
    comments=(
        "目标清楚。与其期末看一次，不如每月看一次数字。",
        "投诉很多来自交付，我左右不了，权重小一些更公平。",
        "拜访次数的权重可以低一点，看拜访的结果更好。",
        "能看到每个数字怎么来的，很好。",
        "留存和价格有关，价格不是我们定的。",
        "",
    ),
    joint="%(reviewee)s、%(author)s",
)
