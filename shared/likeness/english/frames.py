"""How an English question is begun, and what is allowed or asked of somebody."""

ASKING = r"(?:who|whom|whose|when|where|why|how|what|which|if|whether)"
ROLE = (
    "(?:director|manager|head|chair(?:man|woman|person)?|president|founder|author|owner|inventor|designer|architect|"
    "engineer|teacher|doctor|coach|captain|mayor|king|queen|minister|editor|secretary|treasurer|leader|boss|ceo|cto|cfo|"
    "supervisor|spouse|wife|husband|mother|father|son|daughter|brother|sister|person|speaker|winner|buyer|supplier)"
)

FRAMES = (
    (
        (
            r"^(?:(?:hello|hi|hey|dear \w+|good (?:morning|afternoon|evening)|excuse me|sorry|thanks|so|well|"
            "ok|okay|"
            r"quick question|just (?:wondering|curious)|one (?:more )?question)\b[ ,.!:-]*)+"
        ),
        "",
    ),
    (r"\b(?:please|kindly|thank you|thanks|by the way|in advance thanks)\b", ""),
    (r"\s+", " "),
    (
        (
            r"^\W*(?:can|could|would|will|may|might) (?:you|someone|anyone|anybody|somebody|i)(?: maybe|"
            " perhaps| briefly)? "
            "(?:tell|explain|show|let|say|clarify|describe|list|name|give|ask)(?: to)?(?: me|"
            r" us)?(?: know)?\b"
        ),
        "tell me",
    ),
    (
        (
            r"^\W*(?:i|we)(?: would|'d| am|'m| are|'re| was)? (?:just |really )?"
            r"(?:(?:like|want|need|trying|interested|looking for|looking|curious|wondering|wonder)\b(?: to|"
            " in)?"
            "(?: (?:know|knowing|find out|learn|understand|ask|see))?)(?: more)?(?: about)?,?"
            rf"(?= (?:{ASKING}|the|about)\b)"
        ),
        "tell me",
    ),
    (
        (
            r"^\W*(?:do you (?:happen to )?know|does any(?:one|body) (?:happen to )?know|any idea|"
            "do you have any idea|what should i know about|what do i need to know about|"
            "what can you tell me about|"
            r"i wonder|i am wondering|let me know|what do you know about)\b"
        ),
        "tell me",
    ),
    (rf"^\W*(?:tell me|give me|explain|describe|show me|say|list|name)(?: about)?[ ,:]+(?={ASKING}\b)", ""),
    (
        (
            r"^\W*(?:tell me|give me|explain|list|name)(?: all)? (?:the |"
            "our )*(?:names? of (?:all )?(?:the )?)?"
            r"(?=(?:board |team )?(?:members|people|employees|participants|authors|owners)\b)"
        ),
        "who ",
    ),
    (rf"^\W*(?:tell me|give me|name)(?: the| our)? (?={ROLE} )", "who is the "),
    (r"^\W*(?:tell me|give me|explain|describe|show me|list|name|enumerate|outline)(?: about)?\b", "what is"),
    (r"\bwhat's\b", "what is"),
    (r"\b(who|where|when|how|that|it)'s\b", r"\1 is"),
    (r"(?<=\w)'s?\b(?!ll|re|ve|d\b)", ""),
    (r"^(\w+ )exactly\b", r"\1"),
    (r"^\W*(to|from|for|with|by|about|on|at|in|of|under|through|against) (whom|who)\b([^?]*)", r"\2\3 \1"),
)
"""How a question is begun politely, and its short forms; what may and what must be done is read behind them."""

ALLOWED = (
    (
        (
            r"\bis it (?:possible|allowed|permitted|okay|ok|fine|alright|mandatory|compulsory|obligatory|necessary|"
            r"required)(?: for (?:me|us|you) to| to)\b"
        ),
        "can i",
    ),
    (r"\bam i (?:allowed|permitted|required|obliged) to\b|\bmay i\b|\bdo (?:i|we|you) (?:have|need) to\b", "can i"),
    (r"\b(do|does) (.+) (?:have|need) to\b", r"\1 \2"),
    (
        (
            r"\b(is|are) (.+) (?:allowed|permitted|possible|necessary|needed|required|mandatory|compulsory|"
            r"obligatory)\b(?: to\b)?"
        ),
        r"\1 \2",
    ),
    (r"\b(?:is|are) allowed to\b", "may"),
    (r"\bdefine\b", "what is"),
    (r"\bwhich (?:(\w+) )?conditions?\b", r"what \1 requirement"),
)
"""What may be done and what must be; which of both it is is read before."""
