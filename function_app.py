"""The front door: settings, bootstrap, blueprints."""

import azure.durable_functions as df
import azure.functions as func

from functions import (
    asking,
    bases,
    batches,
    caches,
    completions,
    conversations,
    costs,
    documents,
    exploring,
    extraction,
    feedback,
    following,
    graph,
    health,
    identity,
    ingestion,
    models,
    page,
    people,
    performance,
    reindexing,
    resolutions,
    service_keys,
    timers,
    uploading,
)
from functions.bootstrap import configure
from shared.settings import read_settings

configure(read_settings())
app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
for door in (
    asking,
    bases,
    batches,
    caches,
    completions,
    conversations,
    costs,
    documents,
    exploring,
    extraction,
    feedback,
    following,
    graph,
    health,
    identity,
    ingestion,
    models,
    page,
    people,
    performance,
    reindexing,
    resolutions,
    service_keys,
    timers,
    uploading,
):
    app.register_functions(door.blueprint)
