CREATE TABLE "support_accesses" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"operator_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"granted_at" timestamp with time zone,
	"granted_by" uuid,
	"expires_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "closed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "closed_reason" text;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "is_platform" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "daily_budget_limit_cents" numeric(20, 4);--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "monthly_budget_limit_cents" numeric(20, 4);--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "segments_per_second_limit" integer;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "sending_numbers_limit" integer;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "upload_bytes_per_day_limit" bigint;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "sending_hours_limit" jsonb;--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "support_accesses" ADD CONSTRAINT "support_accesses_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "support_accesses" ADD CONSTRAINT "support_accesses_operator_id_users_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "support_accesses" ADD CONSTRAINT "support_accesses_granted_by_users_id_fk" FOREIGN KEY ("granted_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "support_accesses_open" ON "support_accesses" USING btree ("tenant_id","operator_id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "support_accesses_operator" ON "support_accesses" USING btree ("operator_id");
--> statement-breakpoint
-- Whether a week of hours lies within another one.
CREATE FUNCTION hours_within(hours jsonb, hours_limit jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT hours_limit IS NULL OR (jsonb_typeof(hours) = 'array' AND NOT EXISTS (
    SELECT 1 FROM jsonb_array_elements(CASE jsonb_typeof(hours) WHEN 'array' THEN hours ELSE '[]' END)
      WITH ORDINALITY AS each (day, position)
    WHERE jsonb_typeof(day) = 'object' AND NOT coalesce(
      day ->> 'open' COLLATE "C" >= hours_limit -> (position::int - 1) ->> 'open'
      AND day ->> 'close' COLLATE "C" <= hours_limit -> (position::int - 1) ->> 'close', false)))
$$;
--> statement-breakpoint
-- No statement, from the dashboard or by hand, passes a limit of the platform's operator. All new columns are null, so no row needs checking.
ALTER TABLE tenants
  ADD CONSTRAINT tenants_daily_budget_limit CHECK (daily_budget_cents <= daily_budget_limit_cents) NOT VALID,
  ADD CONSTRAINT tenants_monthly_budget_limit CHECK (monthly_budget_cents <= monthly_budget_limit_cents) NOT VALID,
  ADD CONSTRAINT tenants_segments_limit CHECK (segments_per_second <= segments_per_second_limit) NOT VALID,
  ADD CONSTRAINT tenants_sending_hours_limit CHECK (hours_within(quiet_hours, sending_hours_limit)) NOT VALID,
  ADD CONSTRAINT tenants_limits_positive CHECK (daily_budget_limit_cents >= 0 AND monthly_budget_limit_cents >= 0
    AND segments_per_second_limit > 0 AND sending_numbers_limit >= 0 AND upload_bytes_per_day_limit >= 0) NOT VALID,
  ADD CONSTRAINT tenants_closed_is_suspended CHECK (closed_at IS NULL OR suspended_at IS NOT NULL) NOT VALID,
  ADD CONSTRAINT tenants_closed_reason CHECK ((closed_at IS NULL) = (closed_reason IS NULL)) NOT VALID,
  ADD CONSTRAINT tenants_platform_second_factor CHECK (NOT is_platform OR second_factor_policy = 'everybody') NOT VALID;
--> statement-breakpoint
CREATE UNIQUE INDEX tenants_one_platform ON tenants (is_platform) WHERE is_platform;
--> statement-breakpoint
-- A number counts until it is retired. The lock lets two additions at once not pass the limit together.
CREATE FUNCTION keep_numbers_limit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  most int;
BEGIN
  SELECT sending_numbers_limit INTO most FROM tenants WHERE id = NEW.tenant_id;
  IF most IS NULL THEN RETURN NULL; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('numbers_limit:' || NEW.tenant_id, 0));
  IF (SELECT count(*) FROM sending_numbers WHERE tenant_id = NEW.tenant_id AND status <> 'retired') > most THEN
    RAISE EXCEPTION 'The platform''s operator limits this organisation to % sending numbers and names.', most
      USING ERRCODE = 'check_violation', CONSTRAINT = 'tenants_sending_numbers_limit';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION keep_numbers_limit() FROM PUBLIC;
--> statement-breakpoint
CREATE TRIGGER keep_limit AFTER INSERT ON sending_numbers FOR EACH ROW
  WHEN (NEW.status <> 'retired') EXECUTE FUNCTION keep_numbers_limit();
--> statement-breakpoint
CREATE TRIGGER keep_limit_again AFTER UPDATE OF status ON sending_numbers FOR EACH ROW
  WHEN (OLD.status = 'retired' AND NEW.status <> 'retired') EXECUTE FUNCTION keep_numbers_limit();
--> statement-breakpoint
-- A visit has an end, and changes nothing.
ALTER TABLE memberships ADD CONSTRAINT memberships_visit_only_reads CHECK (expires_at IS NULL OR role = 'auditor') NOT VALID;
--> statement-breakpoint
ALTER TABLE support_accesses
  ADD CONSTRAINT support_accesses_granted CHECK ((granted_at IS NULL) = (granted_by IS NULL) AND (granted_at IS NULL) = (expires_at IS NULL));
--> statement-breakpoint
ALTER TABLE support_accesses ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE support_accesses FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON support_accesses FOR SELECT TO smscrm_app USING (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON support_accesses TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON support_accesses TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON support_accesses TO smscrm_pipeline;
--> statement-breakpoint
-- Who asks to look inside is a person of another organisation, and the owner who decides must see who.
CREATE POLICY support_operators ON users FOR SELECT TO smscrm_app
  USING (id IN (SELECT operator_id FROM support_accesses));
--> statement-breakpoint
-- The platform's pages read with this role. It has no right to a contact, a text, a number or an import.
DO $$
BEGIN
  BEGIN
    CREATE ROLE smscrm_platform NOLOGIN;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
  END;
  BEGIN
    GRANT smscrm_platform TO CURRENT_USER;
  EXCEPTION WHEN unique_violation THEN NULL;
  END;
END $$;
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO smscrm_platform;
--> statement-breakpoint
GRANT SELECT (id, name, country, timezone, currency, created_at, is_platform, sending_paused_at, suspended_at, suspended_reason,
  closed_at, closed_reason, daily_budget_cents, monthly_budget_cents, segments_per_second, daily_budget_limit_cents,
  monthly_budget_limit_cents, segments_per_second_limit, sending_numbers_limit, upload_bytes_per_day_limit, sending_hours_limit)
  ON tenants TO smscrm_platform;
--> statement-breakpoint
GRANT SELECT (tenant_id, user_id, role, expires_at) ON memberships TO smscrm_platform;
--> statement-breakpoint
GRANT SELECT ON support_accesses, budgets, campaign_pace TO smscrm_platform;
--> statement-breakpoint
GRANT SELECT (id, name, email) ON users TO smscrm_platform;
--> statement-breakpoint
GRANT SELECT (tenant_id, id, status) ON campaigns TO smscrm_platform;
--> statement-breakpoint
GRANT SELECT (tenant_id, campaign_id, status, jobs) ON campaign_counters TO smscrm_platform;
--> statement-breakpoint
GRANT SELECT (tenant_id, id, status, kind) ON sending_numbers TO smscrm_platform;
--> statement-breakpoint
GRANT SELECT (tenant_id, severity, state) ON alerts TO smscrm_platform;
--> statement-breakpoint
GRANT SELECT (tenant_id, size_bytes, created_at) ON imports TO smscrm_platform;
--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['tenants', 'memberships', 'support_accesses', 'budgets', 'campaign_pace', 'users', 'campaigns',
    'campaign_counters', 'sending_numbers', 'alerts', 'imports']
  LOOP
    IF (SELECT relrowsecurity FROM pg_class WHERE oid = t::regclass) THEN
      EXECUTE format('CREATE POLICY platform ON %I FOR SELECT TO smscrm_platform USING (true)', t);
    END IF;
  END LOOP;
END $$;
--> statement-breakpoint
-- The platform's own organisation sends nothing, so a restore has nothing there to unlock.
CREATE OR REPLACE FUNCTION lock_after_restore(backup_at timestamptz, source text) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  restore uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(7364003);
  -- An earlier restore that nobody unlocked yet still has to be asked about.
  SELECT least(lock_after_restore.backup_at, min(coalesce(r.checked_until, r.backup_at))) INTO lock_after_restore.backup_at
  FROM restores r WHERE r.id IN (SELECT restore_id FROM tenants WHERE restore_locked_at IS NOT NULL);
  INSERT INTO restores (backup_at, source, locked_at)
  VALUES (lock_after_restore.backup_at, lock_after_restore.source, clock_timestamp()) RETURNING id INTO restore;
  UPDATE tenants SET restore_locked_at = clock_timestamp(), restore_id = restore WHERE NOT is_platform;
  INSERT INTO database_identity (identity, seen_at) VALUES (present_identity(), clock_timestamp())
  ON CONFLICT (single) DO UPDATE SET identity = excluded.identity, seen_at = excluded.seen_at;
  INSERT INTO audit_log (tenant_id, action, object_kind, object_id, detail)
  SELECT id, 'restore.lock', 'restore', restore::text,
    jsonb_build_object('backupAt', lock_after_restore.backup_at, 'source', lock_after_restore.source) FROM tenants;
  RETURN restore;
END $$;
