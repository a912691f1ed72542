"""English words that ask, that carry nothing, and that say the same in a question."""

import re

from shared.text.lexicon import lexicon

PHRASES = (
    (r"^(?:(?:hello|hi|hey|dear \w+|good (?:morning|afternoon|evening)|excuse me|thanks|so|well)\b[ ,.!]*)+", ""),
    (r"\b(?:please|kindly|thank you|thanks)\b", ""),
    (r"\s+", " "),
    (r"^\W*(?:can|could|would|will) you (?:tell|explain|show|let)(?: to)?(?: me| us)?(?: know)?\b", "tell me"),
    (r"^\W*(?:i|we)(?: would|'d)? (?:like|want|need) to know\b", "tell me"),
    (r"^\W*(?:do you know|i wonder|i am wondering)\b", "tell me"),
    (
        (
            r"^\W*(?:tell me|explain|describe|show me|say)(?: about)?[ ,:]+"
            r"(?=(?:who|when|where|why|how|what|which|if|whether)\b)"
        ),
        "",
    ),
    (r"^\W*(?:list|name|tell me) (?:all |the )*(?=members|people|employees|participants|authors|owners)", "who "),
    (r"^\W*(?:tell me|give me|explain|describe|show me|list)(?: about)?\b", "what"),
    (r"\bwhat's\b", "what is"),
    (r"\b(who|where|when|how)'s\b", r"\1 is"),
    (r"(?<=\w)'s?\b", ""),
    (r"\b(support|service|sales|help) (?:team|desk|staff|department)\b", r"\1"),
    (r"\b(boil|melt|freez)ing point\b", r"temperature \1"),
    (r"\b(maximum|minimum|largest|smallest|biggest) (\w+) size\b", r"\1 \2"),
    (r"\bmake (.+) more (\w+)", r"improve \2 \1"),
    (r"\bwhat (?:happens|will happen|would happen) (?:if|when)\b", "what consequence"),
    (r"\bhow long (?:does|do|did|will|can|may) (.+) last\b", r"what duration \1"),
    (r"\bwhat is the (\w+) life of\b", r"what duration \1 "),
    (r"\b(\w+) life\b", r"duration \1"),
    (r"\b(can|don|doesn|didn|isn|aren|wasn|weren|won|couldn|shouldn|haven|hasn|needn|mustn)'?t\b", r"\1 not"),
    (r"\bcannot\b", "can not"),
    (r"\be-mail\b", "email"),
    (r"\bset(?:ting)? up\b", "install"),
    (r"\bturn(?:ed)? on\b|\bswitch(?:ed)? on\b", "enable"),
    (r"\bturn(?:ed)? off\b|\bswitch(?:ed)? off\b", "disable"),
    (r"\bsign up (?:for|to)\b", "subscribe"),
    (r"\b(?:log|sign) ?in\b", "login"),
    (r"\bget rid of\b|\bthrow away\b", "remove"),
    (r"\bask for\b|\bapply for\b", "request"),
    (r"\bin charge of\b|\bresponsible for\b|\baccountable for\b", "responsible"),
    (r"\bhand(?:ed)? in\b|\bsend in\b|\bturn(?:ed)? in\b", "submit"),
    (r"\bcarr(?:y|ied) out\b", "perform"),
    (r"\bmade (?:of|from|out of)\b|\bconsists? of\b|\bbuilt from\b", "material"),
    (r"\bfree of charge\b|\bfor free\b|\bat no cost\b", "free"),
    (r"\bhow (?:do|does|did|is|are) (.+) work(?:ing)?\b", r"how \1"),
    (r"\bhow (.+) works?\W*$", r"how \1"),
    (r"\bwhat (?:the )?(.*)\b(process|procedure|workflow)\b", r"how \1 \2"),
    (r"\bhow much time\b", "how long"),
    (r"\bat most\b|\bupper limit\b", "maximum"),
    (r"\bat least\b|\blower limit\b", "minimum"),
    (r"\b(?:tele)?phone number\b", "phone"),
    (r"\bemail address\b", "email"),
    (r"\bapplies (?=to\b)|\b(?:must|should|have to) be met\b", ""),
    (r"\b(?:was|were|is|are|been) found\b", "find"),
    (r"\bin (?:what|which) (?:city|town)\b", "where"),
    (
        r"\b(?:what|which) steps? (?:is|are|do i|must i|should i) (?:need(?:ed)?|required?|necessary|take|taken) to\b",
        "how",
    ),
    (r"\bwhat (?:do|must|should) i need to do to\b", "how"),
    (r"\bin case of\b", "if"),
    (r"\b(?:is|are) able to\b|\b(?:is|are) supposed to\b", "can"),
    (r"\bhow (?:many times|often|frequently)\b", "what frequency"),
    (r"\bhow many\b", "what number"),
    (r"\bhow much (?:does|do|did|will|would)\b(.*)\bcost\b", r"what price \1"),
    (r"\bhow much (?:is|are|was)\b(?=.*\b(?:price|fee|fine|rent|cost|tax|bill|salary|fare|charge|bonus)\b)", "what"),
    (r"\bhow much\b", "what"),
    (r"\b(?:for )?how long\b(?=.*\b(?:period|time|duration|life|deadline|lifetime)\b)", "what"),
    (r"\bwhat is the (?:delivery|processing|waiting) time\b", r"what duration delivery"),
    (r"\b(?:for )?how long (?=(?:does|do|did|will|are|can|may|must|should)\b)", "what duration "),
    (r"\bhow long\b", "what length"),
    (r"\bhow (?:high|low|large|big)\b(?=.*\b(?:fee|fine|price|rent|tax|rate|salary|budget|risk|cost|bonus)\b)", "what"),
    (r"\bhow (?:big|large)\b", "what size"),
    (r"\bhow (?:tall|high)\b", "what height"),
    (r"\bhow deep\b", "what depth"),
    (r"\bhow wide\b|\bhow broad\b", "what width"),
    (r"\bhow old\b", "what age"),
    (r"\bhow fast\b", "what speed"),
    (r"\bhow far\b", "what distance"),
    (r"\bhow heavy\b", "what weight"),
    (r"\bhow (?:hot|warm|cold)\b", "what temperature"),
    (
        r"\b(?:(?:at|in|on|by|since|from|until) )?(?:what|which) (?:exact )?(?:time|day|date|year|month|moment)\b",
        "when",
    ),
    (r"\b(?:by|since|until|from) when\b", "when"),
    (r"\bwhat (?:is|was) the (?:(?!of\b)(\w+) )?(?:date|deadline)\b", r"when \1 "),
    (r"\bwhen (?:is|are|does|do) (.+) open\b", r"what hours open \1"),
    (
        r"\b(?:in|at|to|from) (?:what|which) (?:place|location|spot|address)\b|\bwhat(?: is| are)? the location of\b",
        "where",
    ),
    (r"\bwhere (?:can|could|do|may) (?:i|we|you) (?:find|see|get)\b", "where is"),
    (r"\bwhere\b(.*)\b(?:located|situated|found)\b", r"where \1"),
    (r"\bwhat (?:is|was|are|were) the (?:reasons?|causes?) (?:for|of|that|why|behind)?\b", "why "),
    (r"\b(?:for (?:what|which) reason|how come)\b", "why"),
    (r"^\W*what (?:made|makes|caused|causes)\b", "why"),
    (
        (
            r"\b(?:what|which) (?:is|are) (?:the )?(?:best |right |correct |easiest )?"
            r"(?:way|procedure|process|steps?) (?:to|for)\b"
        ),
        "how",
    ),
    (r"\bwhat (?:must|should|do|can|shall) (?:i|we|you|one) (?:have to |need to )?do (?:to|in order to)\b", "how"),
    (r"\bin (?:what|which) way\b|\bby what means\b", "how"),
    (r"\b(?:what|which) (?:is|was) (.+) for\W*$", r"what purpose \1"),
    (r"\bwhat does (.+) stand for\b", r"what meaning \1"),
    (r"\b(?:by whom|whom|(?:what|which) (?:person|company|firm|employee|people))\b", "who"),
    (r"\bis it (?:possible|allowed|permitted) to\b|\bam i allowed to\b|\bmay i\b|\bdo i have to\b", "can i"),
    (r"\b(is|are) (.+) (?:allowed|permitted|possible|necessary|needed|required)\b", r"\1 \2"),
    (r"\bis allowed to\b|\bare allowed to\b", "may"),
    (r"\bdefine\b", "what is"),
)
"""Ways to put a question, each with the words that it becomes."""

