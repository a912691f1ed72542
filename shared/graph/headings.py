"""Turn the title and the headings above a chunk into the names of what it is about."""

import re
from collections.abc import Iterator

from shared.domain.documents import Chunk
from shared.text.lexicon import lexicon

NUMBERING = re.compile(
    r"\A(?:第[一二三四五六七八九十百\d]+[章节条部篇][\s、:：]*|[一二三四五六七八九十]+、\s*|[(（][一二三四五六七八九十\d]+[)）]\s*"
    r"|[#*]+\s*"
    r"|\d+(?:\.\d+)*[.、)]?\s+|(?:Chapter|Section|Part|Appendix|Step)\s+[\dIVXA-Z]+[.:]?\s+)",
    re.IGNORECASE,
)
QUESTION = re.compile(r"[?？]\s*\Z")
LONGEST = 80
"""Characters of a heading that names a thing; a longer one is a sentence."""

GENERIC = lexicon(
    "summary introduction overview background conclusion conclusions abstract contents appendix references",
    "notes about history general details description scope purpose results discussion methods method table",
    "people output winter targets causes actions questions faq glossary index preface acknowledgements",
    "other others misc sheet1 sheet2 sheet3 untitled 概况 概述 简介 总则 附则 目的 范围 背景 说明 结论",
    "摘要 目录 附录 参考文献 注释 历史 其他 其它 内容 原料 工序 人员 费用 记录 职责 定义 前言 引言 总结",
    "小结 序言 指标 产能 决议 议题 术语 流程 安全 质量 会议 方法 结果 讨论 问题 原因 影响 分工 组织 地点",
    "人名 附件 备注",
)
"""Headings that say what kind of section follows, not what it is about."""


def heading_names(chunk: Chunk) -> Iterator[str]:
    """Yield the title and headings that name something, the outermost first, each once."""
    for heading in dict.fromkeys([chunk.title, *chunk.heading_path]):
        name = NUMBERING.sub("", heading.strip()).strip()
        if 1 < len(name) <= LONGEST and name.lower() not in GENERIC and not QUESTION.search(name):
            yield name
