"""Write the first migration out in full: `python tools/write_first_migration.py`.

Until the first release its revision follows the models (`metadata.create_all`). The release freezes it: from
then on the file says itself what it creates, and every change of the models is a revision of its own.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext

from reviewflow.store import db, migrations
from reviewflow.store.model import UtcDateTime
from reviewflow.store.schema import metadata

TARGET = Path(migrations.__file__).parent / "versions" / "r0001_first.py"
HEAD = '''"""Everything of the first version: all tables, and what guards the logs."""

import sqlalchemy as sa
from alembic import op

from reviewflow.store import append_only
from reviewflow.store.model import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
{up}
    append_only.protect(op.get_bind())


def downgrade() -> None:
    append_only.unprotect(op.get_bind())
{down}
'''


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """Our own column type is written by its name."""
    return "UtcDateTime()" if kind == "type" and isinstance(item, UtcDateTime) else False


def written() -> str:
    """The migration's text, from the models."""
    with tempfile.TemporaryDirectory() as folder:
        empty = db.engine(f"sqlite:///{folder}/empty.db")
        with empty.connect() as connection:
            script = produce_migrations(MigrationContext.configure(connection), metadata)
        empty.dispose()
    assert script.upgrade_ops is not None
    assert script.downgrade_ops is not None
    up, down = (
        re.sub("^    ", "", render_python_code(ops, render_item=render_item), flags=re.MULTILINE)
        for ops in (script.upgrade_ops, script.downgrade_ops)
    )
    return HEAD.format(up=_indented(up), down=_indented(down))


def _indented(code: str) -> str:
    lines = (line for line in code.splitlines() if not line.lstrip().startswith("#"))
    return "\n".join(f"    {line}" if line else "" for line in lines).rstrip()


if __name__ == "__main__":
    TARGET.write_text(written(), encoding="utf-8")
