"""The GraphQL interface of the sandbox: the documents' schemas, executed over the store."""

from fulfillspec.sandbox.graphql.interface import GraphQL

__all__ = ["GraphQL"]
