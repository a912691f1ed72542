"""Wordings between two English names that say how they are related."""

from shared.domain.graph import RelationType as Type
from shared.graph.wording import FORWARD, PASSIVE, Wording

BY = "(?: [\\w-]+ly)? by"
IS = "(?:is|are|was|were|has been|had been|been|be|being|,|which (?:is|was)|who (?:is|was))"
ROLE = (
    "(?:chief [a-z]+(?: officer)?|ceo|cto|cfo|president|chair(?:man|woman|person)?|director|manager|head|leader"
    "|governor|mayor|minister|editor|coach|captain|professor|secretary|treasurer|chancellor|dean|principal|engineer|commander)"
)
MAKER = "(?:co-?)?(?:founders?|designers?|inventors?|authors?|creators?|composers?|writers?)"
MADE_BY = (
    "(?:founded|co-?founded|created|designed|invented|developed|written|directed|produced|composed|painted|built"
    "|established|authored|devised|discovered|proposed|started|recorded|sung|performed)"
)
MADE = (
    "(?:founded|co-?founded|created|creates|designed|designs|invented|wrote|writes|directed|composed|established"
    "|authored|discovered|introduced|painted|devised)"
)
MAKES = (
    "(?:produces?|produced|manufactures?|manufactured|makes?|made|builds?|built|supplies|supplied|publishes|published"
    "|releases|released|sells)"
)
LEADS = (
    "(?:leads?|led|heads|headed|manages?|managed|runs|directs|chairs|chaired|works? (?:for|at|in)|worked (?:for|at)"
    "|employed by|serves? (?:as|at|in)|served (?:as|at|in|with)|plays for|played for|is responsible for|teaches at"
    "|taught at|reports to)"
)
PLACE = (
    "(?:city|town|village|suburb|river|lake|island|community|municipality|county|district|region|province|station"
    "|building|mountain|school|university|college|club|place|museum|neighborhood|commune|peninsula|hotel|park|airport)"
)
HAPPENED = (
    "(?:founded|established|opened|released|launched|built|born|held|formed|signed|published|completed|introduced"
    "|started|died|closed|approved)"
)

ENGLISH = (
    Wording(
        f"{IS} (?:the |an? )?(?:[a-z]+ )?(?:subsidiary|division|branch|part|component|section|suburb|district|unit) of",
        Type.PART_OF,
        0.85,
        FORWARD,
    ),
    Wording("(?:belongs?|belonged|belonging) to|forms? part of|(?:is|was) part of", Type.PART_OF, 0.8, FORWARD),
    Wording(
        "(?:consists?|consisted|composed|made up) of|comprises?|includ(?:es|ing)|contains?", Type.PART_OF, 0.65, PASSIVE
    ),
    Wording(f"{IS} (?:a |an |one )?(?:[a-z]+ )?members? of|joined|joins", Type.MEMBER_OF, 0.8, FORWARD),
    Wording(
        f"{IS} (?:led|headed|managed|run|directed|chaired|coached|governed|supervised){BY}",
        Type.WORKS_FOR,
        0.85,
        PASSIVE,
    ),
    Wording("causes?|caused|led to|leads to|resulted in|results in|triggered|brought about", Type.CAUSES, 0.8, FORWARD),
    Wording(LEADS, Type.WORKS_FOR, 0.8, FORWARD),
    Wording(f"(?:{IS} )?(?:the |an? |one of the )?(?:[a-z]+ )?{MAKER} of", Type.CREATED_BY, 0.85, PASSIVE),
    Wording(
        f"(?:{IS} )?,? ?(?:the |an? |its )?(?:[a-z]+ ){{0,2}}{ROLE} (?:of|at|for|in)", Type.WORKS_FOR, 0.85, FORWARD
    ),
    Wording(f"['’]s (?:[a-z]+ ){{0,2}}{ROLE},?", Type.WORKS_FOR, 0.75, PASSIVE),
    Wording(f"(?:{IS} )?{MADE_BY}{BY}", Type.CREATED_BY, 0.85, FORWARD),
    Wording(MADE, Type.CREATED_BY, 0.75, PASSIVE),
    Wording(f"(?:{IS} )?(?:the |a )?(?:parent company|parent|owner) of", Type.OWNS, 0.85, FORWARD),
    Wording(f"{IS} owned{BY}|(?:was |were )?(?:acquired|bought|purchased|taken over){BY}", Type.OWNS, 0.85, PASSIVE),
    Wording("(?:was |were )?bought (?:in [0-9]{4} )?from", Type.RELATED_TO, 0.6, FORWARD),
    Wording("owns?|owned|acquired|acquires|bought|purchased|took over", Type.OWNS, 0.8, FORWARD),
    Wording(
        f"{IS} (?:made|built|produced|manufactured|supplied|assembled|published|released|distributed|sold)(?:{BY}| at)",
        Type.PRODUCES,
        0.8,
        PASSIVE,
    ),
    Wording(MAKES, Type.PRODUCES, 0.75, FORWARD),
    Wording(f"{IS} used(?:{BY}| in| on| at)", Type.USES, 0.75, PASSIVE),
    Wording(
        "uses?|used|using|utili[sz]es|employs|adopts|adopted|applies|runs on|equipped with|carries",
        Type.USES,
        0.75,
        FORWARD,
    ),
    Wording("implements?|implemented|reali[sz]es|conforms to|complies with|supports", Type.IMPLEMENTS, 0.75, FORWARD),
    Wording(
        f"depends? on|depended on|relies on|rely on|requires?|needs?|(?:{IS} )?based (?:up)?on|builds on|derived from"
        "|adapted from",
        Type.DEPENDS_ON,
        0.75,
        FORWARD,
    ),
    Wording(f"{IS} caused{BY}|due to|because of|resulted from|results from", Type.CAUSES, 0.8, PASSIVE),
    Wording(
        "(?:took part|takes part|participated|participates|competed|competes|fought|appeared|starred|stars)"
        " (?:in|at|on)|attended",
        Type.PARTICIPATED_IN,
        0.8,
        FORWARD,
    ),
    Wording(
        f"{IS} (?:now |currently )?(?:head-?quartered|located|based|situated|set)(?: [a-z]+){{0,2}} (?:in|at|on|near)"
        "|(?:lives?|lived|stands?|lies|sits|resides|headquartered|located) (?:[a-z]+ )?(?:in|at|on|near|above)",
        Type.LOCATED_IN,
        0.8,
        FORWARD,
    ),
    Wording(
        f"{IS} (?:an? )?(?:[\\w-]+ ){{0,3}}{PLACE} (?:located |situated )?(?:in|on|at|near)",
        Type.LOCATED_IN,
        0.75,
        FORWARD,
    ),
    Wording(f"{IS} {HAPPENED}(?: [a-z]+){{0,2}} (?:on|in)", Type.OCCURRED_ON, 0.8, FORWARD),
    Wording(
        "(?:took place|opened|began|started|died|occurred|happened|ended|went on sale)(?: [a-z]+){0,2} (?:on|in)",
        Type.OCCURRED_ON,
        0.75,
        FORWARD,
    ),
    Wording(
        f"{IS} (?:an?|the|another) (?:kind|type|form|sort|example|version|species|variant) of", Type.IS_A, 0.85, FORWARD
    ),
    Wording("(?:is|was|are|were) an?\\s*\\Z", Type.IS_A, 0.7, FORWARD),
    Wording(",? such as", Type.IS_A, 0.7, PASSIVE),
)
"""At one place the first in this order wins; "led to" is tried before "led"."""
