-- The API and the worker log in as roles that own nothing (db/logins/logins.ts makes them). They get at rows through the three
-- roles of 0002 alone, so whatever these lacked while a superuser stood in for them is given here.
DO $$
DECLARE t text;
BEGIN
  FOR t IN
    SELECT c.relname FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relrowsecurity AND NOT EXISTS (
      SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND 'smscrm_pipeline'::regrole = ANY (p.polroles))
  LOOP
    EXECUTE format('CREATE POLICY pipeline ON %I TO smscrm_pipeline USING (true) WITH CHECK (true)', t);
  END LOOP;
  FOR t IN
    SELECT c.relname FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
      AND NOT has_table_privilege('smscrm_pipeline', c.oid, 'SELECT, INSERT, UPDATE, DELETE')
  LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO smscrm_pipeline', t);
  END LOOP;
END $$;
--> statement-breakpoint
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO smscrm_pipeline, smscrm_app, smscrm_auth;
--> statement-breakpoint
-- Whether the database is newer than the program is asked by each process when it starts.
GRANT USAGE ON SCHEMA drizzle TO smscrm_pipeline;
--> statement-breakpoint
GRANT SELECT ON drizzle.__drizzle_migrations TO smscrm_pipeline;
--> statement-breakpoint
-- Password hashes are read by sign-in alone; sessions are found by sign-in, and a tenant's end with a member.
DO $$
DECLARE shown text;
BEGIN
  SELECT string_agg(format('%I', attname), ', ') INTO shown FROM pg_attribute
  WHERE attrelid = 'users'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'password_hash';
  REVOKE SELECT ON users FROM smscrm_app, smscrm_pipeline;
  EXECUTE format('GRANT SELECT (%s) ON users TO smscrm_app, smscrm_pipeline', shown);
END $$;
--> statement-breakpoint
-- A function with its owner's rights must find its tables where they are. Without pg_temp at the end, a temporary table
-- of the caller's comes first, and a view in its place runs whatever it likes with these rights.
DO $$
DECLARE f regprocedure;
BEGIN
  FOR f IN
    SELECT p.oid FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = public, pg_temp', f);
  END LOOP;
END $$;
--> statement-breakpoint
-- Only the logins that need them may call them, by a grant of their own.
DO $$
DECLARE f regprocedure;
BEGIN
  FOR f IN
    SELECT p.oid FROM pg_proc p
    WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace AND p.prorettype <> 'trigger'::regtype
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO smscrm_app, smscrm_auth, smscrm_pipeline', f);
  END LOOP;
END $$;
--> statement-breakpoint
-- Called by triggers alone; by hand it would write any tenant's counters.
REVOKE EXECUTE ON FUNCTION count_contacts(contact_counters[]) FROM smscrm_app, smscrm_auth, smscrm_pipeline;
--> statement-breakpoint
-- Only a table's owner may analyze it. After an import or a launch the worker has these two analyzed.
CREATE FUNCTION refresh_statistics(table_name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  CASE table_name
    WHEN 'contacts' THEN ANALYZE (SKIP_LOCKED) contacts;
    WHEN 'send_jobs' THEN ANALYZE (SKIP_LOCKED) send_jobs;
  END CASE;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION refresh_statistics(text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION refresh_statistics(text) TO smscrm_pipeline;
--> statement-breakpoint
-- PostgreSQL 15 lets nobody but the owner make objects in the schema public; a database that was upgraded to it still may.
DO $$
BEGIN
  IF has_schema_privilege('smscrm_app', 'public', 'CREATE') THEN
    EXECUTE format('GRANT CREATE ON SCHEMA public TO %I', current_user);
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE WARNING 'Everybody may make objects in the schema public. Its owner should run: REVOKE CREATE ON SCHEMA public FROM PUBLIC';
END $$;
