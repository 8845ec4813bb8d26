"""Opening a book: made at once or brought up to date, never with less durability than promised."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.runtime.migration import HeadMaintainer

from autobook_core.errors import ConfigurationError, StoreError
from autobook_core.store.database import SQL, _load
from autobook_core.store.opening import HEAD, open_store
from autobook_core.store.postgres import PostgresDatabase
from autobook_core.store.script import statements
from autobook_core.store.sqlite import SqliteDatabase, version_warning
from autobook_core.store.store import Store

Open = Callable[..., Store]
ROOT = Path(__file__).resolve().parents[2]

ALEMBIC = """
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('{}');
"""

PARTS = {
    "columns": """SELECT table_name, column_name, ordinal_position, data_type, is_nullable, column_default,
        collation_name, is_identity FROM information_schema.columns WHERE table_schema = current_schema()""",
    "indexes": "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    "constraints": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = current_schema()::regnamespace""",
    "triggers": """SELECT t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger AS t JOIN pg_class AS c
        ON c.oid = t.tgrelid WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal""",
    "functions": """SELECT proname, pg_get_functiondef(oid) FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace""",
}


def structure(database: PostgresDatabase) -> dict[str, list[str]]:
    """Return everything in a schema but Alembic's own table, without the schema's name."""
    found = {}
    for part, query in PARTS.items():
        rows = (str(row).replace(database.schema, "SCHEMA") for row in database.raw.execute(query))
        found[part] = sorted(row for row in rows if "alembic" not in row)
    return found


def test_a_new_book_is_at_the_newest_revision(store: Store, open_book: Open) -> None:
    assert store.database.revision() == HEAD
    assert open_book(read_only=True).database.revision() == HEAD


def test_a_book_of_a_newer_autobook_is_refused(store: Store, open_book: Open) -> None:
    with store.writing():
        store.database.raw.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer Autobook") as caught:
        open_book()
    assert caught.value.fix == "upgrade Autobook"


def test_reading_never_makes_a_schema(open_book: Open, store_url: str | None, tmp_path: Path) -> None:
    if store_url is None:
        SqliteDatabase(tmp_path / "books.db").close()
    with pytest.raises(StoreError, match="is needed"):
        open_book(read_only=True)


def test_a_schema_half_made_is_not_there_at_all(
    open_book: Open, monkeypatch: pytest.MonkeyPatch, store_url: str | None
) -> None:
    whole = statements("sqlite" if store_url is None else "postgres")
    with monkeypatch.context() as patched:
        patched.setattr("autobook_core.store.script.statements", lambda *_: [*whole[:9], "SELECT broken"])
        with pytest.raises(StoreError, match="broken"):
            open_book()
    store = open_book()
    assert store.journal.count() == 0


def test_the_steps_to_a_schema_are_one_commit(open_book: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[object] = []
    real = HeadMaintainer.update_to_step

    def breaks(self: HeadMaintainer, step: Any) -> None:
        if noted:
            raise StoreError("the power went out between two steps")
        noted.append(step)
        real(self, step)

    with monkeypatch.context() as patched:
        patched.setattr(HeadMaintainer, "update_to_step", breaks)
        with pytest.raises(StoreError, match="power"):
            open_book()
    assert open_book().database.revision() == HEAD


def test_a_new_book_may_be_opened_by_several_at_once(open_book: Open) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: open_book(), range(4)))
    assert [store.database.revision() for store in stores] == [HEAD] * 4


def test_the_migrations_make_exactly_the_schema_file_in_sqlite(tmp_path: Path) -> None:
    query = (
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE '%alembic%' ORDER BY 1, 2"
    )
    open_store(None, folder=tmp_path).close()
    plain = sqlite3.connect(":memory:")
    plain.executescript((SQL / "sqlite" / "schema.sql").read_text())
    migrated = sqlite3.connect(tmp_path / "books.db")
    assert migrated.execute(query).fetchall() == plain.execute(query).fetchall()
    migrated.close()
    plain.close()


OLD = sorted((Path(__file__).parent / "schemas").glob("*_sqlite.sql"))


