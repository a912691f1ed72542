"""The local host: the functions of an app on one machine, without the Functions host."""

from infra.local.host.functions import functions_of
from infra.local.host.host import LocalHost
from infra.local.host.serve import serve
from infra.local.host.settings import HostSettings

__all__ = ["HostSettings", "LocalHost", "functions_of", "serve"]
