"""Estimate how many tokens a chat model counts in a text, without its vocabulary."""

CHARACTERS_PER_TOKEN = 4.05
"""Of Latin text under cl100k: a novel of 187,000 characters, its line ends counted once or twice, has 46,154 tokens."""


def count_tokens(text: str) -> int:
    """Return about as many tokens as cl100k counts: one per CJK character, one per 4.05 other characters.

    UTF-8 writes a CJK character in three bytes and an ASCII character in one, so the bytes beyond the first say
    how many CJK characters there are; that costs one pass in C. Accented letters count a little more than plain ones,
    as they do in the vocabulary. Dense tables of digits are underestimated by up to a third.
    """
    if not text:
        return 0
    wide = 0 if text.isascii() else (len(text.encode("utf-8", "surrogatepass")) - len(text)) // 2
    return max(1, round(wide + max(0, len(text) - wide) / CHARACTERS_PER_TOKEN))