@pytest.mark.parametrize("old", OLD, ids=lambda path: path.name)
def test_a_book_of_any_earlier_schema_becomes_exactly_a_new_one_in_sqlite(old: Path, tmp_path: Path) -> None:
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2"
    earlier = sqlite3.connect(tmp_path / "books.db")
    earlier.executescript(old.read_text() + ALEMBIC.format(old.name[:4]))
    earlier.close()
    (tmp_path / "new").mkdir()
    found = []
    for folder in (tmp_path, tmp_path / "new"):
        store = open_store(None, folder=folder)
        found.append(sorted(map(str, store.database.raw.execute(query).fetchall())))
        assert store.database.revision() == HEAD
        store.close()
    assert [item for item in found[0] if "alembic" not in item] == [
        item for item in found[1] if "alembic" not in item
    ]


@pytest.mark.postgres
def test_a_book_of_any_earlier_schema_becomes_exactly_a_new_one_in_postgres(
    postgres_url: str, postgres_schema: str
) -> None:
    fresh = open_store(postgres_url, folder=Path(), schema=f"{postgres_schema}_n")
    assert isinstance(fresh.database, PostgresDatabase)
    for old in sorted((Path(__file__).parent / "schemas").glob("*_postgres.sql")):
        earlier = PostgresDatabase(postgres_url, schema=f"{postgres_schema}_{old.name[:4]}")
        earlier.raw.execute(old.read_text() + ALEMBIC.format(old.name[:4]))
        earlier.close()
        store = open_store(postgres_url, folder=Path(), schema=f"{postgres_schema}_{old.name[:4]}")
        assert isinstance(store.database, PostgresDatabase)
        assert structure(store.database) == structure(fresh.database)
        store.close()
    fresh.close()


@pytest.mark.postgres
def test_the_migrations_make_exactly_the_schema_file_in_postgres(
    postgres_url: str, postgres_schema: str
) -> None:
    migrated = open_store(postgres_url, folder=Path(), schema=postgres_schema)
    plain = PostgresDatabase(postgres_url, schema=f"{postgres_schema}_p")
    plain.raw.execute((SQL / "postgres" / "schema.sql").read_text())
    assert isinstance(migrated.database, PostgresDatabase)
    found = structure(migrated.database)
    assert found == structure(plain)
    assert all(len(rows) > 1 for rows in found.values())
    migrated.close()
    plain.close()


@pytest.mark.postgres
def test_both_engines_have_the_same_tables_and_columns(
    postgres_url: str, postgres_schema: str, tmp_path: Path
) -> None:
    left, right = (open_store(url, folder=tmp_path, schema=postgres_schema) for url in (None, postgres_url))
    in_sqlite = left.database.raw.execute(
        "SELECT m.name, c.name, c.\"notnull\" OR c.pk AND c.type <> 'INTEGER' OR c.pk, c.type "
        "FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' "
        "AND m.name <> 'alembic_version' ORDER BY m.name, c.cid"
    )
    types = {"BIGINT": "INTEGER", "TEXT": "TEXT", "BYTEA": "BLOB"}
    in_postgres = right.database.raw.execute(
        "SELECT table_name, column_name, is_nullable = 'NO', upper(data_type) FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name <> 'alembic_version' "
        'ORDER BY table_name COLLATE "C", ordinal_position'
    )
    assert [(t, c, bool(need), kind) for t, c, need, kind in in_sqlite] == [
        (t, c, need, types[kind]) for t, c, need, kind in in_postgres
    ]
    left.close()
    right.close()


@pytest.mark.postgres
def test_text_is_sorted_by_its_bytes_in_every_column(postgres_url: str, postgres_schema: str) -> None:
    store = open_store(postgres_url, folder=Path(), schema=postgres_schema)
    other = store.database.raw.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"
    )
    assert other.fetchall() == []
    store.close()


def test_every_query_of_one_engine_is_there_for_the_other() -> None:
    left = set(_load("sqlite", "sqlite3").available_queries)
    right = set(_load("postgres", "psycopg").available_queries)
    assert left == right


