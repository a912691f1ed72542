"""What `make run` shows: the samples are read, two questions are asked, the service keeps serving."""

from pathlib import Path

from rich.console import Console

from infra.local.command_line import asking, uploading
from infra.local.command_line.connection import client_of
from infra.local.command_line.serving import opened, say_where
from infra.local.host import serve as serve_until_stopped
from shared.settings import Settings

SAMPLES = Path(__file__).resolve().parents[3] / "samples" / "company"
BASE = "heronmark"
QUESTIONS = (
    "Which plant builds the Tern-3 buoy, and who leads that plant?",
    "东屿事件中失效的密封圈由哪家公司供应，董事会对这家公司作出了什么决定？",
)


def demonstrate(settings: Settings) -> int:
    """Show the product and keep serving; return the exit code."""
    console = Console(soft_wrap=True, highlight=False)

    async def show(address: str) -> None:
        async with client_of(address, settings.knowledge_rag_token) as client:
            documents = await uploading.ingest(client, BASE, uploading.sources([str(SAMPLES)]), console)
            ready = sum(each["status"] == "ready" for each in documents)
            console.print(f"{ready} of {len(documents)} documents are ready in the knowledge base '{BASE}'\n")
            for question in QUESTIONS:
                console.print(question, style="bold", markup=False)
                await asking.ask(client, BASE, question, 8, console)
                console.print()
        say_where(address, settings)

    return serve_until_stopped(opened(settings), show)
