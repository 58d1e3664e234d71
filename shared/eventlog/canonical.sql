-- The text of a fact that the chain hashes: its columns, one a line. No column can hold a raw line feed (CHECK
-- constraints; the text of a jsonb value escapes it), so two different facts never have the same text.
-- A change here breaks the chain of every existing log.

CREATE FUNCTION eventlog.canonical(
    "position" bigint, event_id uuid, stream text, version integer, type text, schema_version smallint,
    recorded_at timestamptz, actor text, authority text, correlation_id uuid, causation_id uuid, data jsonb
) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN concat_ws(E'\n', "position", event_id, stream, version, type, schema_version,
    extract(epoch FROM recorded_at), actor, authority, correlation_id, coalesce(causation_id::text, ''), data);
