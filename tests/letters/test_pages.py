"""What stands where: page 1 answers everything, nothing is lost however long or odd the values are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reviewflow.printer import Mould
from tests.letters.printing import LANGUAGES, TEMPLATE, fonts, pages, sample, says, squeezed

Read = Callable[[str], list[str]]

LAST_ON_PAGE_1 = {"zh": "签收截至 2026 年", "en": "Acknowledge by"}
NEXT = {"zh": "接下来", "en": "What happens next"}


def language(name: str) -> str:
    return name if name in LANGUAGES else name.rpartition(".")[2]


def test_page_1_ends_with_what_to_do_now(read: Read, name: str) -> None:
    first, second, *_ = read(name)
    assert says(first, LAST_ON_PAGE_1[language(name)])
    assert not says(second, LAST_ON_PAGE_1[language(name)])


@pytest.mark.parametrize(
    ("name", "count"), [("zh", 3), ("en", 4), ("feedback_twelve.zh", 4), ("feedback_smallest.en", 2)]
)
def test_length(read: Read, name: str, count: int) -> None:
    assert len(read(name)) == count


def test_chinese_page_1(read: Read) -> None:
    first = read("zh")[0]
    assert says(
        first, "绩效反馈书", "2026 年第三季度（2026 年 7 月 1 日 – 9 月 30 日）", "林晓雯", "高级客户经理"
    )
    assert says(first, "FB-2026Q3-00417 R1", "2026 年 10 月 15 日", "王建国", "胡敏", "标准销售激励方案 v7")
    assert says(
        first, "您本周期的最终绩效等级为 S（卓越），总分 95.79 分。", "下一步的重点：回款落后于签约。"
    )
    assert says(first, "销售额", "25%", "1,082,000", "1,000,000", "108.2%", "27.05")
    assert says(first, "无法计算：有效问卷 3 份，少于最低样本 5 份。")
    assert says(first, "93.74 × 80% + 104.00 × 20% ≈ 95.79")
    assert says(first, "薪酬在您签收之后或签收期限届满之后提出。")


def test_english_page_1(read: Read) -> None:
    first = read("en")[0]
    assert says(
        first, "Performance feedback letter", "Third quarter 2026 (1 July – 30 September 2026)", "Lin Xiaowen"
    )
    assert says(first, "Your final rating for this cycle is S (Outstanding), with a total of 95.79 points.")
    assert says(first, "What stood out: New business a third above target.")
    assert says(first, "Cannot be computed: 3 replies, minimum 5.")
    assert says(first, "Pay is proposed after you acknowledge or the deadline passes.")


def test_every_number_can_be_redone_by_hand(read: Read) -> None:
    second = read("en")[1]
    assert says(second, "30 September 2026, 24:00 (UTC+8)", "snapshot S-2026Q3-0007")
    assert says(
        second, "60 + (60 − 48.5) ÷ (60 − 45) × 40 ≈ 90.67", "90.67 × 7% ≈ 6.35", "19 rows", "lower is better"
    )
    assert says(second, "60.0 / 45.0 / 35.0 days", "actual 48.5")
    assert says(
        second, "Its weight of 8% goes to the other indicators in proportion; it does not count as zero."
    )
    assert says(second, "Entered by hand: The ticket system was down for two days")
    assert says(second, "S ≥ 95, A ≥ 85, B ≥ 75, C ≥ 60", "95.79 → S", "(4 + 5 + 4 + 3 + 5) ÷ 5 = 4.20")
    assert says(second, "No step was decided by a machine alone.")


def test_feedback_and_what_follows(read: Read) -> None:
    text = "".join(read("en"))
    assert says(text, "three of them came from the list of referrals", "Evidence: 55 CRM opportunities")
    assert says(text, "Winning customers", "4 / 5", "Builds own lists")
    assert says(text, "Join four visits", "Wang Jianguo", "18 Dec 2026", "four coaching notes")
    assert says(text, "Within 10 days, by Sunday 25 October 2026, 24:00 (UTC+8).")
    assert says(text, "Acknowledging confirms receipt, not agreement.", "recorded as “no answer”")
    assert says(text, "7KQM-4D2X-9TRA-W3HP", "https://reviews.yunfan.example/verify/7KQM4D2X9TRAW3HP")


@pytest.mark.parametrize("name", LANGUAGES)
def test_pay_stands_in_no_letter_that_precedes_it(read: Read, name: str) -> None:
    text = "".join(read(name))
    assert "CNY1" not in text
    assert not any(word in text for word in ("appeal", "申诉", "13,680", "应发"))


def test_revision_2_names_the_one_it_replaces(read: Read) -> None:
    assert says(
        read("feedback_revision_2.en")[0], "FB-2026Q3-00417 R2", "replaces revision 1 of 15 October 2026"
    )
    assert says(read("feedback_revision_2.zh")[0], "本书替代 2026 年 10 月 15 日发布的第 1 版")
    assert says(read("feedback_revision_2.en")[0], "Calibration changed the grade from S to A")
    assert says(read("feedback_revision_2.en")[1], "95.79 → S", "Compared with like results")


def test_every_page_can_be_told_apart(read: Read, name: str) -> None:
    texts = read(name)
    for number, text in enumerate(texts, start=1):
        counted = {"zh": f"第 {number} 页，共 {len(texts)} 页", "en": f"Page {number} of {len(texts)}"}
        assert says(text, "FB-2026Q3-00417 R", "YF-", counted[language(name)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_comments_flow_over_pages(mould: Mould, language: str) -> None:
    values = sample(language)
    words = {"zh": "逐笔核对过原因。", "en": "The reasons are written down. "}[language]
    values["improvements"][0]["text"] = (words * 400)[:2980].strip() + "FINIS"
    values["improvements"][1]["text"] = (words * 400)[:2980].strip()
    texts = pages(mould.print(TEMPLATE.text, values))
    assert says("".join(texts), "FINIS")
    started = next(number for number, text in enumerate(texts) if words[:8].replace(" ", "") in text)
    assert not any(len(text) < 300 for text in texts[started:-1])  # no page left half empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_reason_for_a_missing_figure_is_cut_on_page_1_and_whole_behind(
    mould: Mould, language: str
) -> None:
    values = sample(language)
    words = {"zh": "客户更换系统，问卷未收回。", "en": "No replies came back in time. "}[language]
    reason = (words * 100)[:420].strip() + "FINIS"
    for group in values["groups"]:
        for one in group["indicators"]:
            if "missing_reason" in one:
                one["missing_reason"] = reason
    first, second, *_ = pages(mould.print(TEMPLATE.text, values))
    assert says(first, LAST_ON_PAGE_1[language])
    assert "FINIS" not in first
    assert says(second, reason)


def test_a_heading_is_on_the_page_of_its_first_point_wherever_the_page_ends(mould: Mould) -> None:
    """The text before it grows line by line, until the heading has moved over the end of the page."""
    values = sample("en")
    first = squeezed(values["strengths"][0]["claim"])
    indicators = [one for group in values["groups"] for one in group["indicators"]]
    for lines in range(12):
        for one in indicators[:lines]:
            one["trace"] = ["60 + 1 = 61", "61 + 1 = 62", "62 + 1 = 63"]
        found = pages(mould.print(TEMPLATE.text, values))[1:]
        assert all(first in page for page in found if "Feedbackandwhatweagreed" in page), lines


@pytest.mark.parametrize(
    "given", ["Æ" * 200, "Nguyễn Đặng Thị " * 12 + "Ngọc", "欧阳" * 100, "A. B-C’ O’Dvořák-Łukasiewicz"]
)
def test_long_names_stay_whole(mould: Mould, given: str) -> None:
    values = sample("en")
    values["person"]["name"] = given
    texts = pages(mould.print(TEMPLATE.text, values))
    assert says(texts[0], given)
    assert says(texts[0], "Acknowledge by")


@pytest.mark.parametrize("rare", ["買賣", "𬭬", "𫘧", "㑇", "邨堃喆", "﨑"])
def test_rare_han_come_from_the_wide_face(mould: Mould, rare: str) -> None:
    values = sample("zh")
    values["person"]["name"] = f"林{rare}"
    pdf = mould.print(TEMPLATE.text, values)
    assert says(pages(pdf)[0], f"林{rare}，您好")
    usual = {"Noto-Sans-SC", "Noto-Sans-SC-Bold", "Noto-Serif-SC-Semi-Bold"}
    assert fonts(pdf) - usual == {"Noto-Sans-SC-Wide", "Noto-Sans-SC-Wide-Bold"}


def test_accents_that_come_apart_are_joined(mould: Mould) -> None:
    values = sample("en")
    values["person"]["name"] = "Ame\u0301lie Nguye\u0302\u0303n"
    assert says(pages(mould.print(TEMPLATE.text, values))[0], "Amélie Nguyễn")


def test_numbers_of_any_length_stay_in_their_column(mould: Mould) -> None:
    values = sample("en")
    values["groups"][0]["indicators"][0] |= {"actual": "1234567890.1234", "target": "-0.5", "unit": "VND"}
    assert says(pages(mould.print(TEMPLATE.text, values))[0], "1,234,567,890.1234", "−0.5")


@pytest.mark.parametrize("name", ["zh", "en"])
def test_size(printed: Callable[[str], bytes], name: str) -> None:
    assert len(printed(name)) < 200_000
