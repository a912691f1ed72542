"""Read numbers that are written in Chinese characters."""

import re

DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
PLACES = {"十": 10, "百": 100, "千": 1_000}
MYRIADS = {"万": 10_000, "亿": 100_000_000}

NUMBER = re.compile("[零〇一二两三四五六七八九十][零〇一二两三四五六七八九十百千万亿]*")


def in_figures(text: str) -> str:
    """Write every number of a text in Arabic figures; 百, 千, 万 and 亿 alone are parts of words and stay."""
    return NUMBER.sub(lambda found: str(value(found[0])), text)


def value(number: str) -> int:
    """Return the value of a number such as 三千零五十 or 二〇二四."""
    if not any(character in PLACES or character in MYRIADS for character in number):
        return int("".join(str(DIGITS[character]) for character in number))
    total, section, digit = 0, 0, 0
    for character in number:
        if character in DIGITS:
            digit = DIGITS[character]
        elif character in PLACES:
            section, digit = section + (digit or 1) * PLACES[character], 0
        elif character == "万":
            total, section, digit = total + (section + digit) * MYRIADS[character], 0, 0
        else:
            total, section, digit = (total + section + digit) * MYRIADS[character], 0, 0
    return total + section + digit
