-- Who may see what. Three roles that nobody logs in as; each transaction takes on one of them.
--   smscrm_app       the API on behalf of one tenant: row-level security keyed on app.tenant_id
--   smscrm_auth      sign-in, before a tenant is known: users, memberships and sessions only
--   smscrm_pipeline  the worker and webhook ingestion, which serve all tenants in one statement
-- The owner of the tables is a member of smscrm_pipeline, so that an operator's SQL sees all rows
-- although security is FORCED on the owner too.
DO $$
DECLARE role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY['smscrm_app', 'smscrm_auth', 'smscrm_pipeline'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    BEGIN
      EXECUTE format('GRANT %I TO CURRENT_USER', role_name);
    EXCEPTION WHEN unique_violation THEN NULL;
    END;
  END LOOP;
END $$;
--> statement-breakpoint
CREATE FUNCTION current_tenant() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT nullif(current_setting('app.tenant_id', true), '')::uuid $$;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO smscrm_app, smscrm_auth, smscrm_pipeline;
--> statement-breakpoint
-- Every table with a tenant: the sub-select makes the setting be read once per statement, not once per row.
DO $$
DECLARE t text;
BEGIN
  FOR t IN
    SELECT c.relname FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()))', t);
    EXECUTE format('CREATE POLICY pipeline ON %I TO smscrm_pipeline USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
--> statement-breakpoint
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON tenants TO smscrm_app USING (id = (SELECT current_tenant())) WITH CHECK (id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON tenants TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE users FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY colleagues ON users TO smscrm_app USING (id IN (SELECT user_id FROM memberships));
--> statement-breakpoint
CREATE POLICY pipeline ON users TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY sign_in ON users TO smscrm_auth USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY sign_in ON memberships FOR SELECT TO smscrm_auth USING (true);
--> statement-breakpoint
CREATE POLICY sign_in ON sessions TO smscrm_auth USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY sign_in ON tenants FOR SELECT TO smscrm_auth USING (true);
--> statement-breakpoint
CREATE POLICY sign_in ON audit_log FOR INSERT TO smscrm_auth WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON users, sessions, sign_in_throttle TO smscrm_auth;
--> statement-breakpoint
GRANT DELETE ON sessions, sign_in_throttle TO smscrm_auth;
--> statement-breakpoint
GRANT SELECT ON memberships, tenants TO smscrm_auth;
--> statement-breakpoint
GRANT INSERT ON audit_log TO smscrm_auth;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON contacts, do_not_contact, campaigns, imports, import_chunks, import_rejections, sending_numbers, sessions TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, UPDATE ON tenants, send_jobs, inbound_messages TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT ON consents, audit_log TO smscrm_app;
--> statement-breakpoint
GRANT SELECT ON memberships, users, budgets, send_attempts, campaign_counters, campaign_spend, webhook_events, worker_heartbeats TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO smscrm_pipeline;
--> statement-breakpoint
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO smscrm_pipeline, smscrm_app, smscrm_auth;
--> statement-breakpoint
-- No row can belong to one tenant and point at another's: the key carries the tenant.
ALTER TABLE send_jobs
  ADD CONSTRAINT send_jobs_campaign FOREIGN KEY (tenant_id, campaign_id) REFERENCES campaigns (tenant_id, id),
  ADD CONSTRAINT send_jobs_contact FOREIGN KEY (tenant_id, contact_id) REFERENCES contacts (tenant_id, id),
  ADD CONSTRAINT send_jobs_status CHECK (status IN ('queued', 'sending', 'unknown', 'sent', 'delivered', 'failed', 'canceled')),
  ADD CONSTRAINT send_jobs_failed_says_why CHECK (status <> 'failed' OR failure_reason IS NOT NULL);
--> statement-breakpoint
ALTER TABLE send_attempts
  ADD CONSTRAINT send_attempts_job_of_tenant FOREIGN KEY (tenant_id, send_job_id) REFERENCES send_jobs (tenant_id, id),
  ADD CONSTRAINT send_attempts_state CHECK (state IN ('sending', 'released', 'accepted', 'rejected', 'unknown', 'presumed-sent')),
  ADD CONSTRAINT send_attempts_money CHECK (reserved_micros >= 0 AND spent_micros >= 0);
--> statement-breakpoint
ALTER TABLE import_chunks ADD CONSTRAINT import_chunks_import FOREIGN KEY (tenant_id, import_id) REFERENCES imports (tenant_id, id) ON DELETE CASCADE;
--> statement-breakpoint
ALTER TABLE import_rejections ADD CONSTRAINT import_rejections_import FOREIGN KEY (tenant_id, import_id) REFERENCES imports (tenant_id, id) ON DELETE CASCADE;
--> statement-breakpoint
ALTER TABLE campaigns ADD CONSTRAINT campaigns_status CHECK (status IN ('draft', 'launching', 'running', 'paused', 'completed', 'canceled'));
--> statement-breakpoint
ALTER TABLE memberships ADD CONSTRAINT memberships_role CHECK (role IN ('owner', 'admin', 'operator', 'viewer'));
--> statement-breakpoint
-- A number that is not E.164 would silently block nobody.
ALTER TABLE do_not_contact ADD CONSTRAINT do_not_contact_e164 CHECK (phone_e164 ~ '^\+[1-9][0-9]{6,14}$');
--> statement-breakpoint
ALTER TABLE contacts ADD CONSTRAINT contacts_e164 CHECK (phone_e164 ~ '^\+[1-9][0-9]{6,14}$');
--> statement-breakpoint
-- What is written once stays: evidence of consent, and of who did what.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: add a new row instead', TG_TABLE_NAME;
END $$;
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON consents FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
-- Each row's hash covers the tenant's previous row: a removed or edited row breaks the chain.
CREATE FUNCTION chain_audit_log() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit_log:' || NEW.tenant_id, 0));
  SELECT hash INTO NEW.previous_hash FROM audit_log WHERE tenant_id = NEW.tenant_id ORDER BY id DESC LIMIT 1;
  NEW.created_at := clock_timestamp();
  NEW.hash := sha256(
    coalesce(NEW.previous_hash, ''::bytea) || convert_to(
      concat_ws('|', NEW.tenant_id, NEW.actor_id, NEW.action, NEW.object_kind, NEW.object_id, NEW.detail::text,
        extract(epoch FROM NEW.created_at)), 'UTF8'));
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER chain BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION chain_audit_log();
--> statement-breakpoint
-- A tenant always has its budget row and its place in the dispatcher's order.
CREATE FUNCTION complete_tenant() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO budgets (tenant_id) VALUES (NEW.id);
  INSERT INTO tenant_dispatch (tenant_id) VALUES (NEW.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER complete AFTER INSERT ON tenants FOR EACH ROW EXECUTE FUNCTION complete_tenant();
