"""Tell Mandarin names in Latin letters from English words, and count their syllables."""

import re

SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcswy])?(?:iang|uang|iong|ueng|ang|eng|ing|ong|ian|iao|uan|uai|van|ai|ei|ao|ou|an|en|in|un"
    r"|ia|ie|iu|ua|uo|ui|ue|ve|er|a|o|e|i|u|ü|v)(?![aeou])"
)


def syllables(word: str) -> int:
    """Return how many Mandarin syllables a word is spelt with, or 0 where it is no such spelling.

    The longest ending that leaves a consonant or the end behind it wins, which is right for all but a few names that
    are written with an apostrophe.
    """
    lowered, position, count = word.lower().replace("'", "").replace("’", ""), 0, 0
    while position < len(lowered):
        match = SYLLABLE.match(lowered, position)
        if match is None:
            return 0
        position, count = match.end(), count + 1
    return count
