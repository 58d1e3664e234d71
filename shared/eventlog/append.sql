-- eventlog.append: the only way in. Called as the last statement of a transaction, in one round trip.
--
-- Guarantee: no reader that goes by position ever skips a fact. Every append locks the one head row until
-- its transaction commits, so positions are handed out in commit order, without gaps, and a position that
-- is visible has nothing invisible below it. A sequence would not do: its values are taken before the
-- commit and become visible in another order, and a tailing reader passes over the slower transaction.
--
-- Lock first, then look: under READ COMMITTED each statement of a VOLATILE function sees a fresh snapshot,
-- so the versions read after the lock are the latest; one statement that did both would use the snapshot
-- from before it waited.
--
-- `batch` is a JSON array of facts in the order of the log: {event_id, stream, version, type, schema_version, actor,
-- authority, correlation_id, causation_id, data}. Returns the position of the last one; of the log's last for an empty batch.
-- Raises KR409 (detail: {"stream", "expected", "actual"}) when a fact does not follow the last one of its stream, in
-- the log or before it in the batch: versions are dense, too.
--
-- pg_temp stands last in the search path: unnamed it would come first, and a caller's temporary types would be
-- taken for the system's and run the caller's code with the owner's rights.

-- The sum of one fact after that of the fact before it; as an aggregate over (ORDER BY …) a chain of them.
CREATE FUNCTION eventlog.link(last bytea, before_first bytea, fact text) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN sha256(coalesce(last, before_first) || convert_to(fact, 'UTF8'));
END
$$;

CREATE AGGREGATE eventlog.chain(before_first bytea, fact text) (SFUNC = eventlog.link, STYPE = bytea);

CREATE FUNCTION eventlog.append(batch jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, eventlog, pg_temp AS $$
DECLARE
    last eventlog.head;
    stale record;
BEGIN
    -- One queue, first come, first served. Waiting for the row alone is right as well, but each commit wakes all who
    -- wait, to lock its next version: with 32 writers that halves the rate.
    PERFORM pg_advisory_xact_lock('eventlog.head'::regclass::integer, 0);
    SELECT * INTO STRICT last FROM eventlog.head WHERE id = 0 FOR UPDATE;
    IF jsonb_array_length(batch) = 0 THEN
        RETURN last.position;
    END IF;

    SELECT * INTO stale
    FROM (SELECT stream, version - 1 AS expected, coalesce(
              lag(version) OVER (PARTITION BY stream ORDER BY n),
              (SELECT max(f.version) FROM eventlog.facts AS f WHERE f.stream = incoming.stream), 0) AS actual
          FROM ROWS FROM (jsonb_to_recordset(batch) AS (stream text, version integer)) WITH ORDINALITY
              AS incoming (stream, version, n)) AS following
    WHERE expected <> actual LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'stream % is at version %, not at %', stale.stream, stale.actual, stale.expected
            USING ERRCODE = 'KR409', DETAIL = json_build_object(
                'stream', stale.stream, 'expected', stale.expected, 'actual', stale.actual)::text;
    END IF;

    last.recorded_at := greatest(clock_timestamp(), last.recorded_at);
    WITH incoming AS (
        SELECT last.position + n AS position, event_id, stream, version, type, schema_version,
            last.recorded_at AS recorded_at, actor, authority, correlation_id, causation_id, data
        FROM ROWS FROM (jsonb_to_recordset(batch) AS (
            event_id uuid, stream text, version integer, type text, schema_version smallint, actor text, authority text,
            correlation_id uuid, causation_id uuid, data jsonb)) WITH ORDINALITY
            AS b (event_id, stream, version, type, schema_version, actor, authority, correlation_id, causation_id, data, n)
    ), stored AS (
        INSERT INTO eventlog.facts
        SELECT i.*, eventlog.chain(last.hash, eventlog.canonical(
            i.position, event_id, stream, version, type, schema_version, recorded_at, actor, authority, correlation_id,
            causation_id, data)) OVER (ORDER BY i.position)
        FROM incoming AS i
        RETURNING position, hash
    )
    SELECT position, hash INTO last.position, last.hash FROM stored ORDER BY position DESC LIMIT 1;

    UPDATE eventlog.head SET position = last.position, recorded_at = last.recorded_at, hash = last.hash WHERE id = 0;
    RETURN last.position;
END
$$;
