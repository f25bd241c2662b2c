"""What the doctor learns from a database, on both kinds."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from switchboard.changes import Act
from switchboard.cli.doctor.asking_database import ask_database
from switchboard.clock import SystemClock
from switchboard.db.engine import Database, downgrade
from switchboard.db.queries.tokens import Tokens
from switchboard.settings import ToolSettings
from switchboard.views import Role
from tests.demo_house import furnish

NOW = SystemClock().now()
ROOT = Path(__file__).parents[3]


def of(url: str, folder: Path) -> ToolSettings:
    settings = ToolSettings(database_url=SecretStr(url), sounds=ROOT / "sounds", env="test")
    return settings.model_copy(update={"recordings": folder / "audio"})


async def test_a_furnished_house(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    await furnish(database, NOW)
    tokens, act = Tokens(database), Act("test", NOW)
    await tokens.create("ended", Role.ADMIN, NOW - timedelta(days=1), act)
    await tokens.create("console", Role.OPERATOR, None, act)
    facts = await ask_database(of(database_url, tmp_path), SystemClock())
    assert (facts.fault, facts.writable) == (None, True)
    assert facts.revision == facts.needed != ""
    assert abs(facts.ahead) < timedelta(seconds=5)
    assert facts.organisation is not None
    assert {"anna", "erik", "op1"} <= facts.organisation.accounts
    assert facts.organisation.admin_tokens == 0
    _, view = await tokens.create("held", Role.ADMIN, None, act)
    again = await ask_database(of(database_url, tmp_path), SystemClock())
    assert again.organisation is not None
    assert again.organisation.admin_tokens == 1
    await tokens.revoke(view.id, act)
    assert await tokens.holding(Role.ADMIN, NOW) == 0
    await database.close()


async def test_of_an_older_schema_no_row_is_asked(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    await downgrade(database, "0014")
    await database.close()
    facts = await ask_database(of(database_url, tmp_path), SystemClock())
    assert (facts.fault, facts.revision, facts.organisation) == (None, "0014", None)


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/x", "mysql://x/y", "nonsense"])
async def test_what_does_not_answer_or_cannot_be_understood_is_a_fault(url: str, tmp_path: Path) -> None:
    facts = await ask_database(of(url, tmp_path), SystemClock())
    assert facts.fault is not None
    assert facts.organisation is None


async def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    facts = await ask_database(of(f"sqlite:///{tmp_path / 'none.sqlite3'}", tmp_path), SystemClock())
    assert (facts.fault, facts.revision) == (None, None)
    assert not (tmp_path / "none.sqlite3").exists()
