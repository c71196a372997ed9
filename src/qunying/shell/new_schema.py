"""The schema of a new database, made at once.

Migrations tell how the schema came about. Replaying them makes Django draw its picture of all models anew after each of hundreds of steps,
which takes half a minute. An empty database only needs where they lead: the tables of the last state, and then what the migrations say
in SQL or Python of their own (triggers, partitions, first rows), except what is marked ``elidable`` because it only serves old rows. A test
compares both ways.
"""

from collections.abc import Iterable, Iterator, Sequence

from django.db import connection, models, transaction
from django.db.migrations import CreateModel, Migration, RunPython, RunSQL, SeparateDatabaseAndState
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import StateApps
from pgtrigger.migrations import TriggerOperationMixin


def is_new() -> bool:
    """Tell whether the database holds no table yet."""
    with connection.cursor() as cursor:
        return not connection.introspection.table_names(cursor)


def create_schema() -> None:
    """Make all tables of an empty database, those of the job queue first and then ours in one transaction; all migrations are noted as done."""
    executor = MigrationExecutor(connection)
    targets = executor.loader.graph.leaf_nodes()
    executor.migrate(executor.loader.graph.leaf_nodes("procrastinate"))  # its steps need commits in between
    executor.loader.build_graph()
    migrations = [migration for migration, _backwards in executor.migration_plan(targets)]
    state = executor.loader.project_state(targets)
    with transaction.atomic():
        with connection.schema_editor() as editor:
            for model in _tables(state.apps, migrations):
                editor.create_model(model)
        with connection.schema_editor() as editor:
            for migration in migrations:
                for operation in _own_words(migration.operations):
                    operation.database_forwards(migration.app_label, editor, state, state)
        for migration in migrations:
            executor.recorder.record_applied(migration.app_label, migration.name)


def _tables(apps: StateApps, migrations: Iterable[Migration]) -> list[type[models.Model]]:
    """Return the models whose tables Django makes, and not a migration by SQL."""
    labels = {migration.app_label for migration in migrations}
    by_sql = {
        (migration.app_label, step.name_lower)
        for migration in migrations
        for operation in migration.operations
        if isinstance(operation, SeparateDatabaseAndState)
        for step in operation.state_operations
        if isinstance(step, CreateModel)
    }
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in labels
        and (model._meta.app_label, model._meta.model_name) not in by_sql
        and model._meta.can_migrate(connection)
    ]


def _own_words(operations: Sequence[Operation]) -> Iterator[Operation]:
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from _own_words(operation.database_operations)
        elif isinstance(operation, RunSQL | RunPython | TriggerOperationMixin) and not operation.elidable:
            yield operation
