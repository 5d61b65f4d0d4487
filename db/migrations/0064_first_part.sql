-- A first part of a launched campaign goes, and the rest waits for a decision. New columns without a default: nothing is
-- rewritten, and the locks are short. No index is added to send_jobs: what waits is found by its due time.
CREATE TABLE "first_parts" (
	"tenant_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"step" text NOT NULL,
	"state" text NOT NULL,
	"size" integer NOT NULL,
	"rest" integer NOT NULL,
	"up_to_draw" integer NOT NULL,
	"watch_minutes" integer NOT NULL,
	"send_by" timestamp with time zone NOT NULL,
	"sent_at" timestamp with time zone,
	"decide_at" timestamp with time zone,
	"decided_at" timestamp with time zone,
	"decided_by" uuid,
	"figures" jsonb,
	"baseline" jsonb,
	"sentence" text,
	"next_at" timestamp with time zone,
	CONSTRAINT "first_parts_tenant_id_campaign_id_step_pk" PRIMARY KEY("tenant_id","campaign_id","step"),
	CONSTRAINT "first_parts_step" CHECK ("step" IN ('canary', 'test')),
	CONSTRAINT "first_parts_state" CHECK ("state" IN ('waiting', 'sending', 'watching', 'held', 'open', 'over'))
);
--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "canary" jsonb;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "open_draws" integer;--> statement-breakpoint
ALTER TABLE "send_jobs" ADD COLUMN "draw" integer;--> statement-breakpoint
ALTER TABLE "first_parts" ADD CONSTRAINT "first_parts_campaign" FOREIGN KEY ("tenant_id","campaign_id") REFERENCES "public"."campaigns"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "first_parts_due" ON "first_parts" USING btree ("next_at") WHERE next_at is not null;--> statement-breakpoint
CREATE INDEX "first_parts_held" ON "first_parts" USING btree ("tenant_id") WHERE state = 'held';
--> statement-breakpoint
ALTER TABLE first_parts ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE first_parts FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON first_parts TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON first_parts TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
-- Who goes first can't be changed. A person only decides.
GRANT SELECT, UPDATE (state, decided_at, decided_by, next_at) ON first_parts TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON first_parts TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_open_draws" CHECK (open_draws >= 0) NOT VALID;
--> statement-breakpoint
-- The first part is part of what is approved.
CREATE OR REPLACE FUNCTION end_launch_approvals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  is_changed boolean := (NEW.name, NEW.body, NEW.audience, NEW.purpose, NEW.topic, NEW.quiet_hours, NEW.smart_encoding, NEW.expires_at, NEW.local_time, NEW.spread_minutes, NEW.messages_per_minute, NEW.canary)
    IS DISTINCT FROM (OLD.name, OLD.body, OLD.audience, OLD.purpose, OLD.topic, OLD.quiet_hours, OLD.smart_encoding, OLD.expires_at, OLD.local_time, OLD.spread_minutes, OLD.messages_per_minute, OLD.canary);
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
CREATE OR REPLACE TRIGGER end_launch_approvals AFTER UPDATE ON campaigns FOR EACH ROW
WHEN (OLD.status IN ('draft', 'scheduled') AND (
  OLD.status <> NEW.status OR OLD.scheduled_at IS DISTINCT FROM NEW.scheduled_at
  OR OLD.quiet_hours_override_reason IS DISTINCT FROM NEW.quiet_hours_override_reason
  OR (NEW.name, NEW.body, NEW.audience, NEW.purpose, NEW.topic, NEW.quiet_hours, NEW.smart_encoding, NEW.expires_at, NEW.local_time, NEW.spread_minutes, NEW.messages_per_minute, NEW.canary)
    IS DISTINCT FROM (OLD.name, OLD.body, OLD.audience, OLD.purpose, OLD.topic, OLD.quiet_hours, OLD.smart_encoding, OLD.expires_at, OLD.local_time, OLD.spread_minutes, OLD.messages_per_minute, OLD.canary)))
EXECUTE FUNCTION end_launch_approvals();
