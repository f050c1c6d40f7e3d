"""A sandbox behind HTTP and one client for each actor."""

from collections.abc import Callable, Iterator

import pytest
from graphql_client import GraphQLClient
from sandbox_client import Client

from fulfillspec.sandbox.serve import Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def client_of(server: Server) -> Iterator[Callable[..., Client]]:
    opened: list[Client] = []

    def open_client(actor: str | None, at: Server = server) -> Client:
        opened.append(Client(at.url, None if actor is None else at.tokens[actor]))
        return opened[-1]

    yield open_client
    for client in opened:
        client.session.close()


@pytest.fixture
def merchant(client_of: Callable[..., Client]) -> Client:
    return client_of("merchant")


@pytest.fixture
def service(client_of: Callable[..., Client]) -> Client:
    return client_of("service")


@pytest.fixture
def other_service(client_of: Callable[..., Client]) -> Client:
    return client_of("other_service")


@pytest.fixture
def outsider(client_of: Callable[..., Client]) -> Client:
    return client_of("outsider")


@pytest.fixture
def anonymous(client_of: Callable[..., Client]) -> Client:
    return client_of(None)


@pytest.fixture
def asks(server: Server) -> Iterator[Callable[..., GraphQLClient]]:
    opened: list[GraphQLClient] = []

    def open_client(actor: str | None, version: str = "2025-10", at: Server = server) -> GraphQLClient:
        opened.append(GraphQLClient(at.url, None if actor is None else at.tokens[actor], version))
        return opened[-1]

    yield open_client
    for client in opened:
        client.session.close()


@pytest.fixture
def shop(asks: Callable[..., GraphQLClient]) -> GraphQLClient:
    return asks("merchant")


@pytest.fixture
def maker(asks: Callable[..., GraphQLClient]) -> GraphQLClient:
    return asks("service")
