"""What a durable run is about: names and ids alone, small enough for its history."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from shared.domain.access import BaseKey
from shared.domain.documents import document_id
from shared.domain.identity import content_id

DOCUMENTS = "documents"
"""The container that people drop documents into, as {tenant}/{knowledge base}/{name}."""

WORK = "work"
"""The container for what one step leaves to the next."""


@dataclass(frozen=True, slots=True)
class IngestionJob:
    """One version of one document on its way into a knowledge base."""

    tenant: str
    knowledge_base: str
    name: str
    etag: str

    @property
    def base(self) -> BaseKey:
        """The knowledge base it goes into."""
        return BaseKey(self.tenant, self.knowledge_base)

    @property
    def path(self) -> str:
        """Where the document's bytes are."""
        return f"{DOCUMENTS}/{self.tenant}/{self.knowledge_base}/{self.name}"

    @property
    def document_id(self) -> str:
        """The document, whatever its version."""
        return document_id(self.base, self.name)

    @property
    def run_id(self) -> str:
        """The durable run, named by path and ETag, so that one version is ingested once."""
        return content_id("ingestion", self.path, self.etag)

    @property
    def work_path(self) -> str:
        """The folder for the intermediate results of this run."""
        return f"{WORK}/{self.run_id}/"

    def to_json(self) -> dict[str, str]:
        """Write the job as a durable run's input."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, str]) -> "IngestionJob":
        """Read a job from a durable run's input; what else stands there is for the step."""
        return cls(values["tenant"], values["knowledge_base"], values["name"], values["etag"])
