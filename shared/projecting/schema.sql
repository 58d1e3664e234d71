-- How far each projection has come. Generation g of a table lives in the schema <service>_g<g>; the view <service>.<table>
-- shows the live one. A generation that is not live is being built, or was left behind by a builder that died.

CREATE SCHEMA projecting;

CREATE TABLE projecting.checkpoints (
    projection text NOT NULL,
    source text NOT NULL,
    live boolean NOT NULL,
    generation integer NOT NULL CHECK (generation > 0),
    version integer NOT NULL,
    position bigint NOT NULL DEFAULT 0 CHECK (position >= 0),
    PRIMARY KEY (projection, source, live)
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);

COMMENT ON COLUMN projecting.checkpoints.position IS 'every fact of the source up to here has been applied, and none after it';

GRANT USAGE ON SCHEMA projecting TO khamrong_app;
GRANT SELECT, UPDATE ON projecting.checkpoints TO khamrong_app;
