"""What Alembic runs: all steps on the connection, and in the transaction, that the store gives it."""

from alembic import context

from exchange.store.schema import METADATA, VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA,
                  version_table=VERSION_TABLE, render_as_batch=True)
context.run_migrations()
