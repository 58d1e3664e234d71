-- The event log of one service. Guarantees kept here:
--   * positions are dense and in commit order (see append.sql);
--   * a fact is never changed or removed: no role holds the right, and triggers refuse the owner too;
--   * facts enter through eventlog.append alone, so each carries its link of the SHA-256 chain.

CREATE SCHEMA eventlog;

CREATE TABLE eventlog.facts (
    position bigint PRIMARY KEY CHECK (position > 0),
    event_id uuid NOT NULL UNIQUE,
    stream text NOT NULL CHECK (stream ~ '^[a-z_]+-[0-9A-Za-z_-]+$'),
    version integer NOT NULL CHECK (version > 0),
    type text NOT NULL CHECK (type ~ '^[a-z_]+\.[a-z_]+$'),
    schema_version smallint NOT NULL CHECK (schema_version > 0),
    recorded_at timestamptz NOT NULL,
    actor text NOT NULL CHECK (actor !~ '[[:cntrl:]]'),
    authority text NOT NULL CHECK (authority !~ '[[:cntrl:]]'),
    correlation_id uuid NOT NULL,
    causation_id uuid,
    data jsonb NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    UNIQUE (stream, version)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);

CREATE INDEX facts_by_type ON eventlog.facts (type, position);

-- One row: the counter that orders all appends and carries the end of the chain.
CREATE TABLE eventlog.head (
    id smallint PRIMARY KEY DEFAULT 0 CHECK (id = 0),
    position bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    hash bytea NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);

INSERT INTO eventlog.head (position, recorded_at, hash) VALUES (0, 'epoch', sha256('khamrong'));

CREATE FUNCTION eventlog.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'facts are never changed or removed (% on %.%)', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER facts_stay BEFORE UPDATE OR DELETE ON eventlog.facts
    FOR EACH ROW EXECUTE FUNCTION eventlog.refuse();
CREATE TRIGGER facts_are_not_truncated BEFORE TRUNCATE ON eventlog.facts
    FOR EACH STATEMENT EXECUTE FUNCTION eventlog.refuse();
CREATE TRIGGER head_stays BEFORE DELETE ON eventlog.head
    FOR EACH ROW EXECUTE FUNCTION eventlog.refuse();
CREATE TRIGGER head_is_not_truncated BEFORE TRUNCATE ON eventlog.head
    FOR EACH STATEMENT EXECUTE FUNCTION eventlog.refuse();
