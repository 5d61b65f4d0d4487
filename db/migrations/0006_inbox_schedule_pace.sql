CREATE TABLE "campaign_pace" (
	"tenant_id" uuid NOT NULL,
	"campaign_id" uuid NOT NULL,
	"minute" timestamp with time zone NOT NULL,
	"writer" integer NOT NULL,
	"handed_over" integer NOT NULL,
	"delivered" integer NOT NULL,
	"undelivered" integer NOT NULL,
	"rejected" integer NOT NULL,
	CONSTRAINT "campaign_pace_campaign_id_minute_writer_pk" PRIMARY KEY("campaign_id","minute","writer")
);
--> statement-breakpoint
CREATE TABLE "conversations" (
	"tenant_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"last_inbound_id" uuid NOT NULL,
	"campaign_id" uuid,
	"unread" integer NOT NULL,
	"undecided" integer NOT NULL,
	CONSTRAINT "conversations_tenant_id_phone_e164_pk" PRIMARY KEY("tenant_id","phone_e164")
);
--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "kind" text DEFAULT 'campaign' NOT NULL;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "scheduled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "forecast" jsonb;--> statement-breakpoint
ALTER TABLE "inbound_messages" ADD COLUMN "decision" text;--> statement-breakpoint
ALTER TABLE "inbound_messages" ADD COLUMN "decided_by" uuid;--> statement-breakpoint
ALTER TABLE "inbound_messages" ADD COLUMN "decided_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "campaign_pace_newest" ON "campaign_pace" USING btree ("tenant_id","minute");--> statement-breakpoint
CREATE INDEX "conversations_newest" ON "conversations" USING btree ("tenant_id",(unread > 0),"last_inbound_id");--> statement-breakpoint
CREATE INDEX "conversations_unread" ON "conversations" USING btree ("tenant_id","last_inbound_id") WHERE unread > 0;--> statement-breakpoint
CREATE INDEX "conversations_undecided" ON "conversations" USING btree ("tenant_id","last_inbound_id") WHERE undecided > 0;--> statement-breakpoint
CREATE INDEX "campaigns_newest" ON "campaigns" USING btree ("tenant_id","id") WHERE kind = 'campaign';--> statement-breakpoint
CREATE INDEX "campaigns_scheduled" ON "campaigns" USING btree ("scheduled_at") WHERE status = 'scheduled';--> statement-breakpoint
CREATE INDEX "inbound_messages_open" ON "inbound_messages" USING btree ("tenant_id","from_phone") WHERE (read_at is null and kind in ('none', 'ask-a-person')) or (kind = 'ask-a-person' and decision is null);
--> statement-breakpoint
-- A scheduled campaign, and messages to one person: replies and tests are campaigns of one, so that dispatch, claim,
-- gates, budget and settlement are the same for them.
ALTER TABLE campaigns DROP CONSTRAINT campaigns_status;
--> statement-breakpoint
ALTER TABLE campaigns
  ADD CONSTRAINT campaigns_status CHECK (status IN ('draft', 'scheduled', 'launching', 'running', 'paused', 'completed', 'canceled')),
  ADD CONSTRAINT campaigns_kind CHECK (kind IN ('campaign', 'reply', 'test')),
  ADD CONSTRAINT campaigns_scheduled_when CHECK ((status = 'scheduled') <= (scheduled_at IS NOT NULL));
--> statement-breakpoint
ALTER TABLE inbound_messages ADD CONSTRAINT inbound_messages_decision
  CHECK (decision IN ('opted-out', 'dismissed') AND decided_at IS NOT NULL OR decision IS NULL);
--> statement-breakpoint
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['conversations', 'campaign_pace'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()))', t);
    EXECUTE format('CREATE POLICY pipeline ON %I TO smscrm_pipeline USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO smscrm_pipeline', t);
    EXECUTE format('GRANT SELECT ON %I TO smscrm_app', t);
  END LOOP;
