"""Hands the suites to the engine's pytest plugin."""

pytest_plugins = ["fulfillspec.suite.plugin"]
