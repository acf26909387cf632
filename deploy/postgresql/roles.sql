-- Roles of the database "gapura": run once as a superuser, e.g.
--     psql --dbname=gapura --file=deploy/postgresql/roles.sql
-- then give each role its password or its line in pg_hba.conf.
--
--     gapura_owner    migrates: GAPURA_DATABASE of `gapura migrate`
--     gapura_app      web servers: bound by row security, sees nothing unless told whose rows (docs/why/adr/0017-…)
--     gapura_worker   the worker and commands: the same role, but the house itself
--     gapura_copies   `gapura backup` and `gapura wal ship`: reads every row and the write-ahead log
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['gapura_owner', 'gapura_app', 'gapura_worker'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I', name);
        END IF;
        EXECUTE format('ALTER ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION', name);
    END LOOP;
END
$$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gapura_copies') THEN
        CREATE ROLE gapura_copies;
    END IF;
END
$$;
ALTER ROLE gapura_copies LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE REPLICATION;

GRANT gapura_app TO gapura_worker, gapura_copies;
ALTER ROLE gapura_owner SET gapura.house = 'yes';
ALTER ROLE gapura_worker SET gapura.house = 'yes';
ALTER ROLE gapura_copies SET gapura.house = 'yes';

GRANT USAGE, CREATE ON SCHEMA public TO gapura_owner;
GRANT USAGE ON SCHEMA public TO gapura_app;
DO $$ BEGIN EXECUTE format('GRANT CREATE, TEMPORARY ON DATABASE %I TO gapura_owner', current_database()); END $$;
ALTER DEFAULT PRIVILEGES FOR ROLE gapura_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO gapura_app;
ALTER DEFAULT PRIVILEGES FOR ROLE gapura_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO gapura_app;
