"""Words that say what kind of thing an English name names."""

from collections.abc import Mapping

from shared.domain.graph import EntityType
from shared.text.lexicon import lexicon

ORGANIZATION_WORDS = lexicon(
    "inc ltd limited corp corporation company co llc plc gmbh university college school academy institute",
    "institution",
    "association society council committee commission board department ministry agency authority cooperative",
    "bank group",
    "party club union foundation trust museum orchestra band army navy force church hospital records studios",
    "studio works",
    "press airlines airways court congress parliament senate team fc united league bureau office federation",
    "alliance",
    "organization organisation organisations network broadcasting instruments electronics systems technologies",
    "motors",
    "industries laboratories laboratory labs factory freight castings seals partners brothers entertainment",
    "pictures",
    "productions media newspaper times post magazine journal regiment brigade division corps centre center",
    "library",
    "rubber glass radio railway railways government plant bulls lakers giants tigers eagles wolves",
)
LOCATION_WORDS = lexicon(
    "city county river lake mountain mountains mount island islands province state street road avenue park bay",
    "sea ocean",
    "valley peninsula district region republic kingdom empire airport station bridge castle harbour harbor",
    "coast beach",
    "desert village town township square palace territory states hills hill creek falls gulf strait canyon",
    "forest borough",
    "parish municipality highway parkway stadium arena tower building hall house cathedral abbey peak glacier",
    "plateau",
)
EVENT_WORDS = lexicon(
    "war battle festival championship championships cup olympics games conference revolution treaty election",
    "elections",
    "tournament incident award awards prize day crisis earthquake siege massacre rebellion uprising congress",
    "expedition",
    "season bowl derby marathon ceremony summit strike recall campaign movement operation match final series",
    "tour",
)
PRODUCT_WORDS = lexicon(
    "buoy buoys probe probes modem modems sensor sensors phone camera engine aircraft missile ship car rifle",
    "console",
    "album song film novel book opera symphony game show edition version app software ring rings pack packs",
    "device",
)
TECHNOLOGY_WORDS = lexicon(
    "protocol algorithm framework language database api technology membrane coating battery standard platform",
    "compiler",
    "architecture model interface firmware software seal chip processor array",
)
PROCESS_WORDS = lexicon(
    "process procedure test tests testing inspection calibration rule method programme program policy review",
    "audit",
    "qualification assembly treatment therapy scheme",
)
CONCEPT_WORDS = lexicon(
    "theory law effect act bill amendment constitution principle theorem code disease syndrome hours hour",
    "yield rate",
)

TYPES_BY_WORD: Mapping[str, EntityType] = {
    word: kind
    for kind, words in (
        (EntityType.CONCEPT, CONCEPT_WORDS),
        (EntityType.PROCESS, PROCESS_WORDS),
        (EntityType.TECHNOLOGY, TECHNOLOGY_WORDS),
        (EntityType.PRODUCT, PRODUCT_WORDS),
        (EntityType.EVENT, EVENT_WORDS),
        (EntityType.LOCATION, LOCATION_WORDS),
        (EntityType.ORGANIZATION, ORGANIZATION_WORDS),
    )
    for word in words
}
"""The type that a name's last word speaks for."""

HEADS = lexicon(
    "plant factory peninsula island islands array buoy probe modem protocol membrane coating river lake",
    "city town",
    "province county studio incident committee mountains valley engine framework algorithm system bridge",
    "cooperative",
    "district university institute library company group project programme test seal office harbour bay line",
)
"""Common nouns that complete a name before them: the Shiqiao plant, the Slow-Pulse protocol."""

FIRST_WORDS: Mapping[str, EntityType] = {
    **dict.fromkeys(
        lexicon("mr mrs ms miss dr prof professor sir lady lord king queen prince princess saint president senator"),
        EntityType.PERSON,
    ),
    **dict.fromkeys(
        lexicon("pope emperor captain general colonel major judge rabbi sheikh sultan uncle aunt"), EntityType.PERSON
    ),
    **dict.fromkeys(
        lexicon("mount lake cape fort san santa los las north south east west new port"), EntityType.LOCATION
    ),
    **dict.fromkeys(lexicon("typhoon hurricane operation cyclone storm"), EntityType.EVENT),
    **dict.fromkeys(lexicon("university bank ministry department institute"), EntityType.ORGANIZATION),
    **dict.fromkeys(lexicon("lot version firmware model type"), EntityType.PRODUCT),
}
"""The type that a name's first word speaks for, where the last one is silent."""

FIRST_NAMES = lexicon(
    "james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony",
    "mark donald",
    "steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary",
    "nicholas",
    "eric jonathan stephen larry justin scott brandon benjamin samuel frank raymond jack dennis jerry",
    "alexander tyler",
    "henry peter walter arthur albert fred harry louis carl ralph roy eugene philip bobby johnny billy mary",
    "patricia",
    "jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa margaret betty sandra ashley",
    "dorothy kimberly",
    "emily donna michelle carol amanda melissa deborah stephanie rebecca laura helen sharon cynthia kathleen",
    "amy anna",
    "angela ruth brenda pamela virginia katherine catherine christine janet maria julia grace victoria martha",
    "alice",
    "jane kate ann anne bob tim tom jim joe ben sam dan max alan adam simon martin oliver hugh ivan boris hans",
    "karl",
    "franz friedrich jean pierre jacques antonio carlos jose juan luis pedro ahmed ali mohammed omar ian neil",
    "colin",
)
"""Given names frequent enough in English texts to vouch for a person."""

