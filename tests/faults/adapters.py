"""The one table of the adapters that talk over a socket: the rows of the matrix."""

from tests.faults.graph import GRAPH_ROWS
from tests.faults.identities import IDENTITIES
from tests.faults.models import MODELS
from tests.faults.search import SEARCH
from tests.faults.services import SERVICES
from tests.faults.state import STATE

ADAPTERS = (*MODELS, *SEARCH, *STATE, *GRAPH_ROWS, *SERVICES, *IDENTITIES)
