"""Wordings between and behind two Chinese names that say how they are related."""

from shared.domain.graph import RelationType as Type
from shared.graph.chinese_cues import ROLES
from shared.graph.chinese_segments import alternation
from shared.graph.wording import FORWARD, PASSIVE, SECOND_NAME, Wording

BY = rf"[由被](?:[^{SECOND_NAME}，。；]{{0,8}}){SECOND_NAME}[^，。；]{{0,20}}?"
"""By the second name, and the verb behind it within the clause."""

OF = rf"是[^{SECOND_NAME}，。；]{{0,4}}{SECOND_NAME}(?:唯一|下属|旗下)?的?"
MADE = "创立|创办|创建|设计|研发|研制|发明|开发|编写|建造|导演|撰写|提出|成立|创作|主编|建立|兴建|谱写|作曲"
MAKES = "生产|制造|供应|提供|出版|发行|承建|推出"
LEADS = "负责|领导|管理|主持|带领|执掌|率领|指挥|担任|掌管"
MAKER = "总设计师|设计师|设计者|发明人|发明者|作者|创始人|联合创始人|创办人|导演|主编"
ROLE = alternation(ROLES)

AHEAD = (
    Wording(rf"{BY}(?:{LEADS})", Type.WORKS_FOR, 0.85, PASSIVE),
    Wording(rf"{BY}(?:{MADE})", Type.CREATED_BY, 0.85, FORWARD),
    Wording(rf"{BY}(?:{MAKES})", Type.PRODUCES, 0.8, PASSIVE),
    Wording(rf"{BY}(?:收购|并购|拥有|持有|接管)|归{SECOND_NAME}[^，。；]{{0,6}}?所有", Type.OWNS, 0.85, PASSIVE),
    Wording(rf"{BY}(?:引起|造成|导致|引发)", Type.CAUSES, 0.8, PASSIVE),
    Wording(rf"{OF}(?:{MAKER})", Type.CREATED_BY, 0.85, PASSIVE),
    Wording(
        rf"[于在自]{SECOND_NAME}[^，。；]{{0,10}}?(?:成立|创立|建立|开业|发布|投产|举行|召开|上映|出版|发行|竣工|通车|启用|建成|生效|收购|开始)",
        Type.OCCURRED_ON,
        0.75,
        FORWARD,
    ),
    Wording(rf"{OF}[^，。；]{{0,4}}?(?:{ROLE})", Type.WORKS_FOR, 0.8, FORWARD),
    Wording(
        rf"{OF}(?:子公司|分公司|一部分|组成部分|部门|下属|分支|成员|旗舰|首都|首府|省会)", Type.PART_OF, 0.8, FORWARD
    ),
)
"""Wordings that hold the second name."""

BETWEEN = (
    Wording(
        r"任职于|就职于|供职于|效力于|任教于|出任|担任|就任|现任|曾任|历任",
        Type.WORKS_FOR,
        0.8,
        FORWARD,
    ),
    Wording(rf"的?(?:{MAKER})(?:是|为)?", Type.CREATED_BY, 0.8, FORWARD),
    Wording(rf"的?(?:{ROLE})(?:是|为|由)?", Type.WORKS_FOR, 0.8, PASSIVE),
    Wording(r"(?:直接)?(?:负责|领导|管理|主持|执掌|率领)", Type.WORKS_FOR, 0.75, FORWARD),
    Wording(
        r"位于|坐落于|坐落在|地处|设在|总部在|总部设在|建于|落户|流经|邻近|毗邻|出生于|生于|定居于?",
        Type.LOCATED_IN,
        0.85,
        FORWARD,
    ),
    Wording(r"隶属于?|从属于|属于|归属于?|下属于", Type.PART_OF, 0.85, FORWARD),
    Wording(r"下辖|包括|包含|分为|下设|设有", Type.PART_OF, 0.7, PASSIVE),
    Wording(r"加入|入选|效忠", Type.MEMBER_OF, 0.75, FORWARD),
    Wording(r"拥有|持有|控股|收购|并购|买下|接管", Type.OWNS, 0.8, FORWARD),
    Wording(r"参加|参与|出席|出演|参演|出战", Type.PARTICIPATED_IN, 0.8, FORWARD),
    Wording(rf"(?:{MADE})了?", Type.CREATED_BY, 0.75, PASSIVE),
    Wording(rf"(?:{MAKES})", Type.PRODUCES, 0.75, FORWARD),
    Wording(r"使用|采用|利用|应用|运用|装有|配备|搭载|用于", Type.USES, 0.75, FORWARD),
    Wording(r"实现|符合|遵循|执行|支持", Type.IMPLEMENTS, 0.65, FORWARD),
    Wording(r"依赖于?|依靠|取决于|需要|基于|建立在", Type.DEPENDS_ON, 0.75, FORWARD),
    Wording(r"导致|引起|造成|引发|使得", Type.CAUSES, 0.75, FORWARD),
    Wording(r"(?:成立|创立|建立|始建|开馆|通车|逝世|去世|举行)于", Type.OCCURRED_ON, 0.6, FORWARD),
    Wording(r"是(?:一[种个座家款部条名位所支]|.{0,4}的一[种个座家部])|即|属一种", Type.IS_A, 0.75, FORWARD),
)
"""Wordings that stand before the second name, in its clause."""

CHINESE = (
    *AHEAD,
    *(each._replace(pattern=rf"(?:{each.pattern})[^，。；、：{SECOND_NAME}]{{0,8}}{SECOND_NAME}") for each in BETWEEN),
)
