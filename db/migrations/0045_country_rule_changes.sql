-- Drafts of countries' rules of the platform, with what they would have changed over every tenant's decisions, as figures.
CREATE TABLE "country_rule_changes" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"country" char(2) NOT NULL,
	"part" text NOT NULL,
	"body" jsonb,
	"source" text,
	"checked_on" date,
	"note" text,
	"valid_from" timestamp with time zone,
	"base_revision" bigint NOT NULL,
	"drafted_by" uuid NOT NULL,
	"by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"replay_from" timestamp with time zone NOT NULL,
	"replay_until" timestamp with time zone NOT NULL,
	"replay_state" text DEFAULT 'waiting' NOT NULL,
	"started_at" timestamp with time zone,
	"replay" jsonb,
	"shadow" jsonb,
	"shadow_until" timestamp with time zone,
	"pass_until" timestamp with time zone,
	"cursor" uuid,
	"scanned" bigint DEFAULT 0 NOT NULL,
	"to_scan" bigint,
	"due_at" timestamp with time zone DEFAULT now(),
	"leased_by" uuid,
	"decided_by" text,
	"decided_at" timestamp with time zone,
	"alone" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
ALTER TABLE "country_rule_changes" ADD CONSTRAINT "country_rule_changes_drafted_by_users_id_fk" FOREIGN KEY ("drafted_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "country_rule_changes_country" ON "country_rule_changes" USING btree ("country","id");--> statement-breakpoint
CREATE INDEX "country_rule_changes_due" ON "country_rule_changes" USING btree ("due_at") WHERE due_at is not null;
--> statement-breakpoint
ALTER TABLE country_rule_changes
  ADD CONSTRAINT country_rule_changes_country CHECK (country ~ '^[A-Z]{2}$'),
  ADD CONSTRAINT country_rule_changes_known_part
    CHECK (part IN ('price', 'hours', 'holidays', 'consent', 'sender', 'wording', 'states', 'replies')),
  ADD CONSTRAINT country_rule_changes_sourced
    CHECK (body IS NULL OR (source IS NOT NULL AND source ~ '^https://' AND checked_on IS NOT NULL)),
  ADD CONSTRAINT country_rule_changes_size CHECK (octet_length(body::text) <= 200000),
  ADD CONSTRAINT country_rule_changes_status
    CHECK (status IN ('open', 'active', 'withdrawn') AND (status = 'open') = (decided_at IS NULL)),
  ADD CONSTRAINT country_rule_changes_replay_state
    CHECK (replay_state IN ('waiting', 'running', 'done', 'canceled', 'timed-out'));
--> statement-breakpoint
-- The platform's pages write drafts, and the worker their results. No tenant sees them.
ALTER TABLE country_rule_changes ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE country_rule_changes FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY pipeline ON country_rule_changes TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY platform ON country_rule_changes TO smscrm_platform USING (true) WITH CHECK (true);
--> statement-breakpoint
REVOKE ALL ON country_rule_changes FROM smscrm_app, smscrm_pipeline, smscrm_platform;
--> statement-breakpoint
GRANT SELECT ON country_rule_changes TO smscrm_pipeline;
--> statement-breakpoint
-- What a replay writes; never the rule itself.
GRANT UPDATE (replay_state, started_at, replay, shadow, shadow_until, pass_until, cursor, scanned, to_scan, due_at, leased_by)
  ON country_rule_changes TO smscrm_pipeline;
--> statement-breakpoint
-- What a step needs to find its draft. What was drafted never changes.
GRANT SELECT (id, revision, status, country) ON country_rule_changes TO smscrm_platform;
--> statement-breakpoint
GRANT INSERT (country, part, body, source, checked_on, note, valid_from, base_revision, drafted_by, by, replay_from,
  replay_until, replay_state, due_at) ON country_rule_changes TO smscrm_platform;
--> statement-breakpoint
GRANT UPDATE (revision, status, base_revision, replay_from, replay_until, replay_state, started_at, replay, shadow,
  shadow_until, pass_until, cursor, scanned, to_scan, due_at, leased_by, decided_by, decided_at, alone)
  ON country_rule_changes TO smscrm_platform;
