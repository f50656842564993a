"""What Chinese letters say about quality: satisfaction, retention, complaints."""

from __future__ import annotations

from reviewflow.simulation.phrases.shape import Remark, Step, Topic

QUALITY = {
    "satisfaction": Topic(
        strengths=(
            Remark(
                "客户满意",
                "客户评分 %(actual)s 分，目标 %(target)s 分。客户提到最多的是答复可靠、说到做到。",
            ),
            Remark(
                "服务看得见",
                "满意度 %(actual)s 分，目标 %(target)s 分。当天回电，哪怕是坏消息，这一点客户记得。",
            ),
        ),
        gaps=(
            Remark(
                "满意度低于目标",
                "客户评分 %(actual)s 分，目标 %(target)s 分。提得最多的是交期变了却没有人通知。",
            ),
            Remark(
                "客户等答复",
                "满意度 %(actual)s 分，目标 %(target)s 分。产品评价不错，客户等的是更快的回应。",
            ),
        ),
        advice=(
            "交期一有变化就先打电话，不要等客户自己发现。",
            "每个问题一个工作日内回复，哪怕只是告知何时给出完整答复。",
        ),
        steps=(
            Step("回访每一位打 3 分及以下的客户", "收到评价后五个工作日内完成"),
            Step("一个工作日内回复", "每周检查时没有超过一天的未复问题"),
        ),
    ),
    "retention": Topic(
        strengths=(
            Remark(
                "老客户留得住",
                "%(actual)s 的老客户再次下单，目标 %(target)s。两单之间你也保持联系，不是临下单才出现。",
            ),
            Remark(
                "客户忠诚",
                "留存率 %(actual)s，目标 %(target)s。有客户安静下来时，你及早发现并挽回了。",
            ),
        ),
        gaps=(
            Remark(
                "老客户悄悄流失",
                "%(actual)s 的老客户再次下单，目标 %(target)s。离开的客户此前已有几周没有人联系。",
            ),
            Remark(
                "老客户分到的时间少",
                "留存率完成目标的 %(attainment)s。新客户开发不错，但有一部分只是补上了没有回来的老客户。",
            ),
        ),
        advice=(
            "每月看一遍六周没有下单的客户，先给他们打电话。",
            "离开客户之前约好下一单，至少约好下一次通话。",
        ),
        steps=(
            Step("每月列出安静的客户", "逐一联系并记下答复"),
            Step("挽回两家本期流失的客户", "每家有新订单，或有明确的原因"),
        ),
    ),
    "complaint_rate": Topic(
        strengths=(
            Remark(
                "投诉少",
                "投诉率 %(actual)s，约定不超过 %(target)s。经你手的订单完整、准确。",
            ),
            Remark(
                "订单干净",
                "投诉率 %(actual)s，在约定的 %(target)s 之内，你答应客户的都是公司做得到的。",
            ),
        ),
        gaps=(
            Remark(
                "投诉超出上限",
                "投诉率 %(actual)s，上限 %(target)s。多数来自没有与仓库核对的交期承诺。",
            ),
            Remark(
                "订单要再核一遍",
                "投诉率 %(actual)s，约定 %(target)s。订单信息不全造成错发，核一遍就能发现。",
            ),
        ),
        advice=(
            "答应交期之前先与仓库核对，发出订单前再读一遍。",
            "每个投诉自己与客户谈，这是找到原因最快的办法。",
        ),
        steps=(
            Step("发单前用检查清单核对", "下一周期每张订单都用"),
            Step("每个投诉的原因在组内讨论", "重复出现的原因都改了一条规则"),
        ),
    ),
}
