-- Sending rules by version, and drafts of other rules with what they would have changed. The new columns of tenants have constant
-- defaults, so nothing is rewritten.
CREATE TABLE "rule_changes" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"note" text NOT NULL,
	"base_revision" integer NOT NULL,
	"rules_before" jsonb NOT NULL,
	"rules_after" jsonb NOT NULL,
	"drafted_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"replay_from" timestamp with time zone NOT NULL,
	"replay_until" timestamp with time zone NOT NULL,
	"replay_state" text DEFAULT 'waiting' NOT NULL,
	"replay" jsonb,
	"shadow" jsonb,
	"shadow_until" timestamp with time zone,
	"pass_until" timestamp with time zone,
	"cursor" uuid,
	"scanned" integer DEFAULT 0 NOT NULL,
	"to_scan" integer,
	"due_at" timestamp with time zone DEFAULT now(),
	"leased_by" uuid,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	"alone" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "rule_versions" (
	"tenant_id" uuid NOT NULL,
	"revision" integer NOT NULL,
	"rules" jsonb NOT NULL,
	"from_at" timestamp with time zone NOT NULL,
	"changed_by" uuid,
	"rule_change_id" uuid,
	CONSTRAINT "rule_versions_tenant_id_revision_pk" PRIMARY KEY("tenant_id","revision")
);
--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "rules_revision" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "rules_need_second_person" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "rule_changes" ADD CONSTRAINT "rule_changes_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "rule_versions" ADD CONSTRAINT "rule_versions_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "rule_changes_newest" ON "rule_changes" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "rule_changes_due" ON "rule_changes" USING btree ("due_at") WHERE due_at is not null;
--> statement-breakpoint
ALTER TABLE rule_changes
  ADD CONSTRAINT rule_changes_status CHECK (status IN ('open', 'active', 'withdrawn') AND (status = 'open') = (decided_at IS NULL)),
  ADD CONSTRAINT rule_changes_replay_state CHECK (replay_state IN ('waiting', 'running', 'done', 'canceled'));
--> statement-breakpoint
-- What decides about messages, as a replay reads it: RulesInForce in core/replay/sending-rules.ts.
CREATE FUNCTION sending_rules(t tenants) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT jsonb_build_object('timezone', t.timezone, 'country', t.country, 'quietHours', t.quiet_hours,
    'destinationHours', t.destination_hours, 'trustTenantZone', t.trust_tenant_zone, 'capPerDay', t.cap_per_day,
    'capPerWeek', t.cap_per_week, 'sendingHoursLimit', t.sending_hours_limit)
$$;
--> statement-breakpoint
INSERT INTO rule_versions (tenant_id, revision, rules, from_at)
SELECT t.id, t.rules_revision, sending_rules(t), clock_timestamp() FROM tenants t;
--> statement-breakpoint
CREATE FUNCTION count_rule_version() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  NEW.rules_revision := OLD.rules_revision
    + CASE WHEN sending_rules(NEW) IS DISTINCT FROM sending_rules(OLD) THEN 1 ELSE 0 END;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER count_rule_version BEFORE UPDATE OF timezone, country, quiet_hours, destination_hours, trust_tenant_zone,
  cap_per_day, cap_per_week, sending_hours_limit, rules_revision ON tenants
  FOR EACH ROW EXECUTE FUNCTION count_rule_version();
--> statement-breakpoint
-- The API says in its transaction who changes the rules, and by which draft.
CREATE FUNCTION keep_rule_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO rule_versions (tenant_id, revision, rules, from_at, changed_by, rule_change_id)
  VALUES (NEW.id, NEW.rules_revision, sending_rules(NEW), clock_timestamp(),
    nullif(current_setting('app.rules_by', true), '')::uuid, nullif(current_setting('app.rule_change', true), '')::uuid);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER keep_first_rules AFTER INSERT ON tenants FOR EACH ROW EXECUTE FUNCTION keep_rule_version();
--> statement-breakpoint
CREATE TRIGGER keep_rule_version AFTER UPDATE ON tenants FOR EACH ROW
  WHEN (NEW.rules_revision <> OLD.rules_revision) EXECUTE FUNCTION keep_rule_version();
--> statement-breakpoint
ALTER TABLE rule_versions ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE rule_versions FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON rule_versions FOR SELECT TO smscrm_app USING (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON rule_versions TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON rule_versions TO smscrm_app, smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE rule_changes ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE rule_changes FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON rule_changes TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON rule_changes TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON rule_changes TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, UPDATE ON rule_changes TO smscrm_pipeline;
--> statement-breakpoint
GRANT UPDATE (rules_need_second_person) ON tenants TO smscrm_app;
