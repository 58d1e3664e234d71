-- What a running service may do: read facts, append through the function, and work freely in its other tables.

GRANT USAGE ON SCHEMA eventlog TO khamrong_app;
GRANT SELECT ON eventlog.facts, eventlog.head TO khamrong_app;
REVOKE ALL ON FUNCTION eventlog.append FROM PUBLIC;
GRANT EXECUTE ON FUNCTION eventlog.append, eventlog.canonical TO khamrong_app;
