"""Which addresses a request may reach: what the operator wrote, and else the public internet only.

A feed can redirect, and its name can resolve, to whatever its owner likes: this machine, the
network behind it, a cloud's metadata. So names are resolved here and the connection is made to the
address that was looked at; what another lookup would say no longer matters. Connections to what the
operator wrote are kept apart from the others: none of them is there to be used again by a redirect.

What the operator wrote is allowed by name, whatever it resolves to, but for link-local addresses
and metadata services: no feed lives there, so these must be written as the number they are.
Behind a proxy the proxy resolves; what is plainly private is refused all the same.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any

import httpcore
import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_METADATA = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "fd00:ec2::254")))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOOKUPS = ThreadPoolExecutor(max_workers=32, thread_name_prefix="dns")
"""The loop's own threads are few: some dead name servers would hold up every other lookup."""


class PrivateAddressError(Exception):
    """The address is not one that a page may lead to."""


class NoSuchHostError(httpcore.ConnectError):
    """No name server knows the host."""


def is_public(address: str) -> bool:
    """Whether a numeric address is the public internet's; False for what is no address."""
    try:
        return all(_public(one) for one in _meant(ipaddress.ip_address(address.partition("%")[0])))
    except ValueError:
        return False


def _public(address: Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved


def _meant(address: Address) -> Iterable[Address]:
    """The address and what it carries within: IPv6 has several ways to write an IPv4 address."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    found = [one for one in inner if one is not None]
    # A mapped or translated address is nothing beside the one it stands for.
    return found if address.ipv4_mapped or address in _NAT64 else [address, *found]


def _harmless(address: str) -> bool:
    """Whether a name that the operator wrote may resolve to it."""
    try:
        meant = _meant(ipaddress.ip_address(address.partition("%")[0]))
        return not any(one.is_link_local or one in _METADATA for one in meant)
    except ValueError:
        return False


def refuse_plainly_private(url: httpx.URL) -> None:
    """Raises PrivateAddressError where the address itself says so, before any lookup."""
    host = url.host.rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        raise PrivateAddressError(_said(host))
    try:  # also 127.1 and 2130706433, as every resolver takes them
        numeric = socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        numeric = host if ":" in host else ""
    if numeric and not is_public(numeric):
        raise PrivateAddressError(_said(host))


def _said(host: str) -> str:
    return f"leads to {host[:80]}, an address of the private network: not followed"


class _Guard(httpcore.AsyncNetworkBackend):
    """Resolves, looks at every address, and connects to one that is ``allowed``."""

    def __init__(self, allowed: Callable[[str], bool]) -> None:
        self._allowed, self._inner = allowed, httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore calls it so
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                found = await loop.run_in_executor(_LOOKUPS, _resolve, host, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"no answer of the name servers for {host}") from None
        except (OSError, UnicodeError) as error:
            raise NoSuchHostError(f"{host}: {error}") from None
        refused = [one for one in found if one != host and not self._allowed(one)]
        if self._allowed is is_public and not is_public(host) and host in found:
            refused.append(host)
        if refused or not found:  # one private answer among public ones is no accident
            raise PrivateAddressError(_said(f"{host} ({', '.join(refused[:2])})"))
        return await self._first(found[:4], port, timeout, local_address, socket_options)

    async def _first(
        self,
        addresses: list[str],
        port: int,
        within: float | None,
        local_address: str | None,
        socket_options: Any,
    ) -> httpcore.AsyncNetworkStream:
        share = None if within is None else within / len(addresses)
        for address in addresses[:-1]:
            try:
                return await self._inner.connect_tcp(
                    address, port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(
            addresses[-1], port, share, local_address, socket_options
        )

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


def _resolve(host: str, port: int) -> list[str]:
    """Numeric addresses, IPv4 first: many machines have an IPv6 that leads nowhere."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ordered = sorted(found, key=lambda one: one[0] != socket.AF_INET)
    return list(dict.fromkeys(str(one[4][0]) for one in ordered))


class Client:
    """Two clients of httpx, alike but for where they may connect to. ``make`` builds one."""

    def __init__(self, make: Callable[[], httpx.AsyncClient]) -> None:
        self._written = _guarded(make(), _harmless)
        self._elsewhere = _guarded(make(), is_public)

    def to(self, url: httpx.URL, by_name: Collection[str]) -> httpx.AsyncClient:
        """Who may ask for ``url``; ``by_name``: hosts, or hosts with ports, that the operator
        wrote. Raises PrivateAddressError."""
        if url.host in by_name or netloc(url) in by_name:
            return self._written
        refuse_plainly_private(url)
        return self._elsewhere

    def build(self, request: httpx.Request) -> httpx.Request:
        """``request`` with the client's own headers, which one that is built by hand lacks."""
        headers = {k: v for k, v in request.headers.items() if k not in ("host", "content-length")}
        content = request.read() or None
        return self._written.build_request(
            request.method, request.url, headers=headers, content=content
        )

    async def aclose(self) -> None:
        await self._written.aclose()
        await self._elsewhere.aclose()

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        await self.aclose()


def netloc(url: httpx.URL) -> str:
    """Host and port, the port only where it is not the scheme's own."""
    return url.netloc.decode("ascii", "replace")


def _guarded(client: httpx.AsyncClient, allowed: Callable[[str], bool]) -> httpx.AsyncClient:
    # httpx takes no network backend, and with a transport of one's own it ignores the environment's
    # proxies. Should these names change, this fails when a client is made, not when one is needed.
    pool = client._transport._pool  # type: ignore[attr-defined]
    if not isinstance(pool._network_backend, httpcore.AsyncNetworkBackend):
        raise TypeError("httpx's pool has no network backend to guard")
    pool._network_backend = _Guard(allowed)
    return client
