"""Files of the numbers side (indicators, plans, rubrics, calendars), figures, ratings and pay."""

SENTENCES = {
    "file.missing_key": "“%(key)s” is missing here. Add it.",
    "file.unknown_key": "“%(key)s” is not known here. Check the spelling, or remove it.",
    "file.not_text": "“%(key)s” must be a text in quotation marks.",
    "file.not_number": "“%(key)s” must be a number.",
    "file.not_whole": "“%(key)s” must be a whole number.",
    "file.not_date": "“%(key)s” must be a date like 2026-01-31.",
    "file.not_table": "“%(key)s” must be a table with keys of its own.",
    "file.not_list": "“%(key)s” must be a list in square brackets.",
    "file.not_dates": "“%(key)s” must be a list of dates like 2026-01-31.",
    "file.not_texts": "“%(key)s” must be a list of texts in quotation marks.",
    "file.not_numbers": "“%(key)s” must be a list of numbers.",
    "file.not_tables": "“%(key)s” must be a list of tables.",
    "file.blank": "“%(key)s” is blank. Write a text.",
    "file.bad_name": (
        "“%(value)s” cannot be the %(key)s: use small letters, digits and underscores, at most 40 "
        "characters, and begin with a letter."
    ),
    "file.not_one_of": "“%(value)s” is not possible for %(key)s. Choose one of: %(options)s.",
    "file.out_of_range": "%(key)s is %(value)s, but it must lie between %(least)s and %(most)s.",
    "file.too_many_decimals": "%(key)s is %(value)s, but at most %(places)s decimals are kept. Shorten it.",
    "file.repeated_name": "“%(name)s” stands here for the second time. Give each its own name.",
    "file.unknown_format": (
        "This file is in a newer format than this version reads. Set format = 1, or update reviewflow."
    ),
    "indicators.none": "The file has no indicators. Add at least one [[indicator]].",
    "indicators.no_measures": (
        "The indicator has no measures, so there is nothing to compute. Add at least one."
    ),
    "indicators.bad_take": (
        "“%(value)s” cannot be taken. Possible are count, count_distinct:customer, "
        "sum_days:opened..on, and sum, min or max of amount or amount2."
    ),
    "indicators.only_customers": (
        "The measure %(measure)s narrows a set of customers, so it must take count_distinct:customer."
    ),
    "indicators.no_outcomes": 'List at least one outcome, for example outcome = ["won"].',
    "indicators.bad_formula": (
        "The formula is not understood at “%(part)s”. It may hold measures, numbers, + - * / and parentheses."
    ),
    "indicators.unknown_measure": (
        "%(measure)s is not a measure of this indicator that can be used here. Check the spelling, or add it."
    ),
    "indicators.unused_measure": "The measure %(measure)s is not used in the formula. Use it, or remove it.",
    "indicators.too_long": (
        "This text has %(length)s characters. It stands in one line of every letter, so at most %(most)s."
    ),
    "indicators.history_missing": (
        'A measure compares with customers of before, so say how far back: for example history = "P3M".'
    ),
    "indicators.bad_history": (
        "“%(value)s” is not a length of time. Write it like P3M (three months), P1Y or P90D."
    ),
    "plan.no_curves": "The plan has no scoring curve. Add at least one [[curve]].",
    "plan.curve_order": (
        "The anchors of the curve %(curve)s must all rise, or all fall, from threshold to target to stretch."
    ),
    "plan.curve_points": "The points of the curve %(curve)s must rise from threshold to target to stretch.",
    "plan.target_is_100": "In the curve %(curve)s the target must stand at 100 percent of itself.",
    "plan.weights_sum": "The weights sum to %(sum)s instead of 100: %(missing)s are missing.",
    "plan.weight_zero": "The weight of %(indicator)s is 0. Give it a weight, or remove it.",
    "plan.unknown_indicator": (
        "%(indicator)s is not in the catalogue of indicators. Check the spelling, or add it there."
    ),
    "plan.unknown_curve": "There is no curve %(curve)s in this plan. Check the spelling, or add it.",
    "plan.curve_direction": (
        "The curve %(curve)s runs the wrong way for %(indicator)s: it must rise where higher is "
        "better, and fall where lower is better."
    ),
    "plan.total_is_100": "The shares of the computed score and of the rubric must sum to 100.",
    "plan.levels": "levels needs %(count)s rising numbers, one for each level of the rubric.",
    "plan.no_ratings": "The plan has no ratings. Add at least one [[rating]].",
    "plan.rating_too_long": "The rating %(rating)s is too long: use at most 8 characters.",
    "plan.rating_order": (
        "Ratings stand best first, so %(rating)s must begin at a lower total than %(better)s."
    ),
    "plan.coefficient_order": (
        "The worse rating %(rating)s must not have a higher coefficient than %(better)s."
    ),
    "plan.last_rating_from_0": (
        "The last rating %(rating)s must begin at 0, so that every total has a rating."
    ),
    "plan.guideline_is_100": "The shares of the ratings must sum to 100.",
    "plan.reserved_component": (
        "“%(component)s” is kept for promotion recommendations. Choose another key for this component."
    ),
    "plan.one_rate": "The commission %(component)s needs exactly one of base, rate and tiers.",
    "plan.commission_on_money": "Commission is a share of money, but %(indicator)s is not measured in money.",
    "plan.tiers_gap": (
        "Every tier but the last needs up_to, and the last must not have it, so that no amount is "
        "without a rate."
    ),
    "plan.tiers_order": "The bounds of the tiers must rise.",
    "plan.unknown_rating": "%(rating)s is not a rating of this plan.",
    "plan.no_promotion_ratings": "The promotion rule names no ratings. List at least one.",
    "plan.attainment_of_what": "The promotion rule needs both an indicator and an attainment, or neither.",
    "rubric.none": "The rubric has no criteria. Add at least one [[criterion]].",
    "rubric.bad_level": "sentence_at lists levels, and levels are 1 to 5.",
    "rubric.unanswered": "Choose a level, or say that you cannot judge this.",
    "rubric.cannot_judge_refused": "This rubric needs a level for every criterion. Choose one.",
    "rubric.level_unknown": "There is no level %(level)s. Choose one of 1 to 5.",
    "rubric.sentence_missing": "Level %(level)s needs a sentence: say what you saw.",
    "rubric.criterion_unknown": "%(criterion)s is not a criterion of this rubric. Open the form again.",
    "calendar.not_a_weekend": "%(day)s is a weekday, so it cannot be a make-up day.",
    "calendar.holiday_too": "%(day)s is listed as a holiday and as a make-up day. Keep one of the two.",
    "calendar.bad_holiday": "A holiday ends on or after its first day and lasts at most %(most)s days.",
    "measure.no_source": "It cannot be computed: no source delivers the data that it needs.",
    "measure.import_too_old": (
        "It cannot be computed: the last import covers the days up to %(until)s, but %(needed)s is needed."
    ),
    "measure.history_too_short": (
        "It cannot be computed: the data begins on %(begins)s, but the comparison needs it from %(needed)s."
    ),
    "measure.sample_too_small": (
        "It cannot be computed: %(count)s on record, at least %(minimum)s are needed."
    ),
    "measure.no_rows": "It cannot be computed: there is no record in the period.",
    "measure.nothing_to_divide_by": "It cannot be computed: what it is divided by is zero in this period.",
    "goal.target_missing": "There is no target.",
    "goal.target_not_positive": "The target must be greater than zero.",
    "goal.weights_over": "The weights sum to %(sum)s instead of 100: %(over)s too many.",
    "goal.weights_sum": "The weights sum to %(sum)s instead of 100: %(missing)s are missing.",
    "score.figure_missing": (
        "There is no figure for %(indicator)s yet: compute it, enter it by hand, or leave it out by its rule."
    ),
    "rating.nothing_to_rate": (
        "There is nothing to rate: every indicator is left out and no criterion was judged. HR sets "
        "the rating with a reason."
    ),
    "pay.not_employed": "Nothing is due: not employed on any day of the period.",
    "pay.no_base": "Nothing is due: no pay base is on record for the period.",
    "pay.no_rate": "Nothing is due: no commission rate is on record for the period.",
    "pay.rate_zero": "Nothing is due: the commission rate is 0.",
    "pay.coefficient_zero": "Nothing is due: the rating's coefficient is 0.",
    "pay.not_computed": "Nothing is due: the figure that it is paid on could not be computed.",
    "pay.nothing_sold": "Nothing is due: the figure that it is paid on is not above zero.",
    "pay.other_currency": (
        "Not computed: the commission rate on record is for another currency than the figure. HR finds the amount "
        "and enters it with a reason."
    ),
    "pay.base_changes_currency": (
        "Not computed: the pay base changes its currency within the period. HR finds the amount and enters it "
        "with a reason."
    ),
    "pay.rounds_to_zero": "Nothing is due: the amount is less than half of the smallest unit.",
}
