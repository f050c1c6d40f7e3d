"""The face put together."""

from fulfillspec.sandbox.graphql.fulfilling import Fulfilling
from fulfillspec.sandbox.graphql.provisioning import Provisioning
from fulfillspec.sandbox.graphql.queries import Queries


class GraphQL(Queries, Fulfilling, Provisioning):
    """POST graphql.json: queries and mutations over the store."""
