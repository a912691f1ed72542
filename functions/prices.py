"""The prices that the settings set: stated ones first, then the table."""

from functions.ground import Ground
from shared.domain.money import Price
from shared.money.prices import FREE, PriceList, stated_price
from shared.settings import Settings


def prices(settings: Settings, ground: Ground) -> PriceList:
    """Return what a token of each model costs, a page, a record of text: what runs here, nothing. Raises BadSetting."""
    chat = stated_price(settings.chat_input_price, settings.chat_output_price, settings.chat_cached_price)
    tasks = stated_price(
        settings.extraction_input_price, settings.extraction_output_price, settings.extraction_cached_price
    )
    small = stated_price(
        settings.chat_small_input_price, settings.chat_small_output_price, settings.chat_small_cached_price
    )
    stated: dict[str, Price] = {}
    if ground.small_model and (small, tasks, chat) != (FREE, FREE, FREE):
        # On Azure the small deployment is the one that reads, so its price is stated there.
        reads = tasks if settings.profile == "azure" else FREE
        stated[ground.small_model.name] = next((each for each in (small, reads) if each != FREE), chat)
    if ground.task_model and (tasks, chat) != (FREE, FREE):
        stated[ground.task_model.name] = chat if tasks == FREE else tasks
    if chat != FREE or not settings.pays_for_chat:
        stated[ground.chat_model.name] = chat if settings.pays_for_chat else FREE
    if settings.embedding_price or not settings.pays_for_embeddings:
        stated[ground.embedder.name] = stated_price(settings.embedding_price if settings.pays_for_embeddings else 0, 0)
    if settings.rerank_price and settings.rerank_base_url:
        stated[ground.reranker.name] = stated_price(settings.rerank_price, 0)
    sentences = {} if settings.rerank_base_url else {ground.reranker.name: ground.embedder.name}
    pieces = {
        ground.parser.name: settings.azure.document_intelligence_price,
        ground.shield.name: settings.azure.content_safety_price,
    }
    return PriceList(stated, table=settings.price_table(), billed_as=sentences, by_unit=pieces)
