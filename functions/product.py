"""Which version of the product runs."""

from importlib.metadata import PackageNotFoundError, version


def product_version() -> str:
    """Return the installed version; a deployment package carries no metadata and says so."""
    try:
        return version("knowledge-rag")
    except PackageNotFoundError:
        return "unpackaged"
