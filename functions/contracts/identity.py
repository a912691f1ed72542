"""Sign-in as JSON."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from functions.contracts.accepting import Accepting
from functions.contracts.conversations import ConversationAnswer, MessageAnswer
from functions.contracts.feedback import AnswerTrace, FeedbackAnswer
from functions.contracts.knowledge import DocumentAnswer, KnowledgeBaseAnswer
from shared.domain.access import Principal
from shared.domain.audit import AuditEntry, Deed
from shared.domain.feedback import Rating
from shared.domain.money import SettledCall
from shared.domain.popular import Asked
from shared.domain.roles import LIMITS, Feature, GivenRole, ModelClass, Role
from shared.domain.users import TokenPair, User
from shared.services.personal_traces import Export, Spoken

GroupName = Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,64}$")]
"""The name of a group: letters of any script, digits, `_`, `.` and `-`."""

BEARER: Literal["Bearer"] = "Bearer"
"""The one kind of token."""


class Credentials(Accepting):
    """An e-mail address and a password."""

    email: str = Field(min_length=3, max_length=254)
    password: str = Field(min_length=1, max_length=1024)


class RefreshRequest(Accepting):
    """The refresh token that was given last."""

    refresh_token: str = Field(min_length=1, max_length=1024)


class TokenAnswer(BaseModel):
    """An access token, its life in seconds, and the refresh token for the next pair."""

    access_token: str
    token_type: Literal["Bearer"] = BEARER
    expires_in: int
    refresh_token: str

    @classmethod
    def of(cls, pair: TokenPair) -> "TokenAnswer":
        """Write a pair of tokens."""
        return cls(access_token=pair.access_token, expires_in=pair.expires_in, refresh_token=pair.refresh_token)


class UserAnswer(BaseModel):
    """A person who may sign in."""

    id: str
    tenant: str
    email: str
    role: Role
    groups: list[str]
    disabled: bool
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> "UserAnswer":
        """Write a person, without what is kept of the password."""
        return cls(
            id=user.id,
            tenant=user.tenant,
            email=user.email,
            role=user.role,
            groups=sorted(user.groups),
            disabled=user.is_disabled,
            created_at=user.created_at,
        )


class NewUser(Credentials):
    """A person to add."""

    role: GivenRole = Role.USER


class UserChange(Accepting):
    """What to change of a person; what is left out stays."""

    role: GivenRole | None = None
    groups: list[GroupName] | None = Field(None, max_length=100)
    disabled: bool | None = None


class UserList(BaseModel):
    """One page of people; `next` is empty on the last."""

    items: list[UserAnswer]
    next: str


class MeAnswer(BaseModel):
    """Who the caller is: role, access labels and limits; `email` is empty for what is no person."""

    id: str
    tenant: str
    role: Role
    labels: list[str]
    email: str
    features: list[Feature]
    models: list[ModelClass]
    requests_per_day: int
    monthly_budget_usd: float

    @classmethod
    def of(cls, principal: Principal, user: User | None) -> "MeAnswer":
        """Write a principal, and what is known of the person."""
        limits = LIMITS[principal.role]
        return cls(
            id=principal.user,
            tenant=principal.tenant,
            role=principal.role,
            labels=sorted(principal.labels),
            email=user.email if user else "",
            features=sorted(limits.features),
            models=sorted(limits.models),
            requests_per_day=limits.requests_per_day,
            monthly_budget_usd=limits.monthly_usd,
        )


class SessionAnswer(BaseModel):
    """A session, without its secret."""

    id: str
    created_at: datetime
    expires_at: datetime


class AuditAnswer(BaseModel):
    """Who did what to whom, when, in which request; a change of access labels says from which to which."""

    id: str
    at: datetime
    who: str
    deed: Deed
    about: str
    request_id: str
    labels_before: list[str]
    labels_after: list[str]

    @classmethod
    def of(cls, entry: AuditEntry) -> "AuditAnswer":
        """Write a row."""
        return cls(
            id=entry.id,
            at=entry.at,
            who=entry.who,
            deed=entry.deed,
            about=entry.about,
            request_id=entry.request_id,
            labels_before=sorted(entry.before),
            labels_after=sorted(entry.after),
        )


class AuditList(BaseModel):
    """One page of the audit trail; `next` is empty on the last."""

    items: list[AuditAnswer]
    next: str


class CallAnswer(BaseModel):
    """One paid call of a model or a service, without what was said in it."""

    at: datetime
    feature: str
    model: str
    tokens: int
    cost_usd: float

    @classmethod
    def of(cls, call: SettledCall) -> "CallAnswer":
        """Write a call."""
        return cls(
            at=datetime.fromtimestamp(call.reserved_at, UTC),
            feature=call.feature,
            model=call.model,
            tokens=call.usage.total,
            cost_usd=call.cost.usd,
        )


class AskedAnswer(BaseModel):
    """A question that is counted, when it was asked last, and until when that is kept."""

    kb_id: str
    question: str
    asked_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, asked: Asked) -> "AskedAnswer":
        """Write a question."""
        question = asked.question
        return cls(kb_id=question.scope.base.id, question=question.text, asked_at=asked.at, expires_at=asked.expires_at)


class ConversationExport(ConversationAnswer):
    """A conversation with all its messages."""

    messages: list[MessageAnswer]


class ExportAnswer(BaseModel):
    """Everything that is kept of a person; of a document the register's row, its bytes are where they came from.

    `user` is null where another directory has the account: nothing of it is kept here but the id.
    """

    id: str
    tenant: str
    user: UserAnswer | None
    sessions: list[SessionAnswer]
    audit: list[AuditAnswer]
    usage: list[CallAnswer]
    conversations: list[ConversationExport]
    feedback: list[FeedbackAnswer]
    answers: list[AnswerTrace]
    questions: list[AskedAnswer]
    knowledge_bases: list[KnowledgeBaseAnswer]
    documents: list[DocumentAnswer]

    @classmethod
    def of(cls, export: Export) -> "ExportAnswer":
        """Write an export."""
        ratings = {(each.conversation_id, each.number): each.rating for each in export.feedback}
        return cls(
            id=export.owner.user,
            tenant=export.owner.tenant,
            user=UserAnswer.of(export.user) if export.user else None,
            sessions=[
                SessionAnswer(id=each.id, created_at=each.created_at, expires_at=each.expires_at)
                for each in export.sessions
            ],
            audit=[AuditAnswer.of(each) for each in export.deeds],
            usage=[CallAnswer.of(each) for each in export.calls],
            conversations=[written(each, ratings) for each in export.conversations],
            feedback=[FeedbackAnswer.of(each) for each in export.feedback],
            answers=[AnswerTrace.of(each) for each in export.answers],
            questions=[AskedAnswer.of(each) for each in export.asked],
            knowledge_bases=[KnowledgeBaseAnswer.of(each) for each in export.owned.bases],
            documents=[DocumentAnswer.of(each) for each in export.owned.documents],
        )


class ErasureAnswer(BaseModel):
    """Everything that the caller left is gone; `account` says whether the account is too.

    `in_directory` is one that another directory keeps: it still signs in, and whoever runs that directory deletes it.
    """

    account: Literal["erased", "in_directory"]

    @classmethod
    def of(cls, *, is_gone: bool) -> "ErasureAnswer":
        """Write what became of the account."""
        return cls(account="erased" if is_gone else "in_directory")


def written(spoken: Spoken, ratings: dict[tuple[str, int], Rating]) -> ConversationExport:
    """Write a conversation with its messages and what its owner said of them."""
    known = spoken.conversation
    messages = [MessageAnswer.of(each, ratings.get((known.id, each.message.number))) for each in spoken.messages]
    return ConversationExport(**dict(ConversationAnswer.of(known)), messages=messages)
