"""Tell what kind of thing a question asks for, and whether a sentence holds one."""

import re
from collections.abc import Set

from shared.text.terms import index_terms

MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
DIGITS = "[一二三四五六七八九十百千万亿两]"
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻苏潘葛范彭鲁韦马方俞任袁柳鲍史唐费"
    "薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟黄穆萧尹姚邵汪祁毛狄米贝明戴宋庞熊纪舒屈项祝董梁杜阮"
    "蓝闵季贾路江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍万卢莫房丁邓洪包左石崔龚程陆翁曾叶刘詹龙白蒲赖"
)

QUESTIONS = {
    "date": re.compile(
        r"什么时候|何时|哪一?年|几月|哪一?天|什么时间|哪个?月|几年|日期|年份|时期"
        r"|\bwhen\b|\b(?:what|which) (?:year|date|day|month)\b",
        re.IGNORECASE,
    ),
    "number": re.compile(
        r"多少|几|多大|多长|多高|多久|多远"
        r"|\bhow (?:many|much|long|old|far|tall|large|big|often)\b|\bwhat (?:percentage|number|share)\b",
        re.IGNORECASE,
    ),
    "person": re.compile(r"谁|哪位|什么人|哪个人|\bwho(?:m|se)?\b", re.IGNORECASE),
    "place": re.compile(
        r"哪里|哪儿|何处|何地|什么地方|哪个?(?:国|城市|省|地区|地方)|位于|\bwhere\b"
        r"|\b(?:what|which) (?:country|city|state|county|place|town|site|location|province)\b",
        re.IGNORECASE,
    ),
}

ANSWERS = {
    "date": re.compile(
        rf"\d+\s*(?:年|月|日|世纪)|{DIGITS}[年月]|年间|年代|\b1\d{{3}}\b|\b20\d\d\b|\b(?:{MONTHS})\b|\bcentury\b",
        re.IGNORECASE,
    ),
    "number": re.compile(
        rf"\d|{DIGITS}|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|once|twice)\b",
        re.IGNORECASE,
    ),
    # A capitalised pair of words, a transcribed name (雷蒙·钱德勒), or a surname with a character or two behind it.
    "person": re.compile(
        r"(?!(?:The|A|An|In|On|At|For|By|Its?|This|That) )[A-Z][\w'-]+ (?:[A-Z]\. )?[A-Z]\w+"
        rf"|\w[·•]\w|[{SURNAMES}][\u4e00-\u9fff]{{1,2}}"
    ),
    "place": re.compile(r"[省市县区镇乡村国州岛湾港楼路街]|\b(?:in|at|near|from) (?:the )?[A-Z]"),
}


def expected_kinds(question: str) -> tuple[str, ...]:
    """Return which of date, number, person and place the question asks for; none is usual."""
    return tuple(kind for kind, pattern in QUESTIONS.items() if pattern.search(question))


def holds_new(sentence: str, kinds: tuple[str, ...], known: Set[str]) -> bool:
    """Say whether the sentence holds a thing of one of the kinds that the known terms do not name already."""
    things = (match.group() for kind in kinds for match in ANSWERS[kind].finditer(sentence))
    return any(not known >= set(index_terms(thing)) for thing in things)