PLACES = lexicon(
    "Africa America Asia Europe Australia Antarctica Canada China Japan Korea India Russia Germany France",
    "Italy Spain Portugal",
    "England Scotland Wales Ireland Britain UK US U.S. USA Mexico Brazil Argentina Chile Peru Colombia Cuba",
    "Egypt Israel Iran",
    "Iraq Turkey Greece Poland Ukraine Sweden Norway Finland Denmark Netherlands Belgium Austria Switzerland",
    "Hungary Romania",
    "Bulgaria Serbia Croatia Vietnam Thailand Malaysia Singapore Indonesia Philippines Pakistan Bangladesh",
    "Nepal Afghanistan",
    "Nigeria Kenya Ethiopia Ghana Morocco Algeria Zealand London Paris Berlin Rome Madrid Moscow Tokyo Beijing",
    "Shanghai Seoul",
    "Delhi Mumbai Sydney Toronto Chicago Boston Seattle Houston Dallas Philadelphia Detroit Miami Atlanta",
    "Denver Angeles York",
    "California Texas Florida Ohio Michigan Georgia Virginia Illinois Pennsylvania Massachusetts Washington",
    "Oregon Nevada",
    "Arizona Colorado Utah Kansas Iowa Missouri Minnesota Wisconsin Indiana Kentucky Tennessee Alabama",
    "Mississippi Louisiana",
    "Arkansas Oklahoma Nebraska Dakota Montana Wyoming Idaho Alaska Hawaii Maine Vermont Connecticut Delaware",
    "Maryland Jersey",
    "Carolina Hampshire Ontario Quebec Manitoba Alberta Saskatchewan",
)
"""Countries, states and cities that English texts name most."""

DEMONYMS = lexicon(
    "American British English Scottish Welsh Irish French German Italian Spanish Portuguese Dutch Belgian",
    "Swiss Austrian Swedish",
    "Norwegian Danish Finnish Russian Polish Czech Hungarian Romanian Greek Turkish Israeli Egyptian Iranian",
    "Iraqi Indian",
    "Pakistani Chinese Japanese Korean Vietnamese Thai Indonesian Malaysian Filipino Australian Canadian",
    "Mexican Brazilian",
    "Argentine Chilean Colombian Cuban African European Asian Roman Jewish Christian Catholic Muslim Islamic",
    "Buddhist Soviet",
    "Victorian Ukrainian Serbian Croatian Bulgarian Nigerian Kenyan Ethiopian Moroccan Singaporean Taiwanese",
    "Hawaiian",
)
"""Adjectives of peoples and faiths, written like names; no end of a relation."""

ROLES = lexicon(
    "president chairman chairwoman chair director manager minister governor mayor secretary chief officer ceo",
    "cto cfo coo",
    "founder co-founder engineer author editor singer actor actress player coach composer painter architect",
    "poet scientist",
    "professor inventor designer senator writer leader head producer duke bishop",
)
"""Nouns that introduce a person right before or after the name."""

CALENDAR = lexicon(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july",
    "august september",
    "october november december christmas easter",
)
"""Days, months and feasts, which are written like names."""

OPENING_WORDS = lexicon(
    "near beyond behind beside opposite toward towards amid the a an and or but nor if of he she it they we i",
    "you his hers its their theirs my mine your yours our ours him her me them us this that these those in on",
    "at for to from by with as is was are were be been being am has have had do does did when where who whom",
    "whose which what how why after before during while since although though however also there then than not",
    "no yes oh ah all some many most more much others such each every either neither under over between among",
    "because so into out about up down off may might must can could will would shall should ought let here now",
    "thus hence therefore moreover furthermore meanwhile later earlier once twice again still yet ever never",
    "always often sometimes perhaps maybe indeed instead besides despite within without against along across",
    "through throughout upon per via until till unless whether unlike even just only very too quite rather",
    "almost already soon today tomorrow yesterday another any anyone anything everyone everything everybody",
    "nobody nothing none someone something somebody several few own following according including based given",
    "due recently currently originally initially eventually finally generally usually typically similarly",
    "additionally subsequently approximately see note notes figures please what's it's that's there's i'm i've",
    "i'll i'd he's she's don't won't can't didn't isn't wasn't let's you're they're we're",
)
"""Words that have a capital letter only because a sentence opens with them; no name does."""

COMMON_WORDS = OPENING_WORDS | lexicon(
    "new old great good dear first second third last next one two three four five six seven eight nine ten",
    "well little less least same different early late like both above below around other page section chapter",
    "table figure sir madam mr mrs ms dr inside outside",
)
"""Words that alone are no name, though one may open with them: New York, Second Line."""
