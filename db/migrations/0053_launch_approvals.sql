-- Launches that a second person approves: who may launch to how many alone, and the requests with what was seen. The new
-- columns take a short lock each; nothing is rewritten.
CREATE TABLE "launch_approvals" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuid_v7() NOT NULL,
	"campaign_id" uuid NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"asked_by" uuid NOT NULL,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"note" text,
	"launch_at" timestamp with time zone,
	"recipients" integer NOT NULL,
	"seen" jsonb NOT NULL,
	"fingerprint" text NOT NULL,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	"comment" text,
	"ended_at" timestamp with time zone,
	"end_reason" text,
	CONSTRAINT "launch_approvals_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "launch_approvals_status" CHECK ("status" IN ('open', 'approved', 'returned', 'withdrawn', 'void', 'used')),
	CONSTRAINT "launch_approvals_second_person" CHECK ("decided_by" IS NULL OR "decided_by" <> "asked_by")
);
--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "edited_by" uuid;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "not_launched_reason" text;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "launch_limits" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "launch_approvals" ADD CONSTRAINT "launch_approvals_campaign" FOREIGN KEY ("tenant_id","campaign_id") REFERENCES "public"."campaigns"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "launch_approvals_current" ON "launch_approvals" USING btree ("tenant_id","campaign_id") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "launch_approvals_of_campaign" ON "launch_approvals" USING btree ("tenant_id","campaign_id","id");
--> statement-breakpoint
ALTER TABLE launch_approvals ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE launch_approvals FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON launch_approvals TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON launch_approvals TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
-- What was seen, who asked and for what can't be changed.
GRANT SELECT, INSERT, UPDATE (status, decided_by, decided_at, comment, ended_at, end_reason) ON launch_approvals TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, UPDATE (status, ended_at, end_reason) ON launch_approvals TO smscrm_pipeline;
--> statement-breakpoint
GRANT UPDATE (launch_limits) ON tenants TO smscrm_app;
--> statement-breakpoint
-- Ends the current request or approval of a campaign that is changed, launched, canceled or has another time, in the same
-- transaction. An approval with a time survives the scheduling at exactly that time; what was returned stays until it is
-- asked again.
CREATE FUNCTION end_launch_approvals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  is_changed boolean := (NEW.name, NEW.body, NEW.audience, NEW.purpose, NEW.topic, NEW.quiet_hours, NEW.smart_encoding, NEW.expires_at, NEW.local_time, NEW.spread_minutes, NEW.messages_per_minute)
    IS DISTINCT FROM (OLD.name, OLD.body, OLD.audience, OLD.purpose, OLD.topic, OLD.quiet_hours, OLD.smart_encoding, OLD.expires_at, OLD.local_time, OLD.spread_minutes, OLD.messages_per_minute);
BEGIN
  UPDATE launch_approvals a SET
    status = CASE
      WHEN a.status = 'returned' THEN 'returned'
      WHEN a.status = 'approved' AND NEW.status = 'launching' THEN 'used'
      ELSE 'void' END,
    ended_at = now(),
    end_reason = CASE
      WHEN NEW.status = 'launching' THEN 'launched'
      WHEN NEW.status = 'canceled' THEN 'canceled'
      WHEN NEW.status = 'scheduled' AND OLD.status = 'draft' THEN 'scheduled'
      WHEN NEW.status = 'draft' AND OLD.status = 'scheduled' THEN 'unscheduled'
      ELSE 'changed' END
  WHERE a.tenant_id = NEW.tenant_id AND a.campaign_id = NEW.id AND a.ended_at IS NULL
    AND NOT (a.status = 'returned' AND NEW.status = 'draft')
    AND NOT (a.status = 'approved' AND OLD.status = 'draft' AND NEW.status = 'scheduled'
      AND a.launch_at = NEW.scheduled_at AND NOT is_changed);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER end_launch_approvals AFTER UPDATE ON campaigns FOR EACH ROW
WHEN (OLD.status IN ('draft', 'scheduled') AND (
  OLD.status <> NEW.status OR OLD.scheduled_at IS DISTINCT FROM NEW.scheduled_at
  OR OLD.quiet_hours_override_reason IS DISTINCT FROM NEW.quiet_hours_override_reason
  OR (NEW.name, NEW.body, NEW.audience, NEW.purpose, NEW.topic, NEW.quiet_hours, NEW.smart_encoding, NEW.expires_at, NEW.local_time, NEW.spread_minutes, NEW.messages_per_minute)
    IS DISTINCT FROM (OLD.name, OLD.body, OLD.audience, OLD.purpose, OLD.topic, OLD.quiet_hours, OLD.smart_encoding, OLD.expires_at, OLD.local_time, OLD.spread_minutes, OLD.messages_per_minute)))
EXECUTE FUNCTION end_launch_approvals();
