"""English words that ask, that carry nothing, and that say the same in a question."""

import re

from shared.text.lexicon import lexicon

ASKING = frozenset(("why", "when", "where", "who", "how", "what", "which"))
"""Words that say what is asked for; where several stand in a question the first counts."""

LIGHT = lexicon(
    "me us mine own one ones the there here please about also any some each every all both just only really",
    "exactly currently now usually normally generally actually tell give explain main need needs needed necessary",
    "require required requires must ought might shall like want get gets got find happen happens let going go",
    "work works used use uses using take takes place way ways thing things kind kinds sort type long together",
    "come comes came happened happening occurring occurs following associated involved possible occur occurred",
    "exist exists bring receive obtain if between else ever yet still already once again am being been off",
    "through during while within inside per",
)
"""Words that a question is filled up with."""

SAME = lexicon(
    "alter:change,modify,edit,editor,adjust,amend buy:purchase,acquire",
    "end:finish,expire,expiration,ending,conclude,expiry,complete,completion",
    "begin:start,commence,launch,beginning remove:delete,erase,removal,deletion,eliminate enable:activate",
    "disable:deactivate,mute repair:fix,mend replace:exchange,swap,replacement,substitute",
    "build:construct,construction,manufacture,make,produce,builder,producer,manufacturer,production,assemble,assembly",
    "lead:leader,head,chief manage:manager,run,oversee,management,supervise,supervisor tend:tender",
    "write:author,writer found:founder,establish,foundation supply:supplier,provide,provider deliver:delivery",
    "win:winner own:owner,belong,ownership pay:payment,settle test:tester develop:developer,development",
    "invent:inventor,invention design:designer,architect create:creator,creation decide:decision sign:signature",
    "paint:painter,painting teach:teacher,instruct,instructor compose:composer discover:discovery,discoverer",
    "approve:approval,authorise,authorize,authorisation,authorization differ:difference,different,distinguish",
    "purpose:goal,aim,objective,intention price:cost,charge,costs,pricing,expense spend:spent big:large,huge",
    "small:little,tiny maximum:max,most,largest,greatest,biggest,highest,maximal,top,limit,limits",
    "minimum:min,least,smallest,lowest,minimal mean:meaning,signify accurate:accuracy,precise,precision",
    "fast:quick,rapid,quickly advantage:benefit,strength,upside,merit disadvantage:drawback,weakness,downside,con",
    "problem:issue,trouble,difficulty help:assist,assistance,aid support:compatible employee:worker,staff",
    "phone:telephone picture:image,photo,photograph,photography car:automobile salary:wage,salaries",
    "doctor:physician holiday:vacation ill:illness,sick,disease,sickness die:death,dead,dies colour:color",
    "licence:license centre:center metre:meter upgrade:update grey:gray programme:program",
    "organisation:organization organise:organize analyse:analyze,analysis,analyses catalogue:catalog",
    "theatre:theater improve:better,enhance,improvement,enhancement increase:raise,rise,rose,risen,growth,grow",
    "decrease:reduce,drop,fall,reduction keep:storage,store,stored,retain,retention leave:depart,departure",
    "arrive:arrival collect:gather,collection measure:measurement calculate:compute,calculation,computation",
    "ship:shipping,dispatch,shipment request:application,apply,applicant",
    "recommend:recommendation,suggest,suggestion connect:connection train:training inspect:inspector,inspection",
    "maintain:maintenance insure:insurance,insured protect:protection publish:release,publication weigh:weight",
    "attend:attendance,attendee,participate,participant,participation outside:outdoors,outdoor",
    "inside:indoors,indoor year:annual,annually,yearly month:monthly week:weekly day:daily quarter:quarterly",
    "company:firm,corporation,enterprise reimburse:refund,reimbursement summary:summarize,summarise,overview",
    "consequence:effect,impact,result,outcome submit:submission cancel:cancellation,terminate,termination",
    "rent:lease,rental lift:hoist,elevator material:ingredient encrypt:encryption calibrate:calibration",
    "install:installation transfer:transmission,transmit translate:translation",
    "register:registration,enrol,enroll,enrolment,enrollment contain:include,comprise,included,contents,content",
    "topic:subject,theme fine:penalty,penalties",
    "requirement:condition,prerequisite,precondition,requirements,conditions rule:regulation,policy,rules",
    "latest:newest,recent,current mandatory:compulsory,obligatory",
    "duty:task,duties,responsibility,responsibilities solve:resolve,solution,resolution responsible:handle",
    "succeed:successor precede:predecessor access:enter,entry,admission delay:postpone,postponement,defer",
    "lose:loss,lost,misplace spouse:husband,wife,marry inform:notify,notification parcel:package award:prize",
    "warranty:guarantee invoice:bill luggage:baggage timetable:schedule voucher:coupon colleague:coworker",
    "trash:garbage,rubbish lawyer:attorney film:movie drug:medicine,medication lorry:truck petrol:gasoline",
    "plane:airplane,aeroplane,aircraft bike:bicycle fridge:refrigerator tv:television screen:display",
    "folder:directory configure:configuration,config chance:probability,likelihood manual:handbook",
    "inhabitant:resident wait:await allow:permit,permission break:broken,breakage fail:failure close:closure,shut",
    "treat:treatment employ:employment,hire,recruit,recruitment check:examine,verify,verification",
    "confirm:confirmation consume:consumption extend:extension,prolong,prolongation expand:expansion",
    "describe:description subscribe:subscription reserve:book,booking,reservation renew:renewal",
    "explain:explanation evaluate:evaluation,assess,assessment communicate:communication invest:investment",
    "compare:comparison prepare:preparation choose:select,selection,choice,pick operate:operation plan:planning",
    "sell:sale,vendor,seller send:sender receive:receiver,recipient monitor:monitoring,surveillance",
    "evacuate:evacuation vote:voting elect:election vaccinate:vaccination safe:safety secure:security",
    "risk:danger,hazard error:fault document:paperwork tool:instrument guest:visitor client:customer child:kid",
    "trip:journey emit:emission admit:admittance deduct:deduction divide:division compensate:compensation",
    "populate:population violate:violation,breach complain:complaint respond:response,reply,answer",
    "fund:finance,funding appoint:appointment propose:proposal withdraw:withdrawal transport:transportation",
    "consult:consultation distribute:distribution locate:location origin:source backup:backups speed:velocity",
    "amount:quantity,sum",
)
"""`word:word,word`: words that ask for the same; opposites are in no line together."""

APART = lexicon("department departments active activity pro pros con apartment universe")
"""Words that only look as if they came from one of those: a department departs nowhere."""

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
