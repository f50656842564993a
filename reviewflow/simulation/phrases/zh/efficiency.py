"""What Chinese letters say about efficiency: visits, deals, conversion."""

from __future__ import annotations

from reviewflow.simulation.phrases.shape import Remark, Step, Topic

EFFICIENCY = {
    "visits": Topic(
        strengths=(
            Remark(
                "离客户近",
                "完成 %(actual)s 次拜访，目标 %(target)s 次，全期分布均匀，纪要当天写完。",
            ),
            Remark(
                "拜访有下文",
                "拜访 %(actual)s 次，目标 %(target)s 次。纪要都写了下一步，同事不用问就能接手。",
            ),
        ),
        gaps=(
            Remark(
                "拜访少于约定",
                "完成 %(actual)s 次拜访，目标 %(target)s 次。有些可能去了却没有记录，没有记录就无法计入。",
            ),
            Remark(
                "拜访忙闲不均",
                "约定的拜访完成了 %(attainment)s。有的周排满，有的周空着，远处的客户去得最少。",
            ),
        ),
        advice=(
            "周五排好下一周的路线，把同一片区的客户放在一起。",
            "拜访当天写纪要，三行就够。",
        ),
        steps=(
            Step("每周做拜访计划", "周五中午前录入 CRM"),
            Step("重点客户每月至少拜访一次", "间隔不超过 31 天"),
        ),
    ),
    "deal_cycle": Topic(
        strengths=(
            Remark(
                "成交更快",
                "赢单平均用时 %(actual)s 天，目标 %(target)s 天。你很早就把拍板的人请到了桌前。",
            ),
            Remark(
                "决策路径短",
                "成交周期 %(actual)s 天，快于约定的 %(target)s 天。每次会后都有明确的下一步，这是关键。",
            ),
        ),
        gaps=(
            Remark(
                "成交拖得久",
                "赢单平均用时 %(actual)s 天，目标 %(target)s 天。有几单一直在等答复，却没有人再问一次。",
            ),
            Remark(
                "拍板的人来得晚",
                "成交周期 %(actual)s 天，约定 %(target)s 天。技术问题早已谈妥，预算却很晚才谈。",
            ),
        ),
        advice=(
            "第一次见面就问清谁拍板、何时定、用哪笔预算，并写下来。",
            "商机两周没有进展，就带到组会上讨论，不要干等。",
        ),
        steps=(
            Step("清理超过 60 天的商机", "每一个都有决策日期，或者已经关闭"),
            Step("为每个大商机写决策计划", "写明人、时间和预算"),
        ),
    ),
    "conversion_rate": Topic(
        strengths=(
            Remark(
                "赢单更有把握",
                "转化率 %(actual)s，目标 %(target)s。你及早放下了弱商机，把其余的准备得很充分。",
            ),
            Remark(
                "最后一轮有优势",
                "转化率 %(actual)s，高于目标 %(target)s：方案答的正是客户问的。",
            ),
        ),
        gaps=(
            Remark(
                "丢单太晚",
                "转化率 %(actual)s，约定 %(target)s。多数是在报价之后丢的，前面已经投入很多。",
            ),
            Remark(
                "商机要早筛",
                "转化率完成目标的 %(attainment)s。没有预算的商机在手上留得太久，占了好商机的时间。",
            ),
        ),
        advice=(
            "报价之前先核对需求、预算、拍板人和时间，缺两项就先停一停。",
            "丢单一周内写明原因，我们每月一起看规律。",
        ),
        steps=(
            Step("每个丢单写明原因", "下一周期全部写全"),
            Step("上级陪访两次并当天复盘", "两次都有复盘记录"),
        ),
    ),
}
