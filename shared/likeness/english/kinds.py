"""Ways to ask in English who somebody is and what somebody does, when and where."""

ROLE = (
    "(?:director|manager|head|chair(?:man|woman|person)?|president|founder|author|owner|inventor|designer|architect|"
    "engineer|teacher|doctor|coach|captain|mayor|king|queen|minister|editor|secretary|treasurer|leader|boss|ceo|cto|cfo|"
    "supervisor|spouse|wife|husband|mother|father|son|daughter|brother|sister|person|speaker|winner|buyer|supplier)"
)
BE = "(?:is|are|was|were)"

KINDS = (
    (r"^\W*who (?:did|does) the (\w+)\W*$", r"who \1"),
    (
        (
            r"\bwhere (?:does|do|did) (.+) (?:come from|originate(?: from)?|stem from)\b|\bwhere (?:is|"
            r"are) (.+) from\W*$|\bwhere is the (?:source|origin) of\b"
        ),
        r"what origin \1\2",
    ),
    (
        (
            r"\b(?:was|were|is|are) (?:the |a |an )?(decision|choice|mistake|appointment|reservation|booking|"
            r"request|payment) (?:made|taken)\b"
        ),
        r"\1",
    ),
    (r"\bwhat (?:happens|will happen|would happen) (?:if|when)\b", "what consequence"),
    (r"\bwhat (?:happens|will happen|would happen|happened) (?:to|with)\b", "what consequence"),
    (
        r"\bwhat (?:should|must|can|do|shall) (?:i|we|you|one) (?:have to |need to )?do (?:if|when|in)\b",
        "what consequence",
    ),
    (r"\bwhat to do (?:if|when|in)\b", "what consequence"),
    (
        (
            rf"\bwhat {BE} (?:the )?(?:main |key |primary |exact )?(?:jobs?|roles?|tasks?|functions?|dut(?:y|"
            r"ies)|responsibilit(?:y|ies)) of\b"
        ),
        "what duty",
    ),
    (
        (
            r"\bwhat (?:jobs?|roles?|tasks?|functions?|dut(?:y|ies)|responsibilit(?:y|ies))(?: does|"
            r" do) (.+) (?:have|play)\b"
        ),
        r"what duty \1",
    ),
    (r"\bwhat (?:does|do) (.+) do\W*$|\bwhat (?:is|are) (.+) responsible\W*$", r"what duty \1\2"),
    (rf"\bwhat (?:is|are) (.+) {ROLE} (?:job|role|task|dutie|duty|responsibilitie)s?\W*$", r"what duty \1"),
    (
        r"\btitle of (?=(?:the |this |that )?(?:report|book|film|article|paper|song|lecture|document|play)\b)",
        "name of ",
    ),
    (rf"\b(?:what|which) {BE} (?:the )?(?:full |exact |official )?names? of\b", "who is"),
    (rf"\b(?:what|which) {BE} (.+) (?:names?|called|named|titled|entitled)\W*$", r"who is \1"),
    (
        (
            r"\b(?:what|which) (?:person|company|firm|employee|people|organi[sz]ation|supplier|manufacturer|"
            "team|players?|scientists?|artists?)"
            r" (?!do\b|does\b|did\b|can\b|should\b|must\b|will\b|would\b|could\b|may\b)"
        ),
        "who ",
    ),
    (r"\b(?:by whom|whom|(?:what|which) (?:person|company|firm|employee|people))\b", "who"),
    (
        (
            r"\b(?:who|what) (?:is|are) (?:the |my )?(?:right |best )?(?:contact(?: person)?|"
            r"person to contact|point of contact)\b"
        ),
        "who do i contact",
    ),
    (
        r"\bwho (?:can|should|do|must|shall) (?:i|we|you|one) (?:ask|call|turn to|speak to|talk to)\b",
        "who do i contact",
    ),
    (
        r"\bwho (?:sits|serves|is) on (?=(?:the )?(?:\w+ )?(?:board|committee|council|jury|panel|team)\b)",
        "who member ",
    ),
    (r"\bwho (.+) (?:is|are|was|were) (?:married to|the (?:spouse|husband|wife) of)\b", r"who spouse \1"),
    (r"\bmarried to\b", "spouse"),
    (r"\bwho (?:is|are|was|were) responsible (?:the )?(?=\w+ing\b)", "who "),
)
"""What is asked for: what somebody does, who somebody is, how something is called, what follows."""

TIMES_AND_PLACES = (
    (r"\b(?:what|which) (?:is|was) (?:the )?(.*)\b(?:date of birth|birth ?date|birthday)\b", r"when born \1"),
    (r"\bwhat (?:is|was) (?:the )?(.*)\b(?:place of birth|birth ?place)\b", r"where born \1"),
    (r"\b(?:expiry|expiration|end|closing) date\b", "end date"),
    (r"\bdue date\b|\bclosing date\b|\bcut-?off date\b", "deadline"),
    (r"\b(?:by|until) (?:when|(?:what|which) (?:time|day|date))\b", "when deadline"),
    (r"\bwhat (?:is|was) (?:the |my )?(.*)\bdeadline\b", r"when deadline \1"),
    (r"\bwhen\b(.*)\bdue\b", r"when deadline \1"),
    (
        (
            r"\bwhen (?:must|should|do i have to|do we have to|do i need to)\b(?=.*\b(?:submit|submitted|paid|"
            r"pay)\b)"
        ),
        "when deadline",
    ),
    (r"\b(when deadline.*)\b(?:submit(?:ted|ting)?|submission|paid|pay|paying|payment|deadline)\b", r"\1"),
    (r"\bwhen deadline\b(?=.*\b(?:valid|run|last|open)\b)", "when end"),
    (r"\b(when end.*)\b(?:valid|run|last|open)\b", r"\1"),
    (
        (
            r"\b(?:(?:at|in|on|by|since|from|until) )?(?:what|which) (?:exact )?(?:time|day|date|year|month|"
            r"moment|century|decade|weekday)s?\b"
        ),
        "when",
    ),
    (r"\b(?:since|from) when\b", "when"),
    (r"\bwhat (?:is|was) the (?:(?!of\b)(\w+) )?(?:date|time)\b(?! zone)", r"when \1 "),
    (r"\bwhen (?!did|was|were|will)(?:(?:is|are|does|do) )?(.+) opens?\b", r"what hours open \1"),
    (r"\bwhen\b(.*)\btime\b", r"when \1"),
    (r"\bwhen (?:is|was|will be) the (start|end|beginning) of\b", r"when \1"),
    (r"\b(?:opening|office|business) (?:hours|times)\b", "hours open"),
    (
        (
            r"\b(?:in|at|to|from) (?:what|which) (?:place|location|spot|address)\b|\bwhat(?: is|"
            r" are)? the location of\b"
        ),
        "where",
    ),
    (r"\b(?:in|to|from) (?:what|which) (?:city|town|village)\b|\b(?:what|which) (?:city|town) (?=host)", "where "),
    (r"\bwhere (hosted|hosts|will host)\b", "where"),
    (r"\bwhat (?:place|location|spot)\b", "where"),
    (
        (
            r"\bwhere (?:can|could|do|may|should|would|must) (?:i|we|you|one) (?:find|see|get|locate|"
            r"look for)\b"
        ),
        "where is",
    ),
    (r"\bwhere\b(.*)\b(?:located|situated|found|held)\b", r"where \1"),
    (r"\bwhere\b(.*)\bbased\b", r"where headquarters \1"),
)
"""When, until when, and where."""
