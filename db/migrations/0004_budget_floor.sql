-- An operator may set spent money back to 0 by hand (the runbook does). A message that was spent before and fails after
-- gives its price back: below 0 that would be money beyond the budget.
CREATE OR REPLACE FUNCTION bill_changed_attempts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
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
