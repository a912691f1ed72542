"""The front door: settings, bootstrap, blueprints."""

import azure.durable_functions as df
import azure.functions as func

from functions import asking, bases, documents, extraction, graph, health, ingestion, timers
from functions.bootstrap import configure
from shared.settings import read_settings

configure(read_settings())
app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
for door in (asking, bases, documents, extraction, graph, health, ingestion, timers):
    app.register_functions(door.blueprint)
