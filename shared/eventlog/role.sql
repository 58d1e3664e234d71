-- The role that every running service takes; its rights are in the grants of each database.

DO $$
BEGIN
    CREATE ROLE khamrong_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    RAISE DEBUG 'role khamrong_app is there already';
END
$$;

