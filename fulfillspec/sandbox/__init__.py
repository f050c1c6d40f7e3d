"""The sandbox: a reference store for fulfillment orders, served over HTTP.

It is an independent reading of the documents: it shares no code and no data with the rest of the package.
"""

from fulfillspec.sandbox.app import Sandbox

__all__ = ["Sandbox"]
