"""Write a set of words as one readable text."""


def lexicon(*texts: str) -> frozenset[str]:
    """Return the words of the texts, which white space parts."""
    return frozenset(word for text in texts for word in text.split())
