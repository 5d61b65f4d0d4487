-- Counters that no writer can forget: statement-level triggers add up the rows that a statement changed.
CREATE FUNCTION send_job_reason(status text, failure_reason text, hold_reason text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(CASE WHEN status IN ('failed', 'canceled') THEN failure_reason WHEN status = 'queued' THEN hold_reason END, '')
$$;
--> statement-breakpoint
CREATE FUNCTION count_new_send_jobs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO campaign_counters AS c (tenant_id, campaign_id, status, reason, shard, jobs)
  SELECT tenant_id, campaign_id, status, send_job_reason(status, failure_reason, hold_reason), pg_backend_pid() % 8, count(*)
  FROM new_rows GROUP BY 1, 2, 3, 4 ORDER BY 2, 3, 4
  ON CONFLICT (campaign_id, status, reason, shard) DO UPDATE SET jobs = c.jobs + excluded.jobs;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE FUNCTION count_changed_send_jobs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO campaign_counters AS c (tenant_id, campaign_id, status, reason, shard, jobs)
  SELECT tenant_id, campaign_id, status, reason, pg_backend_pid() % 8, sum(delta)
  FROM (
    SELECT tenant_id, campaign_id, status, send_job_reason(status, failure_reason, hold_reason) AS reason, 1 AS delta FROM new_rows
    UNION ALL
    SELECT tenant_id, campaign_id, status, send_job_reason(status, failure_reason, hold_reason), -1 FROM old_rows
  ) change
  GROUP BY 1, 2, 3, 4 HAVING sum(delta) <> 0 ORDER BY 2, 3, 4
  ON CONFLICT (campaign_id, status, reason, shard) DO UPDATE SET jobs = c.jobs + excluded.jobs;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER count_new AFTER INSERT ON send_jobs REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_new_send_jobs();
--> statement-breakpoint
CREATE TRIGGER count_changed AFTER UPDATE ON send_jobs REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_changed_send_jobs();
--> statement-breakpoint
-- Money: what attempts reserve and spend moves the tenant's budget row and the campaign's bill in the same transaction.
-- An attempt counts towards the local day and month in which it was claimed, and only while the budget row stands in them.
-- The budget rows are locked first, in order, so that the sums are taken against the day that the row then has.
CREATE FUNCTION bill_new_attempts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  PERFORM 1 FROM budgets WHERE tenant_id IN (SELECT tenant_id FROM new_rows) ORDER BY tenant_id FOR NO KEY UPDATE;
  UPDATE budgets b SET
    daily_reserved_cents = daily_reserved_cents + coalesce(d.day_reserved, 0) / 10000.0,
    monthly_reserved_cents = monthly_reserved_cents + coalesce(d.month_reserved, 0) / 10000.0,
    updated_at = clock_timestamp()
  FROM (
    SELECT n.tenant_id,
      sum(n.reserved_micros) FILTER (WHERE n.budget_day = at.local_day) AS day_reserved,
      sum(n.reserved_micros) FILTER (WHERE n.budget_month = at.local_month) AS month_reserved
    FROM new_rows n JOIN budgets at USING (tenant_id) GROUP BY 1
  ) d WHERE b.tenant_id = d.tenant_id;
  INSERT INTO campaign_spend AS c (tenant_id, campaign_id, shard, reserved_micros, spent_micros, segments)
  SELECT tenant_id, campaign_id, pg_backend_pid() % 8, sum(reserved_micros), sum(spent_micros), sum(segments)
  FROM new_rows GROUP BY 1, 2 ORDER BY 2
  ON CONFLICT (campaign_id, shard) DO UPDATE SET reserved_micros = c.reserved_micros + excluded.reserved_micros,
    spent_micros = c.spent_micros + excluded.spent_micros, segments = c.segments + excluded.segments;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- Never below 0: an operator may set spent money back by hand, and a message that was spent before and fails after
-- gives its price back; that would be money beyond the budget.
CREATE FUNCTION bill_changed_attempts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM new_rows n JOIN old_rows o USING (id)
    WHERE n.reserved_micros <> o.reserved_micros OR n.spent_micros <> o.spent_micros OR n.state <> o.state
  ) THEN RETURN NULL; END IF;
  PERFORM 1 FROM budgets WHERE tenant_id IN (SELECT tenant_id FROM new_rows) ORDER BY tenant_id FOR NO KEY UPDATE;
  UPDATE budgets b SET
    daily_reserved_cents = greatest(0, daily_reserved_cents + coalesce(d.day_reserved, 0) / 10000.0),
    daily_spent_cents = greatest(0, daily_spent_cents + coalesce(d.day_spent, 0) / 10000.0),
    monthly_reserved_cents = greatest(0, monthly_reserved_cents + coalesce(d.month_reserved, 0) / 10000.0),
    monthly_spent_cents = greatest(0, monthly_spent_cents + coalesce(d.month_spent, 0) / 10000.0),
    updated_at = clock_timestamp()
  FROM (
    SELECT n.tenant_id,
      sum(n.reserved_micros - o.reserved_micros) FILTER (WHERE n.budget_day = at.local_day) AS day_reserved,
      sum(n.spent_micros - o.spent_micros) FILTER (WHERE n.budget_day = at.local_day) AS day_spent,
      sum(n.reserved_micros - o.reserved_micros) FILTER (WHERE n.budget_month = at.local_month) AS month_reserved,
      sum(n.spent_micros - o.spent_micros) FILTER (WHERE n.budget_month = at.local_month) AS month_spent
    FROM new_rows n JOIN old_rows o USING (id) JOIN budgets at ON at.tenant_id = n.tenant_id GROUP BY 1
  ) d WHERE b.tenant_id = d.tenant_id;
  INSERT INTO campaign_spend AS c (tenant_id, campaign_id, shard, reserved_micros, spent_micros, segments, accepted)
  SELECT n.tenant_id, n.campaign_id, pg_backend_pid() % 8,
    sum(n.reserved_micros - o.reserved_micros), sum(n.spent_micros - o.spent_micros), 0,
    sum((n.state IN ('accepted', 'presumed-sent'))::int - (o.state IN ('accepted', 'presumed-sent'))::int)
  FROM new_rows n JOIN old_rows o USING (id) GROUP BY 1, 2 ORDER BY 2
  ON CONFLICT (campaign_id, shard) DO UPDATE SET reserved_micros = c.reserved_micros + excluded.reserved_micros,
    spent_micros = c.spent_micros + excluded.spent_micros, accepted = c.accepted + excluded.accepted;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER bill_new AFTER INSERT ON send_attempts REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION bill_new_attempts();
--> statement-breakpoint
CREATE TRIGGER bill_changed AFTER UPDATE ON send_attempts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION bill_changed_attempts();
--> statement-breakpoint
-- Rows that live shortly and change often: vacuum early, leave room on the page.
ALTER TABLE send_jobs SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
--> statement-breakpoint
ALTER TABLE send_attempts SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
--> statement-breakpoint
ALTER TABLE budgets SET (fillfactor = 30);
--> statement-breakpoint
ALTER TABLE campaign_counters SET (fillfactor = 30);
--> statement-breakpoint
ALTER TABLE campaign_spend SET (fillfactor = 30);
--> statement-breakpoint
ALTER TABLE sending_numbers SET (fillfactor = 30);
--> statement-breakpoint
ALTER TABLE tenant_dispatch SET (fillfactor = 30);
--> statement-breakpoint
-- Asked every few seconds: which attempts nobody could find for a day. There are few of unknown outcome, ever.
CREATE INDEX send_attempts_unknown ON send_attempts (claimed_at) WHERE state = 'unknown';
