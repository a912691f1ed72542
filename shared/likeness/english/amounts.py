"""Ways to ask in English how much, how many and how long."""

PAID = r"(?:price|fee|fine|rent|cost|tax|bill|salary|fare|charge|bonus|wage|penalty|premium|deposit|rate)s?"
LASTS = (
    "(?:warranty|guarantee|contract|internship|probation|trial|course|training|meeting|film|movie|break|project|war|"
    "journey|flight|trip|tour|shift|lease|rental|holiday|vacation|exam|concert|festival|lecture|session|visit|wait|loan|crossing|stay|"
    "subscription|insurance|licence|license|passport|visa|test|match|game|class|lesson|workshop|conference|delay)"
)
PERIOD = "(?:period|duration|time|length|lifetime|life|term|validity)"
BE = "(?:is|are|was|were)"

AMOUNTS = (
    (r"\bwhat is the (?:surface |total )?area of\b", "what size"),
    (r"\bhow long (?:must|should) (.+) be\b", r"how long is \1"),
    (r"\bhow (dense|thick|bright|loud) (?:is|are)\b", r"what \1ness"),
    (r"\bdenseness\b", "density"),
    (r"\bmaximum number of\b", "maximum"),
    (r"\bhow expensive\b", "what price"),
    (r"\bhow many (.+) (?:are|is) (?:allowed|permitted)\b", r"what maximum \1"),
    (r"\bmaximum maximum\b|\bmaximum(.*) (?:at most|at maximum)\b", r"maximum \1"),
    (r"\b(what maximum.*) at most\b", r"\1"),
    (r"\bhow long (?:does|do|did|will|would|can) it take\b(?: to| for| until| before)?", "what duration "),
    (r"\bhow long (?:does|do|did|will|would|can) (.+) take\b", r"what duration \1"),
    (
        (
            r"\bhow long (?:do|does|must|should|will) (?:i|we|you|one) (?:have to |need to )?wait (?:for|to|"
            r"until|before)\b"
        ),
        "what duration ",
    ),
    (
        (
            r"\b(?:for )?how long (?:is|are|was|were|has|have) (.+) "
            r"(?=(?:\w\w\w+ed|kept|held|open|known|been|available|out)\W*$)"
        ),
        r"what duration \1 ",
    ),
    (
        (
            r"\bhow (heavy|long|old|large|big|high|tall|deep|wide|thick|fast|hot|loud) (?:can|"
            r"may) (.+) be\b(?: at most)?"
        ),
        r"how \1 is maximum \2",
    ),
    (r"\bhow (?:many|much) percent\b|\bwhat percent\b", "what percentage"),
    (r"\b(do|does|did|can|should|must|may) people\b", r"\1 they"),
    (rf"\bhow long {BE} (.+) (?:valid|good|in force|effective)\b", r"what duration \1"),
    (r"\bhow long (?:does|do|did|will|can|may) (.+) (?:last|run|stay valid|remain valid)\b", r"what duration \1"),
    (rf"\bhow long {BE} (?=(?:the |a |an |my |our )?(?:\w+ ){{0,2}}{LASTS}\b)", "what duration "),
    (rf"\bwhat {BE} the (\w+) life of\b", r"what duration \1 "),
    (r"\b(\w+) life\b|\b(\w+) lifetime\b", r"duration \1\2"),
    (
        (
            rf"\bwhat {BE} (?:the )?(?:{PERIOD}(?: period)? of) (?:validity of )?(?=(?:the |a |an |my |"
            rf"our )?(?:\w+ ){{0,2}}(?:{LASTS}|token|certificate|card|key|link|session|permit|ticket)s?\b)"
        ),
        "what duration ",
    ),
    (rf"({LASTS}) {PERIOD}(?: period)?\b", r"duration \1"),
    (r"\bhow (?:do|does|did|is|are) (.+) work(?:ing)?\b", r"how \1"),
    (r"\bhow (.+) works?\W*$", r"how \1"),
    (r"\bhow much time\b", "how long"),
    (r"\bat most\b|\bupper limit\b|\bno more than\b|\bup to (?:what|which|how) (?:amount|much|sum)\b", "maximum"),
    (r"\bat least\b|\blower limit\b", "minimum"),
    (r"\bhow (?:fast|quickly) can\b", "what maximum speed"),
    (r"\bhow much weight can\b(.+)\b(?:carry|lift|bear|hold|take|support)\b", r"what maximum load \1"),
    (r"\bhow much can\b(.+)\b(?:carry|lift|bear)\b", r"what maximum load \1"),
    (
        (
            r"\bhow (?:much|many) (\w+) (?:does|do|can|will|could) (.+) (?:hold|fit|accommodate|seat|contain|"
            r"take)\b"
        ),
        r"what capacity \1 \2",
    ),
    (r"\bcapacity people\b", "capacity seat"),
    (
        (
            r"\bhow many (?:seats|places) (?:does|do) (.+) have\b|\bhow many (?:seats|"
            r"places) are (?:there )?in\b"
        ),
        r"what capacity seat \1",
    ),
    (r"\bseating\b", "seat"),
    (r"\bhow (?:much|many) (?:can|does|do|will) (.+) (?:hold|accommodate)\b", r"what capacity \1"),
    (
        (
            r"\bhow many (?:people|employees|staff|workers) (?:work|are employed|are working)\b(?: for| at|"
            r" in)?|\bhow many (?:people|workers) (?:does|do) (?=.+\bemploy)"
        ),
        "what number employee ",
    ),
    (r"\b(what number employee .+) employ\b", r"\1"),
    (r"\bstaff members?\b|\bmembers? of (?:the )?staff\b|\bpersonnel\b|\bworkforce\b|\bheadcount\b", "employee"),
    (
        (
            r"\bhow many (?:people|persons|inhabitants|residents|citizens) (?:live|are living|lived|reside)\b|"
            r"\bhow many (?:inhabitants|residents|citizens)\b|\bnumber of (?:inhabitants|residents|"
            r"citizens)\b|"
            r"\bhow (?:large|big|high) is the population\b"
        ),
        "what population",
    ),
    (r"\bhow many (?:people|persons)\b", "what number"),
    (
        (
            r"\bhow (?:many times|often|frequently)\b|\bat what (?:intervals?|frequency)\b|"
            r"\bin what intervals?\b"
        ),
        "what frequency",
    ),
    (r"\bhow many\b|\bhow large is the number of\b", "what number"),
    (r"\bwhat number (\w+) (?:are there|is there)\b", r"what number \1"),
    (r"\bhow much money\b", "how much"),
    (r"\bhow much (?:does|do|did|will|would)\b(.*)\bcost\b", r"what price \1"),
    (r"\bwhat (?:does|do|did|will|would)\b(.*)\bcost\b", r"what price \1"),
    (rf"\bhow much {BE}\b(?=.*\b{PAID}\b)", "what"),
    (r"\bhow much (?:does|do|did|will|would) (.+) weigh\b", r"what weight \1"),
    (
        (
            rf"^\W*how much {BE}(?= (?:the|a|an|one|my|our)\b(?!.*\b(?:spent|paid|used|needed|made|left|earned|"
            r"lost|invested)\b))"
        ),
        "what price",
    ),
    (r"\bhow much\b(.*)\bmade\b", r"what \1"),
    (r"\bhow much\b", "what"),
    (r"\b(?:for )?how long\b(?=.*\b(?:period|time|duration|life|deadline|lifetime)\b)", "what"),
    (r"\b(\w+) (?:period|duration)\b(?! of\b)", r"duration \1"),
    (r"\bduration (?:the|what|which|a)\b", "duration"),
    (
        (
            r"\bwhat is the (delivery|processing|waiting|charging|travel|driving|lead|response|reaction|cooking|flight|"
            r"recovery|transit|loading|download|preparation|turnaround) time\b"
        ),
        r"what duration \1",
    ),
    (r"\b(?:for )?how long (?=(?:does|do|did|will|are|can|may|must|should)\b)", "what duration "),
    (r"\bhow long\b", "what length"),
    (
        (
            rf"\bhow (?:high|low|large|big)\b(?=.*\b(?:{PAID}|budget|risk|capacity|population|temperature|"
            r"number|amount|speed|share|pressure|turnover|revenue|profit|demand|accuracy)\b)"
        ),
        "what",
    ),
    (r"\bhow (?:big|large)\b", "what size"),
    (r"\bhow (?:tall|high)\b", "what height"),
    (r"\bhow deep\b", "what depth"),
    (r"\bhow wide\b|\bhow broad\b", "what width"),
    (r"\bhow thick\b", "what thickness"),
    (r"\bhow strong\b", "what strength"),
    (r"\bhow accurate\b|\bhow precise\b", "what accuracy"),
    (r"\bhow old must\b(.*)\bbe\b|\bhow old (?:do|does)\b(.*)\bhave to be\b", r"what minimum age \1\2"),
    (r"\bminimum age\b(.*)\bminimum\b", r"minimum age \1"),
    (r"\bhow old\b", "what age"),
    (r"\bhow (?:fast|quick(?:ly)?)\b", "what speed"),
    (r"\bhow far\b(.*)\b(?:away )?from\b|\bhow far\b(.*)\bto\b", r"what distance \1\2"),
    (r"\bhow far\b", "what distance"),
    (r"\bhow heavy\b", "what weight"),
    (r"\bhow (?:hot|warm|cold)\b", "what temperature"),
    (r"\btemperature\b(.*)\b(?:reach|get|become)\b", r"temperature \1"),
)
"""How much, how many, how long, and what a thing can hold or bear."""
