"""Loads the demo, or puts it back to how it was."""

from switchboard.db.demo_data.content import ACCOUNTS
from switchboard.db.demo_data.loading import DemoSources, load_demo

__all__ = ["ACCOUNTS", "DemoSources", "load_demo"]
