"""The GraphQL face of the sandbox: the documents' schemas, executed over the store."""

from fulfillspec.sandbox.graphql.face import GraphQL

__all__ = ["GraphQL"]