ASKING = frozenset(("why", "when", "where", "who", "how", "what", "which"))
"""Words that say what is asked for; where several stand in a question the first counts."""

LIGHT = lexicon(
    "me us mine own one ones the there here please about also any some each every all both just only really",
    "exactly currently now usually normally generally actually please tell give explain main need needs needed",
    "necessary require required requires requirement must ought might shall like want get gets got find happen",
    "happens let going go work works used use uses using take takes place way ways thing things kind kinds sort",
    "type long together following possible occur occurs occurred exist exists bring receive obtain if between",
    "employees' else ever yet still already once again am being been off through during while within inside per",
)
"""Words that a question is filled up with."""

SAME = lexicon(
    "alter:change,modify,edit buy:purchase,acquire begin:start,commence end:finish,expire,expiration,ending",
    "remove:delete,erase enable:activate disable:deactivate,mute repair:fix,mend",
    "replace:exchange,swap,replacement",
    "build:construct,construction,manufacture,make,produce,builder,producer,manufacturer lead:leader,head,chief",
    "write:author,writer found:founder,establish supply:supplier,provide,provider deliver:delivery win:winner",
    "own:owner pay:payment test:tester develop:developer invent:inventor design:designer decide:decision",
    "sign:signature approve:approval differ:difference,different purpose:goal,aim,objective,intention",
    "price:cost,charge big:large,huge small:little,tiny maximum:max,most,largest,greatest,biggest,highest",
    "minimum:min,least,smallest,lowest meaning:mean,signify accurate:accuracy fast:quick,rapid",
    "advantage:benefit,pro,strength disadvantage:drawback,con,weakness problem:issue,trouble,difficulty",
    "help:support,assist,assistance worker:employee phone:telephone picture:image,photo,photograph car:automobile",
    "salary:wage doctor:physician holiday:vacation ill:illness,sick,disease,sickness die:death,dead colour:color",
    "licence:license centre:center upgrade:update improve:better,enhance,improvement increase:raise,rise",
    "decrease:reduce,drop,fall keep:save,storage,store,stored leave:depart,departure arrive:arrival",
    "collect:gather,collection measure:measurement calculate:compute,calculation ship:shipping,dispatch",
    "request:application,apply recommend:recommendation,suggest connect:connection train:training",
    "inspect:inspector,inspection maintain:maintenance insure:insurance protect:protection",
    "publish:release,publication weigh:weight attend:attendance,attendee outside:outdoors,outdoor,outdoors",
    "year:annual,annually,yearly month:monthly week:weekly day:daily company:firm,corporation",
    "reimburse:refund,reimbursement summary:summarize,summarise,overview consequence:effect,impact,result",
    "submit:submission cancel:cancellation rent:lease,rental lift:hoist material:ingredient encrypt:encryption",
    "calibrate:calibration install:installation transfer:transmission translate:translation register:registration",
    "delete:deletion",
)
"""`word:word,word`: words that ask for the same; opposites are in no line together."""

NEGATIONS = lexicon(
    "not no never without neither nor none nobody nothing nowhere hardly cannot unsafe unencrypted uncertified",
    "except excluded excluding exclude forbidden prohibited banned disallowed refuse refused",
)

POINTING = lexicon("than from to into onto")
"""Words that say which way round; what follows them may not change places with something else."""

COUNTED = "zero one:first two:second,twice three:third four:fourth five:fifth six:sixth seven:seventh eight:eighth"
COUNTED_ON = "nine:ninth ten:tenth eleven:eleventh twelve:twelfth"

NUMBERS = {
    word: str(number)
    for number, words in enumerate(f"{COUNTED} {COUNTED_ON}".split())
    for word in re.split("[:,]", words)
}
"""The number by each word for it, cardinal or ordinal."""
