"""Which address a request came from."""

import pytest

from functions.addresses import address_of

PEER = "127.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ([], 0, PEER),
        (["203.0.113.9"], 0, PEER),
        (["203.0.113.9"], 1, "203.0.113.9"),
        (["203.0.113.9:50123"], 1, "203.0.113.9"),
        (["198.51.100.1, 203.0.113.9:50123"], 1, "203.0.113.9"),
        (["198.51.100.1", "203.0.113.9"], 1, "203.0.113.9"),
        (["198.51.100.1,203.0.113.9 , 192.0.2.4"], 2, "203.0.113.9"),
        (["203.0.113.9"], 2, PEER),
        (["198.51.100.1, nonsense"], 1, PEER),
        (["198.51.100.1,"], 1, PEER),
        (["[2001:db8:0:7::1]:443"], 1, "2001:db8:0:7::/64"),
        (["2001:db8:0:7:ffff::2"], 1, "2001:db8:0:7::/64"),
        (["::ffff:203.0.113.9"], 1, "203.0.113.9"),
        (["fe80::1%eth0"], 1, "fe80::/64"),
        (["1.2.3.4.5"], 1, PEER),
        ([", " * 100_000 + "203.0.113.9"], 1, "203.0.113.9"),
    ],
)
def test_only_what_our_own_proxies_added_is_read(forwarded: list[str], proxies: int, address: str) -> None:
    assert address_of(PEER, forwarded, proxies) == address


@pytest.mark.parametrize("peer", ["", "testclient", "/run/socket"])
def test_whoever_has_no_address_shares_one(peer: str) -> None:
    assert address_of(peer, [], 1) == "unknown"
