"""Where the asyncio peer keeps its contacts and its log: SQLite or PostgreSQL."""

import asyncio
import contextlib
import os
import tempfile

TABLES = (
    """CREATE TABLE peer_contact (
        id BIGINT PRIMARY KEY, first_name TEXT NOT NULL, last_name TEXT NOT NULL,
        company TEXT NOT NULL, domain TEXT NOT NULL, email TEXT, provider TEXT)""",
    """CREATE TABLE peer_log (
        contact_id BIGINT NOT NULL, provider TEXT, email TEXT, calls BIGINT NOT NULL)""",
)
GROUP_MAX = 1000


@contextlib.asynccontextmanager
async def opened(database, concurrency):
    """The store of a URL or a file name; `:temporary:` is a file that is removed afterwards."""
    if database.startswith(("postgres://", "postgresql://")):
        async with _postgres(database, concurrency) as store:
            yield store
        return
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "peer.db") if database == ":temporary:" else database
        async with _sqlite(path) as store:
            yield store


@contextlib.asynccontextmanager
async def _sqlite(path):
    import aiosqlite

    async with aiosqlite.connect(path) as connection:
        await connection.execute("PRAGMA journal_mode = WAL")
        await connection.execute("PRAGMA synchronous = FULL")
        for table in TABLES:
            await connection.execute(table)
        await connection.commit()
        store = SqliteStore(connection)
        writer = asyncio.create_task(store.write())
        try:
            yield store
        finally:
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer


@contextlib.asynccontextmanager
async def _postgres(url, concurrency):
    import asyncpg

    async with asyncpg.create_pool(url, min_size=4, max_size=min(concurrency, 16)) as pool:
        for name in ("peer_contact", "peer_log"):
            await pool.execute(f"DROP TABLE IF EXISTS {name}")
        for table in TABLES:
            await pool.execute(table)
        yield PostgresStore(pool)
        for name in ("peer_contact", "peer_log"):
            await pool.execute(f"DROP TABLE {name}")


class SqliteStore:
    """One writer; what is waiting goes into one transaction."""

    name = "sqlite"

    def __init__(self, connection):
        self.connection = connection
        self.waiting = asyncio.Queue()

    async def load(self, leads):
        await self.connection.executemany(
            "INSERT INTO peer_contact (id, first_name, last_name, company, domain)"
            " VALUES (?, ?, ?, ?, ?)",
            [(x.id, x.first_name, x.last_name, x.company, x.domain) for x in leads],
        )
        await self.connection.commit()

    async def done(self, contact, provider, email, calls):
        """Returns when the result is on the disk, as ours does."""
        written = asyncio.get_running_loop().create_future()
        self.waiting.put_nowait((contact, provider, email, calls, written))
        await written

    async def write(self):
        while True:
            group = [await self.waiting.get()]
            while len(group) < GROUP_MAX and not self.waiting.empty():
                group.append(self.waiting.get_nowait())
            try:
                await self.connection.executemany(
                    "UPDATE peer_contact SET provider = ?, email = ? WHERE id = ?",
                    [(provider, email, contact) for contact, provider, email, _, _ in group],
                )
                await self.connection.executemany(
                    "INSERT INTO peer_log (contact_id, provider, email, calls) VALUES (?, ?, ?, ?)",
                    [row[:4] for row in group],
                )
                await self.connection.commit()
            except Exception as error:
                for *_, written in group:
                    written.set_exception(error)
                raise
            for *_, written in group:
                written.set_result(None)

    async def logged(self):
        async with self.connection.execute("SELECT COUNT(*) FROM peer_log") as cursor:
            return (await cursor.fetchone())[0]


class PostgresStore:
    """A pool; one transaction a contact, which the server groups by itself."""

    name = "postgres"

    def __init__(self, pool):
        self.pool = pool

    async def load(self, leads):
        await self.pool.copy_records_to_table(
            "peer_contact",
            records=[(x.id, x.first_name, x.last_name, x.company, x.domain) for x in leads],
            columns=("id", "first_name", "last_name", "company", "domain"),
        )

    async def done(self, contact, provider, email, calls):
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "UPDATE peer_contact SET provider = $1, email = $2 WHERE id = $3",
                provider, email, contact,
            )
            await connection.execute(
                "INSERT INTO peer_log (contact_id, provider, email, calls) VALUES ($1, $2, $3, $4)",
                contact, provider, email, calls,
            )

    async def logged(self):
        return await self.pool.fetchval("SELECT COUNT(*) FROM peer_log")
