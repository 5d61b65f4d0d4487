-- Reports: figures by quarter of an hour and by local day, counted by a worker from the rows. Triggers only note which
-- quarters have changed. The index on send_jobs reads the table once: about 1 s for a million messages, in which claims
-- and settlements wait. The version before writes as it did; what was sent until now is counted by the worker, newest
-- first, after the update.
CREATE TABLE "opt_out_messages" (
	"tenant_id" uuid NOT NULL,
	"attempt_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "opt_out_messages_tenant_id_attempt_id_pk" PRIMARY KEY("tenant_id","attempt_id")
);
--> statement-breakpoint
CREATE TABLE "report_changes" (
	"tenant_id" uuid NOT NULL,
	"slot" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "report_days" (
	"tenant_id" uuid NOT NULL,
	"day" date NOT NULL,
	"dimension" text NOT NULL,
	"key" text NOT NULL,
	"sent" integer DEFAULT 0 NOT NULL,
	"delivered" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"not_sent" integer DEFAULT 0 NOT NULL,
	"replied" integer DEFAULT 0 NOT NULL,
	"opted_out" integer DEFAULT 0 NOT NULL,
	"clicked" integer DEFAULT 0 NOT NULL,
	"segments" integer DEFAULT 0 NOT NULL,
	"cost_micros" bigint DEFAULT 0 NOT NULL,
	"estimated_micros" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "report_days_tenant_id_dimension_day_key_pk" PRIMARY KEY("tenant_id","dimension","day","key")
);
--> statement-breakpoint
CREATE TABLE "report_drifts" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"slot" timestamp with time zone,
	"day" date,
	"dimension" text NOT NULL,
	"key" text NOT NULL,
	"counted" jsonb,
	"recounted" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "report_mails" (
	"tenant_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"cadence" text NOT NULL,
	"period_start" date NOT NULL,
	"tries" smallint DEFAULT 0 NOT NULL,
	"taken_until" timestamp with time zone,
	"sent_at" timestamp with time zone,
	"dropped_reason" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "report_mails_tenant_id_user_id_cadence_period_start_pk" PRIMARY KEY("tenant_id","user_id","cadence","period_start")
);
--> statement-breakpoint
CREATE TABLE "report_schedules" (
	"tenant_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"cadence" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "report_schedules_tenant_id_user_id_cadence_pk" PRIMARY KEY("tenant_id","user_id","cadence")
);
--> statement-breakpoint
CREATE TABLE "report_slots" (
	"tenant_id" uuid NOT NULL,
	"slot" timestamp with time zone NOT NULL,
	"dimension" text NOT NULL,
	"key" text NOT NULL,
	"sent" integer DEFAULT 0 NOT NULL,
	"delivered" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"not_sent" integer DEFAULT 0 NOT NULL,
	"replied" integer DEFAULT 0 NOT NULL,
	"opted_out" integer DEFAULT 0 NOT NULL,
	"clicked" integer DEFAULT 0 NOT NULL,
	"segments" integer DEFAULT 0 NOT NULL,
	"cost_micros" bigint DEFAULT 0 NOT NULL,
	"estimated_micros" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "report_slots_tenant_id_dimension_slot_key_pk" PRIMARY KEY("tenant_id","dimension","slot","key")
);
--> statement-breakpoint
CREATE TABLE "report_state" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"counted_at" timestamp with time zone,
	"is_backfilled" boolean DEFAULT false NOT NULL,
	"answers_backfilled_to" uuid,
	"check_began_at" timestamp with time zone,
	"checked_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "service_hours" (
	"hour" timestamp with time zone PRIMARY KEY NOT NULL,
	"deliveries" integer[],
	"queue_delay_seconds" double precision DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "inbound_messages" ADD COLUMN "answers_attempt_id" uuid;--> statement-breakpoint
ALTER TABLE "report_drifts" ADD CONSTRAINT "report_drifts_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_mails" ADD CONSTRAINT "report_mails_schedule" FOREIGN KEY ("tenant_id","user_id","cadence") REFERENCES "public"."report_schedules"("tenant_id","user_id","cadence") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_schedules" ADD CONSTRAINT "report_schedules_member" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."memberships"("tenant_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "report_drifts_newest" ON "report_drifts" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "report_mails_open" ON "report_mails" USING btree ("created_at") WHERE sent_at is null and dropped_reason is null;--> statement-breakpoint
CREATE INDEX "report_slots_slot" ON "report_slots" USING btree ("slot");--> statement-breakpoint
CREATE INDEX "inbound_messages_answers" ON "inbound_messages" USING btree ("tenant_id","answers_attempt_id") WHERE answers_attempt_id is not null;--> statement-breakpoint
CREATE INDEX "send_jobs_not_sent" ON "send_jobs" USING btree ("tenant_id","final_at","id") WHERE status in ('failed', 'canceled') and gate is distinct from 'carrier';
--> statement-breakpoint
INSERT INTO report_state (one) VALUES (true);
--> statement-breakpoint
ALTER TABLE report_state ADD CONSTRAINT report_state_one CHECK (one);
--> statement-breakpoint
ALTER TABLE report_schedules ADD CONSTRAINT report_schedules_cadence CHECK (cadence IN ('week', 'month'));
--> statement-breakpoint
ALTER TABLE report_state SET (fillfactor = 50);
--> statement-breakpoint
ALTER TABLE report_slots ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE report_slots FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON report_slots TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON report_slots TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE report_days ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE report_days FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON report_days TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON report_days TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE report_changes ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE report_changes FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON report_changes TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON report_changes TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE report_drifts ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE report_drifts FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON report_drifts TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON report_drifts TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE opt_out_messages ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE opt_out_messages FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON opt_out_messages TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON opt_out_messages TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE report_schedules ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE report_schedules FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON report_schedules TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON report_schedules TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE report_mails ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE report_mails FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON report_mails TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON report_mails TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON report_slots, report_days, report_drifts, report_state, opt_out_messages, report_mails TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON report_schedules TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON report_slots, report_days, report_changes, report_drifts, opt_out_messages, report_schedules, report_mails, service_hours TO smscrm_pipeline;
--> statement-breakpoint
GRANT SELECT, UPDATE ON report_state TO smscrm_pipeline;
--> statement-breakpoint
-- The quarter of an hour that a time lies in. Every zone's days begin with one.
CREATE FUNCTION report_slot(at timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT date_bin('15 minutes', at, '2000-01-01 00:00:00+00')
$$;
--> statement-breakpoint
-- A zone that PostgreSQL does not know must not stop the counting of every tenant.
CREATE FUNCTION report_zone(zone text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
  PERFORM now() AT TIME ZONE zone;
  RETURN zone;
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN 'UTC';
END $$;
--> statement-breakpoint
-- A new attempt counts once it is settled. With it the attempt before, of a message that was sent again, is not the last.
CREATE FUNCTION note_new_attempts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO report_changes (tenant_id, slot)
  SELECT tenant_id, report_slot(claimed_at) FROM new_rows WHERE state <> 'sending'
  UNION
  SELECT a.tenant_id, report_slot(a.claimed_at) FROM new_rows n JOIN send_attempts a ON a.send_job_id = n.send_job_id
  WHERE n.attempt > 1 AND a.id <> n.id AND a.state <> 'released';
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER note_new AFTER INSERT ON send_attempts REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_new_attempts();
--> statement-breakpoint
CREATE FUNCTION note_changed_attempts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO report_changes (tenant_id, slot)
  SELECT DISTINCT tenant_id, report_slot(claimed_at) FROM new_rows;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER note_changed AFTER UPDATE ON send_attempts REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_changed_attempts();
--> statement-breakpoint
-- What a gate refuses or a person cancels, and what comes back from there because it was sent after all.
CREATE FUNCTION note_not_sent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO report_changes (tenant_id, slot)
  SELECT tenant_id, report_slot(final_at) FROM new_rows
  WHERE status IN ('failed', 'canceled') AND gate IS DISTINCT FROM 'carrier' AND final_at IS NOT NULL
  UNION
  SELECT tenant_id, report_slot(final_at) FROM old_rows
  WHERE status IN ('failed', 'canceled') AND gate IS DISTINCT FROM 'carrier' AND final_at IS NOT NULL;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER note_not_sent AFTER UPDATE ON send_jobs REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_not_sent();
--> statement-breakpoint
-- A reply answers the latest message that this person was sent in the week before. A text to a number without a tenant gets its tenant later.
CREATE FUNCTION find_answered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  answered record;
BEGIN
  SELECT id, claimed_at INTO answered FROM send_attempts
  WHERE tenant_id = NEW.tenant_id AND to_phone = NEW.from_phone AND claimed_at <= NEW.created_at
    AND claimed_at > NEW.created_at - interval '7 days' AND state NOT IN ('released', 'rejected')
  ORDER BY claimed_at DESC LIMIT 1;
  IF FOUND THEN
    NEW.answers_attempt_id := answered.id;
    INSERT INTO report_changes (tenant_id, slot) VALUES (NEW.tenant_id, report_slot(answered.claimed_at));
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER find_answered BEFORE INSERT ON inbound_messages FOR EACH ROW
  WHEN (NEW.tenant_id IS NOT NULL AND NEW.answers_attempt_id IS NULL) EXECUTE FUNCTION find_answered();
--> statement-breakpoint
CREATE TRIGGER find_answered_later BEFORE UPDATE OF tenant_id ON inbound_messages FOR EACH ROW
  WHEN (OLD.tenant_id IS NULL AND NEW.tenant_id IS NOT NULL) EXECUTE FUNCTION find_answered();
--> statement-breakpoint
CREATE FUNCTION note_opt_outs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  WITH answered AS (
    SELECT n.tenant_id, a.id, a.claimed_at FROM new_rows n CROSS JOIN LATERAL (
      SELECT id, claimed_at FROM send_attempts
      WHERE tenant_id = n.tenant_id AND to_phone = n.phone_e164 AND claimed_at > n.created_at - interval '7 days'
        AND claimed_at <= n.created_at AND state NOT IN ('released', 'rejected')
      ORDER BY claimed_at DESC LIMIT 1
    ) a WHERE n.source IN ('reply', 'link')
  ), added AS (
    INSERT INTO opt_out_messages (tenant_id, attempt_id) SELECT tenant_id, id FROM answered ORDER BY 1, 2
    ON CONFLICT DO NOTHING
  )
  INSERT INTO report_changes (tenant_id, slot) SELECT DISTINCT tenant_id, report_slot(claimed_at) FROM answered;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER note_opt_outs AFTER INSERT ON do_not_contact REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_opt_outs();
--> statement-breakpoint
-- The rows are new clicks, or those of a person who is erased.
CREATE FUNCTION note_clicks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO report_changes (tenant_id, slot)
  SELECT DISTINCT a.tenant_id, report_slot(a.claimed_at)
  FROM clicks k JOIN send_jobs j ON j.id = k.send_job_id JOIN send_attempts a ON a.id = j.last_attempt_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER note_clicks AFTER INSERT ON link_clicks REFERENCING NEW TABLE AS clicks
  FOR EACH STATEMENT EXECUTE FUNCTION note_clicks();
--> statement-breakpoint
CREATE TRIGGER note_gone_clicks AFTER DELETE ON link_clicks REFERENCING OLD TABLE AS clicks
  FOR EACH STATEMENT EXECUTE FUNCTION note_clicks();
--> statement-breakpoint
-- Another zone has other days.
CREATE FUNCTION note_zone() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO report_changes (tenant_id, slot) VALUES (NEW.id, NULL);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER note_zone AFTER UPDATE OF timezone ON tenants FOR EACH ROW
  WHEN (OLD.timezone IS DISTINCT FROM NEW.timezone) EXECUTE FUNCTION note_zone();
