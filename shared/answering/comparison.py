"""Recognise a question that compares, and the two things it compares."""

import re

NAME = r"(?:[Tt]he )?[A-Z0-9][\w'&.-]*(?: (?:of |the |de )?[A-Z0-9][\w'&-]*)*"
PART = r"[\u4e00-\u9fffA-Za-z0-9·]{2,16}"

COMPARING = re.compile(
    r"\b(?:compar\w+|differ\w*|versus|vs|both|same|alike|similar\w*|than|rather|either)\b"
    r"|\b(?:more|less|fewer|first|\w{2,}er) (?:\w+ ){0,3}?(?:or|and|,)"
    r"|\b(?:earlier|later|older|younger|longer|shorter|larger|bigger|smaller|higher|lower|taller|deeper|faster|slower"
    r"|cheaper|better|worse|newer|heavier|lighter|closer|farther|greater|warmer|colder)\b"
    r"|(?:谁|哪[个家位一座种款条]?).{0,12}?(?:更|比较|最先|先)"
    r"|相比|比较|对比|区别|差异|差别|不同|一样|相同|一致|异同|还是.{0,8}[？?]|比.{1,12}[高低大小多少长短早晚快慢]",
    re.IGNORECASE,
)
ENGLISH_SIDES = (
    re.compile(
        rf"(?<![\w-])(?P<one>{NAME})(?: (?:or|versus|vs\.?)) (?:the one (?:with|of|from|in|at) )?(?P<other>{NAME})"
    ),
    re.compile(
        r"\b(?:[Bb]etween|[Bb]oth|[Aa]re|[Ww]ere|[Dd]o|[Dd]id|[Ii]s|[Oo]f|[Cc]ompare|[Hh]ave) "
        rf"(?P<one>{NAME}) (?:and|with) (?P<other>{NAME})"
    ),
)
CHINESE_SIDES = re.compile(
    rf"(?P<one>{PART}?)(?:还是|和|与|跟|或|比)(?P<other>{PART}?)(?=，|,|？|\?|、|谁|哪|相比|比|之间|都|是否|有什么|有何|的|\Z)"
)


def compares(question: str) -> bool:
    """Say whether the question asks how two things compare."""
    return bool(COMPARING.search(question)) or bool(ENGLISH_SIDES[0].search(question))


def sides(question: str) -> tuple[str, str] | None:
    """Return the two things that a comparing question names, as it writes them; None where it names no two."""
    if not compares(question):
        return None
    patterns = (CHINESE_SIDES,) if re.search("[\u4e00-\u9fff]", question) else ENGLISH_SIDES
    for pattern in patterns:
        if match := pattern.search(question):
            return match["one"], match["other"]
    return None


def one_sided(question: str) -> tuple[str, ...]:
    """Return the question once about each side alone; none where it does not compare two things."""
    both = sides(question)
    return tuple(" ".join(question.replace(other, " ", 1).split()) for other in reversed(both)) if both else ()
