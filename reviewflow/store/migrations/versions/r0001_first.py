"""Everything of the first version: all tables as the models have them, and what guards the logs."""

from alembic import op

from reviewflow.store import append_only
from reviewflow.store.schema import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    append_only.protect(connection)


def downgrade() -> None:
    connection = op.get_bind()
    append_only.unprotect(connection)
    metadata.drop_all(connection)
