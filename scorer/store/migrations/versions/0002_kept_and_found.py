"""Triggers that keep what was written as it was written, and the index of the words said."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: What may never be changed, and of a call goes only when the audit says that the call was erased.
APPENDED = (
    "edits",
    "disputes",
    "answers",
    "notes",
    "signatures",
    "followups",
    "scorecards",
    "judgements",
    "moments",
    "promises",
)
ERASED = "EXISTS (SELECT 1 FROM audit WHERE action = 'erased' AND audit.call_id = OLD.call_id)"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        protect_on_postgresql()
        index_words_on_postgresql()
    else:
        protect_on_sqlite()
        index_words_on_sqlite()


def protect_on_sqlite() -> None:
    for table in (*APPENDED, "audit"):
        refuse = f"SELECT RAISE(ABORT, '{table}: what was written stays; append instead')"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse}; END")
        erased = f"WHEN NOT {ERASED}" if table in APPENDED else ""
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {erased} "
            f"BEGIN {refuse}; END"
        )
        # INSERT OR REPLACE removes the old row without asking the DELETE trigger.
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) BEGIN {refuse}; END"
        )


def protect_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '%: what was written stays; append instead', TG_TABLE_NAME; END $$"
    )
    # Two functions, since a row of the audit has a call_id that means something else.
    op.execute(
        "CREATE FUNCTION refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {ERASED} THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION '%: what was written stays; append instead', TG_TABLE_NAME; END $$"
    )
    for table in (*APPENDED, "audit"):
        guard = "refuse_unless_erased" if table in APPENDED else "refuse_change"
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {guard}()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def index_words_on_postgresql() -> None:
    """A plain dictionary: calls come in many languages, and names must be found as they were said.

    What stands between words is made a space first, or "3.5" and "a-b" would be words of their own.
    The search asks in exactly these terms (scorer/store/search.py), else the index is not used.
    """
    words = "to_tsvector('simple', translate(text, './-@_+#&:', '         '))"
    op.execute(f"CREATE INDEX ix_turns_words ON turns USING gin ({words})")


def index_words_on_sqlite() -> None:
    """The index reads the words from `turns` instead of keeping them twice."""
    op.execute(
        "CREATE VIRTUAL TABLE turns_words USING fts5("
        "text, content='turns', content_rowid='id', tokenize='unicode61 remove_diacritics 0')"
    )
    op.execute(
        "CREATE TRIGGER turns_words_in AFTER INSERT ON turns BEGIN "
        "INSERT INTO turns_words(rowid, text) VALUES (NEW.id, NEW.text); END"
    )
    op.execute(
        "CREATE TRIGGER turns_words_out AFTER DELETE ON turns BEGIN "
        "INSERT INTO turns_words(turns_words, rowid, text) VALUES ('delete', OLD.id, OLD.text); END"
    )
