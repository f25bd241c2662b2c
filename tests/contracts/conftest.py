"""Contracts that the database fulfils run on both engines."""

from tests.databases import *  # noqa: F403 - the fixtures