END $$;
--> statement-breakpoint
GRANT INSERT ON send_jobs TO smscrm_app;
--> statement-breakpoint
-- Ordinary replies and possible opt-outs are for a person to read; what a keyword said, the program has dealt with.
CREATE FUNCTION is_unread(kind text, read_at timestamptz) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT (read_at IS NULL AND kind IN ('none', 'ask-a-person'))::int $$;
--> statement-breakpoint
CREATE FUNCTION is_undecided(kind text, decision text) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT (kind = 'ask-a-person' AND decision IS NULL)::int $$;
--> statement-breakpoint
CREATE FUNCTION keep_new_inbound() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO conversations AS c (tenant_id, phone_e164, last_inbound_id, campaign_id, unread, undecided)
  SELECT tenant_id, from_phone, (array_agg(id ORDER BY id DESC))[1], (array_agg(campaign_id ORDER BY id DESC))[1],
    sum(is_unread(kind, read_at)), sum(is_undecided(kind, decision))
  FROM new_rows WHERE tenant_id IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (tenant_id, phone_e164) DO UPDATE SET
    last_inbound_id = greatest(c.last_inbound_id, excluded.last_inbound_id),
    campaign_id = coalesce(excluded.campaign_id, c.campaign_id),
    unread = c.unread + excluded.unread, undecided = c.undecided + excluded.undecided;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION keep_changed_inbound() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  UPDATE conversations c SET unread = c.unread + d.unread, undecided = c.undecided + d.undecided
  FROM (
    SELECT n.tenant_id, n.from_phone,
      sum(is_unread(n.kind, n.read_at) - is_unread(o.kind, o.read_at)) AS unread,
      sum(is_undecided(n.kind, n.decision) - is_undecided(o.kind, o.decision)) AS undecided
    FROM new_rows n JOIN old_rows o USING (id) GROUP BY 1, 2 ORDER BY 1, 2
  ) d
  WHERE c.tenant_id = d.tenant_id AND c.phone_e164 = d.from_phone AND (d.unread <> 0 OR d.undecided <> 0);
  RETURN NULL;
END $$;
--> statement-breakpoint
INSERT INTO conversations (tenant_id, phone_e164, last_inbound_id, campaign_id, unread, undecided)
SELECT tenant_id, from_phone, (array_agg(id ORDER BY id DESC))[1], (array_agg(campaign_id ORDER BY id DESC))[1],
  sum(is_unread(kind, read_at)), sum(is_undecided(kind, decision))
FROM inbound_messages WHERE tenant_id IS NOT NULL GROUP BY 1, 2;
--> statement-breakpoint
CREATE TRIGGER keep_new AFTER INSERT ON inbound_messages REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION keep_new_inbound();
--> statement-breakpoint
CREATE TRIGGER keep_changed AFTER UPDATE ON inbound_messages REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION keep_changed_inbound();
--> statement-breakpoint
-- Each attempt counts in the minute of its claim, which never changes, by what is known of it now.
CREATE FUNCTION pace_of(state text, carrier_status text, OUT handed_over int, OUT delivered int, OUT undelivered int, OUT rejected int)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT taken::int, (taken AND coalesce(carrier_status = 'delivered', false))::int,
    (taken AND coalesce(carrier_status IN ('failed', 'undelivered'), false))::int, (state = 'rejected')::int
  FROM (SELECT state IN ('accepted', 'presumed-sent', 'unknown') AS taken) t
$$;
--> statement-breakpoint
CREATE FUNCTION count_pace() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO campaign_pace AS p (tenant_id, campaign_id, minute, writer, handed_over, delivered, undelivered, rejected)
  SELECT n.tenant_id, n.campaign_id, date_trunc('minute', n.claimed_at), pg_backend_pid(),
    sum(a.handed_over - b.handed_over), sum(a.delivered - b.delivered), sum(a.undelivered - b.undelivered),
    sum(a.rejected - b.rejected)
  FROM new_rows n JOIN old_rows o USING (id)
  CROSS JOIN LATERAL pace_of(n.state, n.carrier_status) a
  CROSS JOIN LATERAL pace_of(o.state, o.carrier_status) b
  WHERE a IS DISTINCT FROM b GROUP BY 1, 2, 3 ORDER BY 2, 3
  ON CONFLICT (campaign_id, minute, writer) DO UPDATE SET handed_over = p.handed_over + excluded.handed_over,
    delivered = p.delivered + excluded.delivered, undelivered = p.undelivered + excluded.undelivered,
    rejected = p.rejected + excluded.rejected;
  RETURN NULL;
END $$;
--> statement-breakpoint
INSERT INTO campaign_pace (tenant_id, campaign_id, minute, writer, handed_over, delivered, undelivered, rejected)
SELECT tenant_id, campaign_id, date_trunc('minute', claimed_at), 0, sum(a.handed_over), sum(a.delivered), sum(a.undelivered), sum(a.rejected)
FROM send_attempts CROSS JOIN LATERAL pace_of(state, carrier_status) a GROUP BY 1, 2, 3;
--> statement-breakpoint
CREATE TRIGGER count_pace AFTER UPDATE ON send_attempts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_pace();
--> statement-breakpoint
ALTER TABLE campaign_pace SET (fillfactor = 50);
