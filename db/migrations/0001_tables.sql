CREATE TABLE "campaign_counters" (
	"tenant_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"status" text NOT NULL,
	"reason" text NOT NULL,
	"shard" smallint NOT NULL,
	"jobs" integer NOT NULL,
	CONSTRAINT "campaign_counters_campaign_id_status_reason_shard_pk" PRIMARY KEY("campaign_id","status","reason","shard")
);
--> statement-breakpoint
CREATE TABLE "campaign_spend" (
	"tenant_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"shard" smallint NOT NULL,
	"reserved_micros" bigint NOT NULL,
	"spent_micros" bigint NOT NULL,
	"segments" integer NOT NULL,
	"accepted" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "campaign_spend_campaign_id_shard_pk" PRIMARY KEY("campaign_id","shard")
);
--> statement-breakpoint
CREATE TABLE "campaigns" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"name" text NOT NULL,
	"body" text NOT NULL,
	"audience" jsonb NOT NULL,
	"quiet_hours" jsonb,
	"quiet_hours_override_reason" text,
	"smart_encoding" boolean DEFAULT false NOT NULL,
	"expires_at" timestamp with time zone,
	"status" text DEFAULT 'draft' NOT NULL,
	"materialize_cursor" uuid,
	"segments_estimate" smallint DEFAULT 1 NOT NULL,
	"audience_count" integer DEFAULT 0 NOT NULL,
	"created_by" uuid,
	"launched_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"launched_at" timestamp with time zone,
	"paused_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"canceled_at" timestamp with time zone,
	CONSTRAINT "campaigns_tenant_id" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "inbound_messages" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid,
	"message_sid" text NOT NULL,
	"from_phone" text NOT NULL,
	"to_phone" text NOT NULL,
	"body" text NOT NULL,
	"contact_id" uuid,
	"campaign_id" uuid,
	"kind" text NOT NULL,
	"answer" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"read_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "webhook_events" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid,
	"kind" text NOT NULL,
	"attempt_id" uuid,
	"message_sid" text,
	"message_status" text,
	"signature_valid" boolean NOT NULL,
	"outcome" text NOT NULL,
	"payload" jsonb NOT NULL,
	"times_received" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "consents" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"basis" text NOT NULL,
	"source" text NOT NULL,
	"evidence" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"recorded_by" uuid,
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "contacts" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"country" char(2),
	"line_type" text,
	"first_name" text,
	"last_name" text,
	"email" text,
	"city" text,
	"state" text,
	"postcode" text,
	"custom" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"tags" text[] DEFAULT '{}'::text[] NOT NULL,
	"timezone" text,
	"timezone_source" text DEFAULT 'unknown' NOT NULL,
	"consent_basis" text DEFAULT 'unknown' NOT NULL,
	"consent_at" timestamp with time zone,
	"consent_expires_at" timestamp with time zone,
	"invalid_reason" text,
	"strikes" smallint DEFAULT 0 NOT NULL,
	"last_import_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "contacts_tenant_id" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "do_not_contact" (
	"tenant_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"source" text DEFAULT 'sql' NOT NULL,
	"note" text,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "do_not_contact_tenant_id_phone_e164_pk" PRIMARY KEY("tenant_id","phone_e164")
);
--> statement-breakpoint
CREATE TABLE "import_chunks" (
	"tenant_id" uuid NOT NULL,
	"import_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"data" "bytea" NOT NULL,
	CONSTRAINT "import_chunks_import_id_sequence_pk" PRIMARY KEY("import_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "import_rejections" (
	"tenant_id" uuid NOT NULL,
	"import_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"reason" text NOT NULL,
	"detail" text,
	"row" jsonb NOT NULL,
	CONSTRAINT "import_rejections_import_id_line_pk" PRIMARY KEY("import_id","line")
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"file_name" text NOT NULL,
	"status" text DEFAULT 'uploading' NOT NULL,
	"size_bytes" bigint DEFAULT 0 NOT NULL,
	"encoding" text,
	"delimiter" text,
	"header" jsonb,
	"sample" jsonb,
	"mapping" jsonb,
	"tags" text[],
	"consent_basis" text,
	"consent_evidence" text,
	"rows_done" integer DEFAULT 0 NOT NULL,
	"bytes_done" bigint DEFAULT 0 NOT NULL,
	"rows_total" integer,
	"created" integer DEFAULT 0 NOT NULL,
	"updated" integer DEFAULT 0 NOT NULL,
	"unchanged" integer DEFAULT 0 NOT NULL,
	"rejected" integer DEFAULT 0 NOT NULL,
	"kept_opted_out" integer DEFAULT 0 NOT NULL,
	"rejected_by_reason" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"error" text,
	"lease_until" timestamp with time zone,
	"leased_by" text,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "imports_tenant_id" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" uuid NOT NULL,
	"actor_id" uuid,
	"action" text NOT NULL,
	"object_kind" text NOT NULL,
	"object_id" text,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"previous_hash" "bytea",
	"hash" "bytea"
);
--> statement-breakpoint
CREATE TABLE "worker_heartbeats" (
	"worker_id" text PRIMARY KEY NOT NULL,
	"queue_mode" text NOT NULL,
	"queue_waiting" integer NOT NULL,
	"queue_active" integer NOT NULL,
	"carrier" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "send_attempts" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"send_job_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"attempt" smallint NOT NULL,
	"sending_number_id" uuid NOT NULL,
	"from_phone" text NOT NULL,
	"to_phone" text NOT NULL,
	"body" text NOT NULL,
	"segments" smallint NOT NULL,
	"validity_seconds" integer NOT NULL,
	"state" text DEFAULT 'sending' NOT NULL,
	"carrier_sid" text,
	"carrier_status" text,
	"carrier_error_code" integer,
	"http_status" smallint,
	"budget_day" date NOT NULL,
	"budget_month" date NOT NULL,
	"reserved_micros" bigint NOT NULL,
	"spent_micros" bigint DEFAULT 0 NOT NULL,
	"claimed_at" timestamp with time zone NOT NULL,
	"handed_over_at" timestamp with time zone,
	"settled_at" timestamp with time zone,
	"final_at" timestamp with time zone,
	"look_up_at" timestamp with time zone,
	"look_ups" smallint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "send_jobs" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"contact_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"country" char(2),
	"status" text DEFAULT 'queued' NOT NULL,
	"failure_reason" text,
	"hold_reason" text,
	"gate" text,
	"verdict" jsonb,
	"carrier_error_code" integer,
	"not_before" timestamp with time zone,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"last_attempt_id" uuid,
	"sending_number_id" uuid,
	"segments" smallint,
	"price_micros" bigint,
	"claimed_at" timestamp with time zone,
	"sent_at" timestamp with time zone,
	"final_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "send_jobs_tenant_id" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "sending_numbers" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"kind" text DEFAULT 'long-code' NOT NULL,
	"country" char(2) NOT NULL,
	"label" text,
	"status" text DEFAULT 'active' NOT NULL,
	"segments_per_second" integer NOT NULL,
	"warm_up_started_on" date,
	"warm_up_schedule" integer[],
	"tokens" double precision DEFAULT 0 NOT NULL,
	"tokens_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_on" date,
	"sent_today" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "sending_numbers_tenant_id" UNIQUE("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "budgets" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"daily_spent_cents" numeric(20, 4) DEFAULT '0' NOT NULL,
	"daily_reserved_cents" numeric(20, 4) DEFAULT '0' NOT NULL,
	"monthly_spent_cents" numeric(20, 4) DEFAULT '0' NOT NULL,
	"monthly_reserved_cents" numeric(20, 4) DEFAULT '0' NOT NULL,
	"local_day" date DEFAULT '1970-01-01' NOT NULL,
	"local_month" date DEFAULT '1970-01-01' NOT NULL,
	"rate_tokens" double precision DEFAULT 0 NOT NULL,
	"rate_tokens_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tenant_dispatch" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"virtual_time" double precision DEFAULT 0 NOT NULL,
	"tokens" double precision DEFAULT 0 NOT NULL,
	"tokens_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tenants" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"name" text NOT NULL,
	"timezone" text NOT NULL,
	"country" char(2) NOT NULL,
	"currency" char(3) DEFAULT 'USD' NOT NULL,
	"daily_budget_cents" numeric(20, 4) NOT NULL,
	"monthly_budget_cents" numeric(20, 4) NOT NULL,
	"sending_paused_at" timestamp with time zone,
	"sending_paused_by" uuid,
	"sending_paused_reason" text,
	"pause_epoch" bigint DEFAULT 0 NOT NULL,
	"quiet_hours" jsonb DEFAULT '[{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"},{"open":"09:00","close":"21:00"}]'::jsonb NOT NULL,
	"trust_tenant_zone" boolean DEFAULT false NOT NULL,
	"segments_per_second" integer DEFAULT 400 NOT NULL,
	"cap_per_day" integer,
	"cap_per_week" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"tenant_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "memberships_tenant_id_user_id_pk" PRIMARY KEY("tenant_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"tenant_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"user_agent" text,
	"address" text
);
--> statement-breakpoint
CREATE TABLE "sign_in_throttle" (
	"key" "bytea" PRIMARY KEY NOT NULL,
	"failures" integer NOT NULL,
	"first_failure_at" timestamp with time zone NOT NULL,
	"locked_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text NOT NULL,
	"disabled_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "do_not_contact" ADD CONSTRAINT "do_not_contact_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_log" ADD CONSTRAINT "audit_log_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sending_numbers" ADD CONSTRAINT "sending_numbers_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "budgets" ADD CONSTRAINT "budgets_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenant_dispatch" ADD CONSTRAINT "tenant_dispatch_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "campaigns_active" ON "campaigns" USING btree ("status","tenant_id");--> statement-breakpoint
CREATE UNIQUE INDEX "inbound_messages_sid" ON "inbound_messages" USING btree ("message_sid");--> statement-breakpoint
CREATE INDEX "inbound_messages_newest" ON "inbound_messages" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "inbound_messages_from" ON "inbound_messages" USING btree ("tenant_id","from_phone","id");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_events_once" ON "webhook_events" USING btree ("kind","message_sid","message_status") WHERE signature_valid;--> statement-breakpoint
CREATE INDEX "webhook_events_newest" ON "webhook_events" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "webhook_events_attempt" ON "webhook_events" USING btree ("attempt_id");--> statement-breakpoint
CREATE INDEX "consents_phone" ON "consents" USING btree ("tenant_id","phone_e164","id");--> statement-breakpoint
CREATE UNIQUE INDEX "contacts_tenant_phone" ON "contacts" USING btree ("tenant_id","phone_e164");--> statement-breakpoint
CREATE INDEX "contacts_tags" ON "contacts" USING gin ("tags");--> statement-breakpoint
CREATE INDEX "contacts_first_name" ON "contacts" USING btree ("tenant_id",lower("first_name") text_pattern_ops,"id");--> statement-breakpoint
CREATE INDEX "contacts_last_name" ON "contacts" USING btree ("tenant_id",lower("last_name") text_pattern_ops,"id");--> statement-breakpoint
CREATE INDEX "do_not_contact_newest" ON "do_not_contact" USING btree ("tenant_id","created_at","phone_e164");--> statement-breakpoint
CREATE INDEX "imports_open" ON "imports" USING btree ("status","id");--> statement-breakpoint
CREATE INDEX "audit_log_newest" ON "audit_log" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "send_attempts_job" ON "send_attempts" USING btree ("send_job_id");--> statement-breakpoint
CREATE UNIQUE INDEX "send_attempts_sid" ON "send_attempts" USING btree ("carrier_sid");--> statement-breakpoint
CREATE INDEX "send_attempts_to" ON "send_attempts" USING btree ("tenant_id","to_phone","claimed_at");--> statement-breakpoint
CREATE INDEX "send_attempts_look_up" ON "send_attempts" USING btree ("look_up_at") WHERE look_up_at is not null;--> statement-breakpoint
CREATE INDEX "send_attempts_in_flight" ON "send_attempts" USING btree ("claimed_at") WHERE state = 'sending';--> statement-breakpoint
CREATE UNIQUE INDEX "send_jobs_once_per_campaign" ON "send_jobs" USING btree ("campaign_id","contact_id");--> statement-breakpoint
CREATE INDEX "send_jobs_due" ON "send_jobs" USING btree ("campaign_id","due_at") WHERE status = 'queued';--> statement-breakpoint
CREATE INDEX "send_jobs_releasable" ON "send_jobs" USING btree ("campaign_id","hold_reason","due_at") WHERE status = 'queued' and hold_reason in ('Budget', 'Paused');--> statement-breakpoint
CREATE INDEX "send_jobs_newest" ON "send_jobs" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "send_jobs_phone" ON "send_jobs" USING btree ("tenant_id","phone_e164","id");--> statement-breakpoint
CREATE INDEX "send_jobs_by_status" ON "send_jobs" USING btree ("campaign_id","status","id");--> statement-breakpoint
CREATE INDEX "send_jobs_in_flight" ON "send_jobs" USING btree ("claimed_at") WHERE status in ('sending', 'unknown');--> statement-breakpoint
CREATE INDEX "send_jobs_created" ON "send_jobs" USING brin ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "sending_numbers_phone" ON "sending_numbers" USING btree ("phone_e164");--> statement-breakpoint
CREATE INDEX "memberships_user" ON "memberships" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "users" USING btree ("email");