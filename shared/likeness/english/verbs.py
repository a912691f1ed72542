"""English verbs of several words, and verbs that lend their meaning to the noun beside them."""

VERBS = (
    (r"\b(?:after|once|as soon as) (?=(?:i|we|you|they|he|she|it)\b)", "when "),
    (r"\b(?:give|gives|gave|given|grant|grants|granted|provides?) access\b", "access"),
    (r"\bappl(?:y|ies)\W*$", ""),
    (
        r"\b(when|where) (?:is|are|was|were|will) (.+?) (?:be )?(?:held|fought|performed|conducted|carried out|done)\b",
        r"\1 \2",
    ),
    (r"\bbr(?:eak|eaks|oke|oken) out\b", "begin"),
    (r"\b(?:running|run) time\b", "duration"),
    (r"\bin order to\b|\bso as to\b", "to"),
    (r"\b(?:go|goes|went|gone|going) up\b", "rise"),
    (r"\b(?:go|goes|went|gone|going) down\b", "fall"),
    (r"\b(do|does) (you|they|it|the \w+) (?:offer|provide)\b", r"\1 \2 have"),
    (r"\balarm (?:goes off|went off|sounds|rings|is triggered|is raised)\b", "alarm"),
    (
        (
            r"\bupdat(?:e|ed|ing)\b(?= (?:(?:my|our|your|the|his|her|their|an?) )*(?:\w+ )?(?:address|profile|"
            "password|details|"
            r"settings|names?|numbers?|email|records?|entry|entries|contacts?|preferences|calendar)\b)"
        ),
        "change",
    ),
    (r"\b(latest|newest|current|recent) (?:release|edition)\b", r"\1 version"),
    (r"\b(systems?|platforms?|browsers?|devices?)\b(.*)\b(?:runs?|works?|available) (?:on|with)\b", r"\1 \2 support"),
    (r"\b(?:run|runs|running|work|works) on\W*$", ""),
    (r"\b(?:runs?|works?|is available|be used) on (?=\w)", "support "),
    (r"\b(do|does|did) (i|we|you|they|he|she|it) have\W*$", r"\1 \2 possess"),
    (r"\bstart(?:ed|ing|s)? (?:work(?:ing)? )?(?:at|with) (?=the (?:company|firm|organi[sz]ation)\b)", "join "),
    (r"\b(?:on )?both sides\b|\b(?:double|two)[- ]sided\b", "duplex"),
    (r"\b(park(?:ing|ed)?) (?:my|a|the|our|your) (?:car|vehicle)s?\b", r"\1"),
    (
        (
            r"\b((?:universit|colleg|school)\w*) (did|does|do|has) (.+) (?:study|studied|go to|gone to|go|"
            r"attend)\b(?: at)?"
        ),
        r"\1 \2 \3 attend",
    ),
    (
        (
            r"\b((?:penalt|fine|rule|condition|fee|discount|rate|law|limit|regulation|restriction|polic|"
            r"deadline|requirement)\w*) (?:that )?appl(?:y|ies)(?: to)?\b"
        ),
        r"\1",
    ),
    (r"\b(can|don|doesn|didn|isn|aren|wasn|weren|won|couldn|shouldn|haven|hasn|needn|mustn)'?t\b", r"\1 not"),
    (r"\bcannot\b", "can not"),
    (r"\be-mail(s?)\b", r"email\1"),
    (r"\bset(?:ting)? up\b", "install"),
    (r"\b(?:turn|switch)(?:ed|es|s|ing)? on\b", "enable"),
    (r"\b(?:turn|switch)(?:ed|es|s|ing)? off\b", "disable"),
    (r"\bsign(?:ing|ed)? up (?:for|to)\b", "subscribe"),
    (r"\bopt(?:ing|ed)? out (?:of|from)\b|\bunsubscrib\w+ from\b", "unsubscribe"),
    (r"\b(?:log|sign)(?:ged|ging|ed|ing|s)?[ -]?(?:in|on)(?:to)?\b", "login"),
    (r"\b(?:log|sign)(?:ged|ging|ed|ing|s)?[ -]?(?:out|off)\b", "logout"),
    (r"\bget(?:ting)? rid of\b|\bthr(?:ow|own|ew) away\b|\bdispos(?:e|ed|ing) of\b|\bdisposal\b", "remove"),
    (r"\bask(?:ing|ed)? for\b|\bappl(?:y|ied|ying) for\b", "request"),
    (r"\bin charge of\b|\bresponsible for\b|\baccountable for\b", "responsible"),
    (r"\bhand(?:ed|ing)? in\b|\bs(?:end|ent) in\b|\bturn(?:ed|ing)? in\b", "submit"),
    (r"\bcarr(?:y|ied|ies|ying) out\b", "perform"),
    (r"\bback(?:ed|ing|s)?[ -]up\b", "backup"),
    (r"\bshut(?:ting|s)?[ -]down\b", "shutdown"),
    (r"\bstart(?:ing|ed|s)?[ -]up\b", "start"),
    (r"\bfill(?:ed|ing|s)? (?:in|out)\b", "fill"),
    (r"\b(?:look(?:s|ed|ing)? after|tak(?:e|es|ing) care of|took care of|car(?:e|es|ed) for)\b", "tend"),
    (r"\b(?:get|gets|got|getting) in touch with\b|\breach(?:ing)? out to\b", "contact"),
    (r"\b(?:tak(?:e|es|ing)|took) part in\b|\bparticipat(?:e|es|ed|ing) in\b", "attend"),
    (r"\b(?:put|putting|puts) off\b", "postpone"),
    (r"\bcall(?:ed|ing|s)? off\b", "cancel"),
    (r"\bpick(?:ed|ing|s)? up\b", "collect"),
    (
        (
            r"\bcome(?:s)? into (?:force|effect)\b|\btak(?:e|es) effect\b|\btook effect\b|"
            r"\bcame into (?:force|effect)\b"
        ),
        "begin",
    ),
    (r"\b(?:go|goes|went) (?:off|live)\b", "start"),
    (r"\b(?:ga|gi)ve(?:s|n)? (approval|permission|consent|support|advice|notice|training)\b", r"\1"),
    (
        (
            r"\b(?:made|make|makes|take|takes|took) (?:a |an |the )?(payment|decision|request|reservation|"
            r"booking|copy)\b"
        ),
        r"\1",
    ),
    (r"\b(?:establish|set up|make|open)(?:ed|ing)? (?:a |the )?(connection|contact)\b", r"\1"),
    (r"\bdo (?:a |the |some )?(\w+ing)\b", r"\1"),
    (r"\b(?:have|has|had|get|gets|got|need|gain) access to\b", "access"),
    (r"\bmoney back\b", "refund"),
    (r"\b(?:is|are|was|were|be|been|being) (?:held|situated|conducted)\b", ""),
    (
        (
            r"\b(?:conduct|perform|carry)(?:s|ed|ing)? (?=(?:an? |the )?(?:audit|inspection|test|review|check|"
            r"survey)s?\b)"
        ),
        "",
    ),
    (r"\bmade (?:of|from|out of)\b|\bconsists? of\b|\bbuilt from\b|\bcomposed of\b|\bmade up of\b", "material"),
    (r"\bmaterial\b(.*)\bmaterial\b|\bmaterial (?:is|are) (?=used for)", r"material \1"),
    (r"\bfree of charge\b|\bfor free\b|\bat no (?:extra )?(?:cost|charge)\b", "free"),
    (r"\b(?:tele)?phone number\b", "phone"),
    (r"\bemail address\b", "email"),
    (r"\bpay(?:ing|ment)? by\b|\baccept (?=.*\bcards?\b)", "pay "),
    (r"\bhead ?quarter(?:s|ed)\b|\b(?:head|main) offices?\b|\bhq\b", "headquarters"),
    (
        (
            r"\bapply(?:ing)? to\b|\bapplies (?=to\b)|\b(?:must|should|have to) be met\b|"
            r"(?<=\w) (?:that )?appl(?:y|ies)(?= for)"
        ),
        "",
    ),
    (r"\b(?:was|were|is|are|been) found\b", "find"),
    (r"\b(support|service|sales|help) (?:team|desk|staff|department)\b", r"\1"),
    (r"\b(boil|melt|freez)ing point\b", r"temperature \1"),
    (r"\b(maximum|minimum|largest|smallest|biggest) (\w+) size\b", r"\1 \2"),
    (r"\bmake (.+) more (\w+)", r"improve \2 \1"),
    (r"\bin case of\b|\bin case\b|\bin the event (?:of|that)\b", "if"),
    (
        (
            r"\b(?:is|are) able to\b|\b(?:is|are) (?:entitled|eligible|authori[sz]ed) to\b|\b(?:is|"
            r"are) supposed to\b"
        ),
        "can",
    ),
    (r"\b(?:regarding|concerning|in relation to|with regard to|related to|relating to)\b", "about"),
)
"""Verbs of several words, and verbs that lend their meaning to the noun beside them."""
