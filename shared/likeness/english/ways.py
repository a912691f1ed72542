"""Ways to ask in English why and how, and what a thing means, is for or holds."""

BE = "(?:is|are|was|were)"

REASONS_AND_WAYS = (
    (
        (
            r"\bwhere (?:can|do|should|must) (?:i|we|you|one) "
            r"(?=(?:report|complain|apply|request|register|subscribe|notify|inform)\b)"
        ),
        "how do i ",
    ),
    (r"\bhow (?:is|are) (.+) different from\b", r"what differ \1"),
    (rf"\bwhat {BE} the (?:main )?(?:reasons?|causes?) (?:for|of|that|why|behind)?\b", "why "),
    (r"\b(?:for (?:what|which) reasons?|how come|due to what|because of what|what for)\b", "why"),
    (
        (
            r"^\W*what (?:made|makes|caused|causes|led to|leads to|resulted in|brought about|triggered|"
            r"is causing|was behind|lay behind)\b"
        ),
        "why",
    ),
    (r"\bwhat (?:is|was|are|were) (.+) caused by\b", r"why \1"),
    (
        (
            r"\b(?:what|which) (?:is|are) (?:the )?(?:best |right |correct |easiest |necessary |required )?"
            r"(?:(\w+) )?(?:ways?|procedure|process|steps?|instructions?|method) (?:to|for|of)\b"
        ),
        r"how \1",
    ),
    (
        (
            r"\b(?:what|which) steps? (?:is|are|do i|must i|should i) (?:need(?:ed)?|required?|necessary|take|"
            r"taken) (?:to|for)\b"
        ),
        "how",
    ),
    (r"\bwhat (?:do|must|should) i need to do to\b", "how"),
    (r"\bwhat (?:must|should|do|can|shall) (?:i|we|you|one) (?:have to |need to )?do (?:to|in order to)\b", "how"),
    (r"\bhow to\b|\bhow (?:would|might|does one|do people|can one|should one)\b", "how do i"),
    (r"\b(?:in|by) (?:what|which) (?:way|means|method|manner)\b|\bby what means\b", "how"),
    (r"\bwhat (?:the )?(.*)\b(process|procedure|workflow)\b", r"how \1 \2"),
    (r"\bhow (?:do|can|does|should) (?:i|we|you|one) (?:get|go|travel|come) to\b", "how do i reach"),
    (r"\bhow (?:do|can|could|should) (?:i|we|you|one) (?:reach|contact|call) (.+) by (phone|email)\b", r"what \2 \1"),
    (r"\bhow (?:does|do) (.+) differ\b", r"what differ \1"),
    (r"\b(what differ .+) from\b", r"\1"),
    (r"\bdiffer(?:ences?|s)? between\b", "differ"),
    (rf"\bhow {BE} (.+) defined\b", r"what \1"),
    (rf"\bhow {BE} (.+) insured\b", r"what insurance \1"),
    (rf"\bwhat {BE} (?:the )?(?:exact )?(?:meaning|definition|sense) of\b", "what is"),
    (rf"\bwhat {BE} meant by\b|\bwhat do (?:you|we|they) mean by\b", "what is"),
    (
        (
            r"\bwhat (?:does|do) (?:the )?(?:term |acronym |abbreviation |word |phrase )?(.+) (?:stand for|"
            r"mean|signify|refer to)\b"
        ),
        r"what is \1",
    ),
    (r"\b(?:what|which) (?:is|are|was|were) (.+) used for\W*$", r"what purpose \1"),
    (r"\b(?:what|which) (?:is|was) (.+) for\W*$", r"what purpose \1"),
    (r"\bwhat (?:does|do|did) (.+) aim to (?:achieve|do|reach)\b", r"what purpose \1"),
    (
        (
            rf"\bwhat {BE} (.+) about\W*$|\bwhat (?:does|do|did) (.+) deal with\W*$|\bwhat topics? (?:does|do|"
            r"did) (.+) (?:cover|treat)\b"
        ),
        r"what topic \1\2",
    ),
    (rf"\bwhat {BE} (?:there )?(?:inside|in) (?=the \w+\W*$)", "what contain "),
    (r"\bwhat (?:did) (.+) find\W*$", r"what result \1"),
    (r"\bresults?\b(.*)\b(?:give|gave|show|showed|have|yield|yielded)\b", r"result \1"),
    (r"\bfindings\b", "result"),
    (r"\b(material|ingredients?)\b(.*)\b(?:contain|have|include)\b", r"\1 \2"),
)
"""Why, how, and what a thing means, is for, is about or holds."""
