"""What Chinese letters say about results: orders, margin, cash, new business."""

from __future__ import annotations

from reviewflow.simulation.phrases.shape import Remark, Step, Topic

RESULT = {
    "sales_amount": Topic(
        strengths=(
            Remark(
                "销售额超出目标",
                "本期签单 %(actual)s，目标 %(target)s。业绩来自多家客户的稳定下单，而不是靠一笔大单，"
                "可以延续。",
            ),
            Remark(
                "签单扎实",
                "销售额完成目标的 %(attainment)s。你提前排好了期末的工作，没有突击，也没有为冲量多让折扣。",
            ),
            Remark(
                "目标达成，节奏不乱",
                "销售额 %(actual)s，达成率 %(attainment)s。大客户稳步推进，小客户也没有被冷落。",
            ),
        ),
        gaps=(
            Remark(
                "销售额未达目标",
                "本期签单 %(actual)s，目标 %(target)s。期末仍有几份报价没有结论，差距多半在时间上，"
                "但要更早看到。",
            ),
            Remark(
                "大客户下单偏少",
                "销售额完成目标的 %(attainment)s。单数不少，单值偏低：几家大客户的下单少于我们一起定的计划。",
            ),
            Remark(
                "发力偏晚",
                "销售额 %(actual)s，没有达到 %(target)s。多数订单签在后期，个别订单一推迟就没有时间补上。",
            ),
        ),
        advice=(
            "每月月初把最大的十家客户过一遍，写明每家的下一单，带到周会上一起看。",
            "从目标倒推：期中之前要发出多少份报价、给哪些客户，先列清楚。",
        ),
        steps=(
            Step("为最大的十家客户制定客户计划", "每份计划写明下一单、时间和拍板人"),
            Step("每周与上级过一遍未结报价", "没有超过 30 天仍无下一步的报价"),
        ),
    ),
    "gross_margin": Topic(
        strengths=(
            Remark(
                "守住了价格",
                "毛利率 %(actual)s，目标 %(target)s。你用价值说明价格，只在客户放量时才让折扣。",
            ),
            Remark(
                "订单结构有利润",
                "毛利率 %(actual)s，完成目标的 %(attainment)s。报价中带上服务合同和备件的做法见效了。",
            ),
        ),
        gaps=(
            Remark(
                "折扣让掉了毛利",
                "毛利率 %(actual)s，目标 %(target)s。期末的一些折扣，客户还没有提就先给了。",
            ),
            Remark(
                "毛利率低于计划",
                "毛利率完成目标的 %(attainment)s。销量没有补回让出的价格，收入多了，利润反而少了。",
            ),
        ),
        advice=(
            "先谈延长服务或加快交付，再谈降价；超过 5%% 的折扣先与上级商量。",
            "每次报价准备两个方案，让降价总是对应更小的范围。",
        ),
        steps=(
            Step("每笔折扣在 CRM 中写明理由", "下一周期的订单无一缺漏"),
            Step("参加价格谈判培训", "完成培训，并与讲师复盘两份报价"),
        ),
    ),
    "collection_rate": Topic(
        strengths=(
            Remark(
                "客户按时付款",
                "到期应收已回款 %(actual)s，目标 %(target)s。你在签合同时就约定付款节点，效果明显。",
            ),
            Remark(
                "应收款管得住",
                "回款率 %(actual)s。你在到期之前而不是之后联系客户，财务很少需要催你的客户。",
            ),
        ),
        gaps=(
            Remark(
                "回款落后于签约",
                "到期应收回款 %(actual)s，目标 %(target)s。逾期款主要来自没有约定付款节点的合同。",
            ),
            Remark(
                "逾期偏多",
                "回款率只完成目标的 %(attainment)s。有几家客户每次都拖，他们需要的是约定，而不是再催一次。",
            ),
        ),
        advice=(
            "合同里写明付款节点，到期前一周联系客户，有风险及早告诉财务。",
            "对两次以上拖延的客户，下一单先收部分预付款。",
        ),
        steps=(
            Step("与逾期客户逐一商定付款计划", "每张逾期发票都有确认的日期，回款率回到目标"),
            Step("每周与财务共享到期发票清单", "下一周期每周一发出"),
        ),
    ),
    "new_customers": Topic(
        strengths=(
            Remark(
                "新客户开发超出目标",
                "签下 %(actual)s 家新客户，目标 %(target)s 家。首次见面后跟进快，客户感受得到。",
            ),
            Remark(
                "客户面更宽了",
                "新客户 %(actual)s 家，目标 %(target)s 家，与一年前相比，对单个客户的依赖小了。",
            ),
        ),
        gaps=(
            Remark(
                "新客户偏少",
                "签下 %(actual)s 家新客户，约定 %(target)s 家。老客户最忙的几周，开发停了下来。",
            ),
            Remark(
                "开发要有固定时间",
                "新客户 %(actual)s 家，目标 %(target)s 家。见了面的大多谈得不错，问题是见得太少。",
            ),
        ),
        advice=(
            "每周留出两个半天做新客户开发，不让日常事务占用。",
            "请满意的老客户各介绍一家，经人介绍的客户更容易谈成。",
        ),
        steps=(
            Step("列出 30 家潜在客户，每两周过一遍", "每一家都至少联系过一次"),
            Step("每周两个半天开发新客户", "下一周期至少有十周做到"),
        ),
    ),
}
