"""A conformance test suite for the Shopify Admin FulfillmentOrder API."""

__version__ = "0.1.0"
