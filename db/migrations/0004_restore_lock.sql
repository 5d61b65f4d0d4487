-- After a restore the database knows less than the carrier: nothing is handed over until what is missing was asked for,
-- written back and seen by a person. See docs/runbook.md, "After a restore".
CREATE TABLE "backups" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"file" text NOT NULL,
	"size_bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"taken_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "database_identity" (
	"single" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"identity" text NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "database_identity_single" CHECK ("database_identity"."single")
);
--> statement-breakpoint
CREATE TABLE "restore_differences" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"restore_id" uuid NOT NULL,
	"tenant_id" uuid,
	"kind" text NOT NULL,
	"carrier_sid" text NOT NULL,
	"phone_e164" text NOT NULL,
	"campaign_id" uuid,
	"send_job_id" uuid,
	"body" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "restores" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"backup_at" timestamp with time zone NOT NULL,
	"source" text NOT NULL,
	"locked_at" timestamp with time zone NOT NULL,
	"checked_until" timestamp with time zone,
	"carrier_outbound" integer DEFAULT 0 NOT NULL,
	"carrier_inbound" integer DEFAULT 0 NOT NULL,
	"problem" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_allowances" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"network" text NOT NULL,
	"reason" text NOT NULL,
	"allowed_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"times_used" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "restore_locked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "restore_id" uuid;--> statement-breakpoint
ALTER TABLE "restore_differences" ADD CONSTRAINT "restore_differences_restore_id_restores_id_fk" FOREIGN KEY ("restore_id") REFERENCES "public"."restores"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "backups_newest" ON "backups" USING btree ("finished_at");--> statement-breakpoint
CREATE UNIQUE INDEX "restore_differences_once" ON "restore_differences" USING btree ("restore_id","carrier_sid");--> statement-breakpoint
CREATE INDEX "restore_differences_newest" ON "restore_differences" USING btree ("tenant_id","restore_id","id");
--> statement-breakpoint
ALTER TABLE restore_differences ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE restore_differences FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON restore_differences TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON restore_differences TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON restore_differences, restores, database_identity, backups TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON restore_differences, restores, database_identity, backups, webhook_allowances TO smscrm_pipeline;
--> statement-breakpoint
-- The server, its timeline and the database in it: a restored dump, a recovery to a point in time and a promoted
-- standby each have another one, whoever made them and whether or not they told us.
CREATE FUNCTION present_identity() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT (SELECT system_identifier FROM pg_control_system()) || '/' || CASE
    WHEN pg_is_in_recovery() THEN 'standby' ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END
    || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
$$;
--> statement-breakpoint
-- Since when nothing of a tenant may be handed over because of a restore; null: it may. What every claim asks.
CREATE FUNCTION restore_locked_since(restore_locked_at timestamptz) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT coalesce(restore_locked_at, (SELECT seen_at FROM database_identity WHERE identity <> present_identity()))
$$;
--> statement-breakpoint
-- Locks every tenant: whatever restored the database calls this before anybody may send from it.
-- `backup_at`: everything that was committed before it is there.
CREATE FUNCTION lock_after_restore(backup_at timestamptz, source text) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
  restore uuid;
BEGIN
  PERFORM pg_advisory_xact_lock(7364003);
  -- An earlier restore that nobody unlocked yet still has to be asked about.
  SELECT least(lock_after_restore.backup_at, min(coalesce(r.checked_until, r.backup_at))) INTO lock_after_restore.backup_at
  FROM restores r WHERE r.id IN (SELECT restore_id FROM tenants WHERE restore_locked_at IS NOT NULL);
  INSERT INTO restores (backup_at, source, locked_at)
  VALUES (lock_after_restore.backup_at, lock_after_restore.source, clock_timestamp()) RETURNING id INTO restore;
  UPDATE tenants SET restore_locked_at = clock_timestamp(), restore_id = restore;
  INSERT INTO database_identity (identity, seen_at) VALUES (present_identity(), clock_timestamp())
  ON CONFLICT (single) DO UPDATE SET identity = excluded.identity, seen_at = excluded.seen_at;
  INSERT INTO audit_log (tenant_id, action, object_kind, object_id, detail)
  SELECT id, 'restore.lock', 'restore', restore::text,
    jsonb_build_object('backupAt', lock_after_restore.backup_at, 'source', lock_after_restore.source) FROM tenants;
  RETURN restore;
END $$;
--> statement-breakpoint
-- As uuid_v7, for something that happened earlier: what is found at the carrier sorts where it belongs.
CREATE FUNCTION uuid_v7_at(moment timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT overlay(uuid_v7()::text PLACING
    overlay(lpad(to_hex(floor(extract(epoch FROM moment) * 1000)::bigint), 12, '0') PLACING '-' FROM 9 FOR 0) FROM 1 FOR 13)::uuid
$$;
