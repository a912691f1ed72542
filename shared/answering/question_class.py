"""Tell what sort of question is asked, by rules on its wording, English and Chinese."""

import re

from shared.answering.asks import asks
from shared.answering.comparison import compares
from shared.domain.answers import QuestionClass

CONVERSATIONAL = re.compile(
    r"\s*(?:(?:hi|hello|hey|thanks|thank you|good (?:morning|afternoon|evening)|bye|goodbye|ok|okay|how are you"
    r"|who are you|what can you do"
    r"|你好|您好|谢谢|多谢|感谢|再见|早上好|晚上好|嗨|你是谁|你能做什么|好的)[\s,，!！.。?？~]*)+",
    re.IGNORECASE,
)

GLOBAL = re.compile(
    r"\b(?:overview|overall|summar\w+|main (?:themes?|topics?|points?|ideas?|risks?|events?|findings|trends?)"
    r"|key (?:themes?|topics?|points?|takeaways|findings|trends?)|themes?|in general|big picture|as a whole"
    r"|across (?:all|the) (?:documents?|files?|corpus|sites?)|(?:documents?|files|corpus|collection) (?:is|are) about"
    r"|(?:is|are) (?:these|the|this) (?:documents|files|corpus|collection|knowledge base) (?:all )?about)\b"
    r"|概述|概括|总结|综述|归纳|总体|整体|概况|全貌|主要(?:内容|主题|观点|风险|议题|趋势|事件|话题)|有哪些(?:方面|主题|趋势|要点)"
    r"|(?:文档|资料|文件)(?:主要)?(?:讲|说|谈|涉及)",
    re.IGNORECASE,
)

NESTED = re.compile(
    # A relative clause behind a noun that is itself asked about, or a thing of a thing's maker.
    r"\b(?:the|a|an|that|this) (?:[\w'-]+ ){1,6}?(?:that|who|whose|whom|where|(?:(?:in|on|for|by|with) )?which)\b"
    r"|,\s*(?:which|who|whose|whom|where)\b"
    r"|\b(?:[\w'-]+) (?:of|by|from|for|in|with|at) the (?:[\w'-]+ ){0,4}?"
    r"(?:of|by|that|which|who|whose|produced|made|built|founded|directed|written|named|known|called|born)\b"
    r"|\w+'s (?:[\w-]+ ){0,4}?\w+'s\b"
    # What is asked for comes last: "... graduated from a school in what city?"
    r"|\w \w+ \w+ (?:\w+ ){0,40}(?:what|which|whom?)\b[^,?]{0,60}\?\s*\Z"
    r"|\b(?:maker|author|director|writer|founder|builder|owner|head|supplier|composer|singer|runner-up|leader) of\b"
    r"|\b(?:that|this|whose) (?:person|site|plant|company|man|woman|team|city|country|film|book|author|director|maker"
    r"|supplier)\b",
    re.IGNORECASE,
)
NESTED_CHINESE = re.compile(
    r"[\u4e00-\u9fff]{2,}的(?:人|公司|工厂|企业|机构|部门|供应商|负责人|作者|导演|创始人|母公司|前身|产品|模块|董事|总部)"
    r".{0,12}?(?:谁|什么|哪|何|多少|几|吗)"
    r"|(?:那家|那个|那位|该|此人|这位|这家|这个).*(?:谁|什么|哪|何|多少|几)"
    r"|\A[^，,]{4,}的(?:工厂|公司|模块|部件|设备|产品|人)[，,]其"
    r"|把.{4,}的人|的[^，,。？?]{1,12}的[^，,。？?]{1,12}(?:谁|什么|哪|何|多少|几)"
)

MOST_READ = 1_000
"""Characters that are looked at; what is pasted behind them does not change the sort of the question."""

COMPLEXITY = ("simple", "moderate", "complex")
"""By how many things have to be found: one, two, more."""


def without_cues(question: str) -> str:
    """Return a global question without the words that make it one, which leaves what it is about."""
    return GLOBAL.sub(" ", question[:MOST_READ])


def question_class(question: str) -> QuestionClass:
    """Return the question's type and complexity, and the strategy it is answered by.

    `type` is conversational, global, comparison, multi_hop or factual; `strategy` is local, global, multi_hop or
    comparison. A question that is several of these is the first of them.
    """
    question = question[:MOST_READ]
    parts = len(asks(question))
    nested = bool(NESTED.search(question) or NESTED_CHINESE.search(question))
    complexity = COMPLEXITY[min(parts + nested, len(COMPLEXITY)) - 1]
    if CONVERSATIONAL.fullmatch(question):
        return QuestionClass("conversational", "simple", "local")
    if GLOBAL.search(question):
        return QuestionClass("global", "complex", "global")
    if compares(question):
        return QuestionClass("comparison", "complex" if parts + nested > 1 else "moderate", "comparison")
    if parts > 1 or nested:
        return QuestionClass("multi_hop", complexity, "multi_hop")
    return QuestionClass("factual", complexity, "local")
