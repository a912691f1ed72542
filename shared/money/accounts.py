"""Name the accounts that one call is booked on."""

from urllib.parse import quote

GLOBAL = "global"

ERASED = "erased"
"""The user of calls whose user is not to be known any more; no user has this id."""


def tenant_account(tenant: str) -> str:
    """Return the account of everybody in a tenant."""
    return f"tenant:{quote(tenant, safe='')}"


def user_account(tenant: str, user: str) -> str:
    """Return the account of one user; quoting keeps a slash in a name from naming somebody else's account."""
    return f"user:{quote(tenant, safe='')}/{quote(user, safe='')}"


def accounts_of(tenant: str, user: str) -> tuple[str, str, str]:
    """Return every account that a call of this user is booked on."""
    return GLOBAL, tenant_account(tenant), user_account(tenant, user)
