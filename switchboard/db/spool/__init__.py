"""What the database is to be told when it is back, on this machine's own disk meanwhile."""

from switchboard.db.spool.draining import continue_after, drain
from switchboard.db.spool.items import Item
from switchboard.db.spool.store import Spool

__all__ = ["Item", "Spool", "continue_after", "drain"]
