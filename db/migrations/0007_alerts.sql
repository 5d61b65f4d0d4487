CREATE TABLE "alerts" (
	"id" uuid PRIMARY KEY DEFAULT uuid_v7() NOT NULL,
	"tenant_id" uuid,
	"rule" text NOT NULL,
	"object" text DEFAULT '' NOT NULL,
	"severity" text NOT NULL,
	"state" text NOT NULL,
	"summary" text NOT NULL,
	"value" double precision NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"judged_at" timestamp with time zone NOT NULL,
	"clear_since" timestamp with time zone,
	"opened_at" timestamp with time zone,
	"resolved_at" timestamp with time zone,
	"channel" text,
	"open_told_at" timestamp with time zone,
	"resolve_told_at" timestamp with time zone,
	"tell_at" timestamp with time zone,
	"tries" smallint DEFAULT 0 NOT NULL,
	"tell_problem" text
);
--> statement-breakpoint
CREATE TABLE "objective_days" (
	"objective" text NOT NULL,
	"day" date NOT NULL,
	"good" bigint NOT NULL,
	"total" bigint NOT NULL,
	"through" timestamp with time zone NOT NULL,
	CONSTRAINT "objective_days_objective_day_pk" PRIMARY KEY("objective","day")
);
--> statement-breakpoint
CREATE TABLE "send_minutes" (
	"minute" timestamp with time zone NOT NULL,
	"tenant_id" uuid NOT NULL,
	"shard" integer NOT NULL,
	"handed_over" integer DEFAULT 0 NOT NULL,
	"answered" integer DEFAULT 0 NOT NULL,
	"delivered_in_time" integer DEFAULT 0 NOT NULL,
	"opted_out" integer DEFAULT 0 NOT NULL,
	"delivered" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"heard" integer DEFAULT 0 NOT NULL,
	"heard_in_time" integer DEFAULT 0 NOT NULL,
	"heard_seconds" double precision DEFAULT 0 NOT NULL,
	CONSTRAINT "send_minutes_minute_tenant_id_shard_pk" PRIMARY KEY("minute","tenant_id","shard")
);
--> statement-breakpoint
CREATE TABLE "service_minutes" (
	"minute" timestamp with time zone NOT NULL,
	"service" text NOT NULL,
	"instance" text NOT NULL,
	"requests" integer DEFAULT 0 NOT NULL,
	"requests_fast" integer DEFAULT 0 NOT NULL,
	"requests_failed" integer DEFAULT 0 NOT NULL,
	"database_failures" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "service_minutes_minute_service_instance_pk" PRIMARY KEY("minute","service","instance")
);
--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_one_at_a_time" ON "alerts" USING btree (coalesce("tenant_id", '00000000-0000-0000-0000-000000000000'::uuid),"rule","object") WHERE state <> 'resolved';--> statement-breakpoint
CREATE INDEX "alerts_newest" ON "alerts" USING btree ("tenant_id","id");--> statement-breakpoint
CREATE INDEX "alerts_object" ON "alerts" USING btree ("rule","object");--> statement-breakpoint
CREATE INDEX "alerts_to_tell" ON "alerts" USING btree ("tell_at") WHERE tell_at is not null;--> statement-breakpoint
CREATE INDEX "objective_days_newest" ON "objective_days" USING btree ("day");--> statement-breakpoint
CREATE INDEX "send_minutes_of_tenant" ON "send_minutes" USING btree ("tenant_id","minute");--> statement-breakpoint
CREATE INDEX "imports_finished" ON "imports" USING btree ("finished_at");--> statement-breakpoint
-- A tenant sees its own alerts and those about the whole system, which name no tenant; only the workers write them.
ALTER TABLE alerts ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE alerts FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON alerts FOR SELECT TO smscrm_app USING (tenant_id = (SELECT current_tenant()) OR tenant_id IS NULL);
--> statement-breakpoint
CREATE POLICY pipeline ON alerts TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
ALTER TABLE send_minutes ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE send_minutes FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON send_minutes FOR SELECT TO smscrm_app USING (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON send_minutes TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT ON alerts, send_minutes TO smscrm_app;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON alerts, send_minutes, service_minutes, objective_days TO smscrm_pipeline;
--> statement-breakpoint
ALTER TABLE alerts ADD CONSTRAINT alerts_state CHECK (state IN ('pending', 'open', 'resolved')),
  ADD CONSTRAINT alerts_severity CHECK (severity IN ('critical', 'warning', 'info'));
--> statement-breakpoint
ALTER TABLE send_minutes SET (fillfactor = 50);
--> statement-breakpoint
-- What became of messages, by minute. The shard is this connection's process: two transactions never write the same
-- row, so these counters can't make anybody wait, in whatever order the other counters are locked.
CREATE FUNCTION count_send_minutes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO send_minutes AS m (tenant_id, minute, shard, handed_over, answered, delivered_in_time, delivered, failed,
    heard, heard_in_time, heard_seconds)
  WITH sides AS (
    SELECT id, tenant_id, claimed_at, 1 AS sign, state IN ('accepted', 'rejected', 'unknown', 'presumed-sent') AS handed,
      state = 'rejected' OR final_at IS NOT NULL AS answered, coalesce(carrier_status IN ('delivered', 'read'), false) AS delivered,
      coalesce(state <> 'rejected' AND carrier_status NOT IN ('scheduled', 'accepted', 'queued', 'sending'), false) AS heard,
      final_at, handed_over_at
    FROM new_rows
    UNION ALL
    SELECT id, tenant_id, claimed_at, -1, state IN ('accepted', 'rejected', 'unknown', 'presumed-sent'),
      state = 'rejected' OR final_at IS NOT NULL, coalesce(carrier_status IN ('delivered', 'read'), false),
      coalesce(state <> 'rejected' AND carrier_status NOT IN ('scheduled', 'accepted', 'queued', 'sending'), false),
      final_at, handed_over_at
    FROM old_rows
  ), marked AS (
    SELECT tenant_id, date_trunc('minute', claimed_at) AS claimed, sign, handed::int AS handed, answered::int AS answered,
      (delivered AND final_at <= handed_over_at + interval '5 minutes')::int AS in_time,
      (answered AND delivered)::int AS delivered, (answered AND NOT delivered)::int AS failed, heard::int AS heard,
      greatest(0, extract(epoch FROM clock_timestamp() - handed_over_at))::float8 AS lag
    FROM sides
  )
  SELECT tenant_id, minute, pg_backend_pid(), sum(handed), sum(answered), sum(in_time), sum(delivered), sum(failed),
    sum(heard), sum(heard_in_time), sum(heard_seconds)
  FROM (
    SELECT tenant_id, claimed AS minute, sign * handed AS handed, sign * answered AS answered,
      sign * coalesce(in_time, 0) AS in_time, 0 AS delivered, 0 AS failed, 0 AS heard, 0 AS heard_in_time, 0::float8 AS heard_seconds
    FROM marked
    UNION ALL
    SELECT tenant_id, date_trunc('minute', clock_timestamp()), 0, 0, 0, sign * delivered, sign * failed, sign * heard,
      sign * heard * (coalesce(lag, 0) < 30)::int, sign * heard * coalesce(lag, 0)
    FROM marked
  ) change
  GROUP BY 1, 2
  HAVING sum(handed) <> 0 OR sum(answered) <> 0 OR sum(in_time) <> 0 OR sum(delivered) <> 0 OR sum(failed) <> 0
    OR sum(heard) <> 0
  ORDER BY 1, 2
  ON CONFLICT (minute, tenant_id, shard) DO UPDATE SET handed_over = m.handed_over + excluded.handed_over,
    answered = m.answered + excluded.answered, delivered_in_time = m.delivered_in_time + excluded.delivered_in_time,
    delivered = m.delivered + excluded.delivered, failed = m.failed + excluded.failed, heard = m.heard + excluded.heard,
    heard_in_time = m.heard_in_time + excluded.heard_in_time, heard_seconds = m.heard_seconds + excluded.heard_seconds;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER count_minutes AFTER UPDATE ON send_attempts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_send_minutes();
--> statement-breakpoint
-- A STOP counts against the message that it answers: the latest that this person was sent in the week before.
CREATE FUNCTION count_opt_outs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO send_minutes AS m (tenant_id, minute, shard, opted_out)
  SELECT n.tenant_id, date_trunc('minute', a.claimed_at), pg_backend_pid(), count(*)
  FROM new_rows n
  CROSS JOIN LATERAL (
    SELECT claimed_at FROM send_attempts
    WHERE tenant_id = n.tenant_id AND to_phone = n.phone_e164 AND claimed_at > n.created_at - interval '7 days'
      AND state IN ('accepted', 'unknown', 'presumed-sent')
    ORDER BY claimed_at DESC LIMIT 1
  ) a
  WHERE n.source = 'reply'
  GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (minute, tenant_id, shard) DO UPDATE SET opted_out = m.opted_out + excluded.opted_out;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER count_opt_outs AFTER INSERT ON do_not_contact REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_opt_outs();
