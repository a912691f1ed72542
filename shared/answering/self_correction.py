"""Ask a model to write an answer again without what its passages do not carry."""

from collections.abc import Sequence
from dataclasses import replace

from shared.domain.answers import Prompt, Turn
from shared.text.scripts import language

ROUNDS = 3
"""Most times that an answer is written."""

ENOUGH = 0.85
"""Confidence from which an answer is not written again."""

MOST_NAMED = 10
"""Sentences that are held against an answer at once."""

REQUESTS = {
    "en": "Your last answer says what the passages it cites do not carry:\n{sentences}\n"
    "Answer the question again. Say only what the passages say, and cite them behind every sentence:\n{question}",
    "zh": "你上一次的回答中，下列句子没有得到所引段落的支持：\n{sentences}\n"
    "请重新回答问题，只说段落中有的内容，并在每句话后注明引用：\n{question}",
}


def to_correct(prompt: Prompt, draft: str, sentences: Sequence[str]) -> Prompt:
    """Return a prompt that shows the draft, names the sentences that nothing carries and asks the question again."""
    named = "\n".join(f"- {sentence}" for sentence in sentences[:MOST_NAMED])
    request = REQUESTS[language(prompt.question)].format(sentences=named, question=prompt.question)
    earlier = (*prompt.history, Turn("user", prompt.question), Turn("assistant", draft))
    return replace(prompt, question=request, history=earlier)
