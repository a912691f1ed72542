"""Find dates and measured quantities, English and Chinese."""

import re
from collections.abc import Iterator

from shared.domain.graph import EntityType
from shared.graph.candidates import Candidate

MONTH = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December"
    "|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\\.?)"
)
YEAR = r"(?:1[5-9]|20)\d\d"
DATE = re.compile(
    rf"(?<![A-Za-z0-9_-])(?:[0-3]?\d(?:st|nd|rd|th)?(?: of)? {MONTH}(?:,? {YEAR}(?!\d))?|{MONTH},? {YEAR}"
    rf"|{MONTH} [0-3]?\d(?:st|nd|rd|th)?(?:, ?{YEAR})?|{YEAR}-[01]\d-[0-3]\d"
    rf"|{YEAR}(?:s\b|(?![\w.,%°:-]*\d)))(?![A-Za-z0-9])"
)
CHINESE_DATE = re.compile(
    r"(?<!\d)(?:(?:公元前?)?\d{2,4}年(?:\d{1,2}月(?:\d{1,2}[日号])?|第[一二三四1-4]季度|[春夏秋冬]季|初|底)?"
    r"|\d{1,2}月\d{1,2}[日号])"
)
WHOLE_YEAR = re.compile(r"[12]\d{3}年")
UNIT = (
    "percent|per cent|million|billion|thousand|hundred|kilometres?|kilometers?|km|metres?|meters?|miles?|feet|kg"
    "|kilograms?|tons?|tonnes?|watts?|volts?|hours?|minutes?|seconds?|days?|weeks?|months?|years?|yuan|dollars?|euros?|people|employees"
    "|inhabitants|°C|°F|mm|cm|GHz|MHz|GB|MB|TB"
)
METRIC = re.compile(
    rf"(?<![A-Za-z0-9.,-])(?:[$€£¥]\s?\d[\d,]*(?:\.\d+)?(?: (?:million|billion|thousand))?"
    rf"|\d[\d,]*(?:\.\d+)?\s?%|\d[\d,]*(?:\.\d+)?[ -](?:{UNIT})(?: (?:yuan|dollars|euros))?(?![A-Za-z]))"
)
CHINESE_METRIC = re.compile(
    r"(?<![A-Za-z0-9.-])[±]?\d[\d,]*(?:\.\d+)?\s?(?:%|℃|°C"
    r"|[万亿千百]*(?:美元|欧元|元|人|台|片|个|吨|公里|千米|米|厘米|毫米|公斤|千克|克|小时|分钟|天|岁|名|家|件|平方公里|平方米|千瓦时|个百分点|次|支|套|辆|户|票))"
)


def english_quantities(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Yield the dates and quantities of one sentence."""
    yield from found(DATE, EntityType.DATE, 0.9, text, start, end)
    yield from found(METRIC, EntityType.METRIC, 0.7, text, start, end)


def chinese_quantities(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Yield the dates and quantities of one sentence."""
    for date in found(CHINESE_DATE, EntityType.DATE, 0.9, text, start, end):
        # 2009年 and 2009 are one year, whatever the language around it.
        yield date._replace(end=date.end - 1) if WHOLE_YEAR.fullmatch(text, date.start, date.end) else date
    yield from found(CHINESE_METRIC, EntityType.METRIC, 0.7, text, start, end)


def found(
    pattern: re.Pattern[str], kind: EntityType, confidence: float, text: str, start: int, end: int
) -> Iterator[Candidate]:
    """Yield what a pattern finds in a sentence."""
    for match in pattern.finditer(text, start, end):
        yield Candidate(match.start(), match.end(), kind, confidence)