def test_opening_a_book_that_is_up_to_date_loads_no_migration_tool(
    store: Store, store_url: str | None, tmp_path: Path, postgres_schema: str
) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom autobook_core.store.opening import open_store\n"
        "store = open_store(sys.argv[1] or None, folder=Path(sys.argv[2]), schema=sys.argv[3])\n"
        "assert store.journal.count() == 0\nstore.close()\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    child = subprocess.run(
        [sys.executable, "-c", script, store_url or "", str(tmp_path), postgres_schema],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    unwanted = {"alembic", "sqlalchemy", "psycopg" if store_url is None else "sqlalchemy"}
    assert [name for name in unwanted if f"'{name}'" in child.stdout] == []
    assert "'aiosql'" in child.stdout


def test_sqlite_waits_for_the_disk_and_refuses_text_for_numbers(tmp_path: Path) -> None:
    connection = open_store(None, folder=tmp_path).database.raw

    def pragma(name: str) -> Any:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert (pragma("journal_mode"), pragma("synchronous"), pragma("foreign_keys")) == ("wal", 2, 1)
    strict = connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict"
    )
    assert {row[0] for row in strict} == {"alembic_version", "sqlite_schema"}
    with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT"):
        connection.execute("INSERT INTO balance_day VALUES (1, '2025-01-01', 'ten', 0)")
    connection.close()


def test_a_file_that_is_no_book_is_refused(tmp_path: Path) -> None:
    (tmp_path / "books.db").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreError) as caught:
        open_store(None, folder=tmp_path)
    assert caught.value.fix
    with pytest.raises(StoreError, match="cannot open"):
        open_store(None, folder=tmp_path / "nowhere")


def test_an_old_sqlite_is_warned_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 51, 2))
    assert "3.51.3" in str(version_warning())
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 51, 3))
    assert version_warning() is None


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="mysql") as caught:
        open_store("mysql://user:secret@host/db", folder=tmp_path)
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there_is_our_own_error_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(f"postgresql://u:s3cret@/x?host={tmp_path}", folder=tmp_path)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["", "Book", "a b", "x;drop schema public", 'a"b', "pg_own", "1a", "a" * 64, "ø"]
)
def test_a_schema_has_a_plain_name(name: str) -> None:
    with pytest.raises(ConfigurationError, match="schema"):
        PostgresDatabase("postgresql://", schema=name)


@pytest.mark.postgres
@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_may_lose_commits_is_refused(
    postgres_url: str, postgres_schema: str, setting: str
) -> None:
    with switched_off(postgres_url, setting), pytest.raises(StoreError, match=f"{setting}=off"):
        PostgresDatabase(postgres_url, schema=postgres_schema)


@pytest.mark.postgres
def test_a_commit_waits_for_the_disk_even_where_the_server_would_not(
    postgres_url: str, postgres_schema: str
) -> None:
    with switched_off(postgres_url, "synchronous_commit"):
        database = PostgresDatabase(postgres_url, schema=postgres_schema)
        assert database.raw.execute("SHOW synchronous_commit").fetchone() == ("on",)
        database.close()


@pytest.mark.postgres
def test_an_old_server_is_refused(
    postgres_url: str, postgres_schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autobook_core.store.postgres.OLDEST", 990_000)
    with pytest.raises(StoreError, match="too old"):
        PostgresDatabase(postgres_url, schema=postgres_schema)


@contextmanager
def switched_off(url: str, setting: str) -> Iterator[None]:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"ALTER SYSTEM SET {setting} = off")
        reload(admin, setting, "off")
        try:
            yield
        finally:
            admin.execute(f"ALTER SYSTEM RESET {setting}")
            reload(admin, setting, "on")


def reload(admin: psycopg.Connection[Any], setting: str, wanted: str) -> None:
    admin.execute("SELECT pg_reload_conf()")
    for _ in range(500):
        row = admin.execute("SELECT pg_sleep(0.01), current_setting(%s)", (setting,)).fetchone()
        if row and row[1] == wanted:
            return
    pytest.fail(f"the server keeps {setting}")
