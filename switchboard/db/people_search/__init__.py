"""Search of the directory (R32, R37): by name, unit, title, duty, keyword and extension, while it is being typed."""

from switchboard.db.people_search.search import PeopleSearch

__all__ = ["PeopleSearch"]
