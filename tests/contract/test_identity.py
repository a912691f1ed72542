"""The identity of the process, over the address where the platform gives tokens."""

import pytest

from infra.azure.identity import BlockingIdentity, IdentityToken, ProcessIdentity
from shared.domain.errors import Unavailable
from tests.fakes.managed_identity import ManagedIdentity

SCOPE = "https://service.example/.default"


async def test_a_token_is_the_managed_identitys_and_is_kept(
    platform: ManagedIdentity, identity: ProcessIdentity
) -> None:
    token = IdentityToken(identity, SCOPE)
    assert [await token(), await token()] == ["token-1", "token-1"]
    assert platform.resources == ["https://service.example"]


def test_an_sdk_that_works_on_threads_gets_the_same_identity(platform: ManagedIdentity) -> None:
    assert BlockingIdentity("client-1").get_token(SCOPE).token == "token-1"


async def test_a_variable_that_names_another_way_to_sign_in_is_not_followed(
    identity: ProcessIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_SECRET", "AZURE_USERNAME"):
        monkeypatch.setenv(name, "forgotten")
    assert (await identity.get_token(SCOPE)).token == "token-1"


async def test_an_identity_that_the_platform_does_not_know_is_unavailable(platform: ManagedIdentity) -> None:
    identity = ProcessIdentity("client-2")
    with pytest.raises(Unavailable, match=r"there is no token for https://service\.example"):
        await IdentityToken(identity, SCOPE)()
    await identity.close()
    assert platform.resources == []
