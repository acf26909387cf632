"""The tested pair: SQLite keeps the texts in an FTS5 table, PostgreSQL in a tsvector column with a GIN index.

Both get words that are already folded and split, so neither's own idea of language matters. A word is
sought whole and as a beginning, so that ``nik`` finds itself before ``nikah``.
"""

from collections.abc import Sequence
from typing import Protocol

from django.db import connection

from gapura.kernel.search.models import SearchEntry
from gapura.kernel.search.rules import audience_word
from gapura.kernel.search.types import IndexEntry, SearchHit

_LONGEST = 400_000
"""Letters of a body that are indexed: a tsvector may have a mebibyte."""


class Engine(Protocol):
    def store(self, collection: str, entries: Sequence[IndexEntry]) -> None:
        """Add entries whose texts are index words joined by spaces."""
        ...

    def forget(self, collection: str) -> None: ...

    def remove(self, collection: str, keys: Sequence[str]) -> None: ...

    def settle(self) -> None:
        """Make what was stored quick to find, at the end of the transaction that stored it."""
        ...

    def find(self, words: Sequence[str], members: Sequence[str], *, every: bool, limit: int) -> list[SearchHit]:
        """``members`` are words of the audience; they name the collection too, and count for nothing in the score."""
        ...


class SqliteEngine:
    def store(self, collection: str, entries: Sequence[IndexEntry]) -> None:
        stored = SearchEntry.objects.bulk_create(
            SearchEntry(collection_id=collection, key=entry.key, agency_code=entry.agency_code) for entry in entries
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT OR REPLACE INTO search_text (rowid, title, keywords, body, audience) "
                "VALUES (%s, %s, %s, %s, %s)",
                [
                    (row.pk, entry.title, entry.keywords, entry.body, _audience(collection, entry))
                    for row, entry in zip(stored, entries, strict=True)
                ],
            )

    def forget(self, collection: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM search_text WHERE rowid IN (SELECT id FROM search_entry WHERE collection_id = %s)",
                [collection],
            )
        SearchEntry.objects.filter(collection_id=collection).delete()

    def remove(self, collection: str, keys: Sequence[str]) -> None:
        rows = SearchEntry.objects.filter(collection_id=collection, key__in=keys)
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM search_text WHERE rowid = %s", list(rows.values_list("pk")))
        rows.delete()

    def settle(self) -> None:
        """FTS5 needs nothing."""

    def find(self, words: Sequence[str], members: Sequence[str], *, every: bool, limit: int) -> list[SearchHit]:
        wanted = (" AND " if every else " OR ").join(f'("{word}" OR "{word}"*)' for word in words)
        for_them = " OR ".join(f'"{member}"' for member in members)
        return _hits(
            "SELECT entry.key, found.score FROM ("
            "SELECT rowid, -bm25(search_text, 10.0, 4.0, 1.0, 0.0) AS score FROM search_text WHERE search_text MATCH %s"
            ") found JOIN search_entry entry ON entry.id = found.rowid ORDER BY found.score DESC, entry.key LIMIT %s",
            [f"({{title keywords body}} : ({wanted})) AND (audience : ({for_them}))", limit],
        )


class PostgresqlEngine:
    def store(self, collection: str, entries: Sequence[IndexEntry]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_entry (collection_id, key, agency_code, words) VALUES (%s, %s, %s, "
                "setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'B') "
                "|| setweight(to_tsvector('simple', %s), 'C') || setweight(to_tsvector('simple', %s), 'D'))",
                [
                    (
                        *(collection, entry.key, entry.agency_code),
                        *(entry.title, entry.keywords, entry.body[:_LONGEST], _audience(collection, entry)),
                    )
                    for entry in entries
                ],
            )

    def forget(self, collection: str) -> None:
        SearchEntry.objects.filter(collection_id=collection).delete()

    def remove(self, collection: str, keys: Sequence[str]) -> None:
        SearchEntry.objects.filter(collection_id=collection, key__in=keys).delete()

    def settle(self) -> None:
        """Without fresh statistics the planner reads every entry until autovacuum comes by."""
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE search_entry, search_spelling")

    def find(self, words: Sequence[str], members: Sequence[str], *, every: bool, limit: int) -> list[SearchHit]:
        join = (" & " if every else " | ").join
        wanted, whole = join(f"{word}:*ABC" for word in words), join(f"{word}:ABC" for word in words)
        for_them = " | ".join(f"{member}:D" for member in members)
        return _hits(
            "SELECT key, 4 * ts_rank_cd('{0, 0.1, 0.4, 1}', words, whole) "
            "+ ts_rank_cd('{0, 0.1, 0.4, 1}', words, wanted) AS score "
            "FROM search_entry, to_tsquery('simple', %s) wanted, to_tsquery('simple', %s) whole "
            "WHERE words @@ to_tsquery('simple', %s) ORDER BY score DESC, key LIMIT %s",
            [wanted, whole, f"({wanted}) & ({for_them})", limit],
        )


def _audience(collection: str, entry: IndexEntry) -> str:
    return " ".join(sorted(audience_word(collection, member) for member in entry.audience))


def engine() -> Engine:
    """The one that fits the database in use."""
    return PostgresqlEngine() if connection.vendor == "postgresql" else SqliteEngine()


def _hits(statement: str, parameters: Sequence[str | int]) -> list[SearchHit]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [SearchHit(key, float(score)) for key, score in cursor.fetchall()]
