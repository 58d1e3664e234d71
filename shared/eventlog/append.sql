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
-- authority, correlation_id, causation_id, data}. Returns the position of the last one.
-- Raises KR409 (detail: {"stream", "expected", "actual"}) when a stream is not at the version before its first fact.

CREATE FUNCTION eventlog.append(batch jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, eventlog AS $$
DECLARE
    last eventlog.head;
    stale record;
    fact record;
BEGIN
    SELECT * INTO STRICT last FROM eventlog.head WHERE id = 0 FOR UPDATE;

    SELECT incoming.stream, incoming.expected, coalesce(stored.version, 0) AS actual INTO stale
    FROM (SELECT stream, min(version) - 1 AS expected
          FROM jsonb_to_recordset(batch) AS b (stream text, version integer) GROUP BY stream) AS incoming
    LEFT JOIN LATERAL (SELECT f.version FROM eventlog.facts AS f WHERE f.stream = incoming.stream
                       ORDER BY f.version DESC LIMIT 1) AS stored ON true
    WHERE coalesce(stored.version, 0) <> incoming.expected LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'stream % is at version %, not at %', stale.stream, stale.actual, stale.expected
            USING ERRCODE = 'KR409', DETAIL = json_build_object(
                'stream', stale.stream, 'expected', stale.expected, 'actual', stale.actual)::text;
    END IF;

    last.recorded_at := greatest(clock_timestamp(), last.recorded_at);
    FOR fact IN
        SELECT * FROM jsonb_to_recordset(batch) AS b (
            event_id uuid, stream text, version integer, type text, schema_version smallint, actor text,
            authority text, correlation_id uuid, causation_id uuid, data jsonb)
    LOOP
        last.position := last.position + 1;
        last.hash := sha256(last.hash || convert_to(eventlog.canonical(
            last.position, fact.event_id, fact.stream, fact.version, fact.type, fact.schema_version, last.recorded_at,
            fact.actor, fact.authority, fact.correlation_id, fact.causation_id, fact.data), 'UTF8'));
        INSERT INTO eventlog.facts VALUES (
            last.position, fact.event_id, fact.stream, fact.version, fact.type, fact.schema_version, last.recorded_at,
            fact.actor, fact.authority, fact.correlation_id, fact.causation_id, fact.data, last.hash);
    END LOOP;

    UPDATE eventlog.head SET position = last.position, recorded_at = last.recorded_at, hash = last.hash WHERE id = 0;
    RETURN last.position;
END
$$;
