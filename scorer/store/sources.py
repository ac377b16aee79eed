"""What was last found where a nightly run looks: an address, its stamp, and its content's hash.

As a version control's index does, it saves reading a million recordings only to learn that nothing
changed. It is a memory and no record: without it every recording is read once more, no more.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from scorer.store.access import Person, require
from scorer.store.database import Database
from scorer.store.index import plain
from scorer.store.schema import sources

#: Address, stamp (size and time or tag, as the storage gives it), SHA-256 of the content.
Found = tuple[str, str, str]

#: How many addresses go into one query.
_BATCH = 500


def found_before(database: Database, person: Person, addresses: Iterable[str]) -> list[Found]:
    """What is remembered of these addresses, in no order."""
    require(person, "keep")
    wanted, known = [plain(address) for address in addresses], list[Found]()
    query = select(sources.c.address, sources.c.stamp, sources.c.sha256).where(
        sources.c.address.in_(bindparam("wanted", expanding=True))
    )
    with database.read() as connection:
        for first in range(0, len(wanted), _BATCH):
            rows = connection.execute(query, {"wanted": wanted[first : first + _BATCH]})
            known += [(address, stamp, sha256) for address, stamp, sha256 in rows]
    return known


def found(database: Database, person: Person, what: Iterable[Found]) -> None:
    """Remembers what was found; what was known of the same addresses is forgotten."""
    require(person, "keep")
    # The last of each address, in one order: two runs that wrote crosswise would block each other.
    rows = dict(sorted((plain(address), (stamp, sha256)) for address, stamp, sha256 in what))
    if not rows:
        return
    insert = (sqlite if database.is_sqlite else postgresql).insert(sources)
    statement = insert.on_conflict_do_update(
        index_elements=["address"],
        set_={"stamp": insert.excluded.stamp, "sha256": insert.excluded.sha256},
    )
    values = [
        {"address": address, "stamp": stamp, "sha256": sha256}
        for address, (stamp, sha256) in rows.items()
    ]
    database.write(lambda connection: connection.execute(statement, values))
