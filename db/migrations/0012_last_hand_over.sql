-- When a campaign's last message went, beside its minutes' counts. It was looked up among the newest messages of all
-- campaigns: for one that had been quiet while others sent, that were hundreds of thousands of rows, on each look.
ALTER TABLE "campaign_pace" ADD COLUMN "last_handed_over_at" timestamp with time zone;--> statement-breakpoint
CREATE OR REPLACE FUNCTION count_pace() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  INSERT INTO campaign_pace AS p (tenant_id, campaign_id, minute, writer, handed_over, delivered, undelivered, rejected,
    last_handed_over_at)
  SELECT tenant_id, campaign_id, date_trunc('minute', claimed_at), pg_backend_pid(), sum(handed_over), sum(delivered),
    sum(undelivered), sum(rejected), max(handed_over_at)
  FROM (
    SELECT tenant_id, campaign_id, claimed_at, taken::int AS handed_over,
      (taken AND coalesce(carrier_status = 'delivered', false))::int AS delivered,
      (taken AND coalesce(carrier_status IN ('failed', 'undelivered'), false))::int AS undelivered,
      (state = 'rejected')::int AS rejected, handed_over_at
    FROM (SELECT *, state IN ('accepted', 'presumed-sent', 'unknown') AS taken FROM new_rows) n
    UNION ALL
    SELECT tenant_id, campaign_id, claimed_at, -taken::int,
      -(taken AND coalesce(carrier_status = 'delivered', false))::int,
      -(taken AND coalesce(carrier_status IN ('failed', 'undelivered'), false))::int,
      -(state = 'rejected')::int, NULL
    FROM (SELECT *, state IN ('accepted', 'presumed-sent', 'unknown') AS taken FROM old_rows) o
  ) sides
  GROUP BY 1, 2, 3
  HAVING sum(handed_over) <> 0 OR sum(delivered) <> 0 OR sum(undelivered) <> 0 OR sum(rejected) <> 0
  ORDER BY 2, 3
  ON CONFLICT (campaign_id, minute, writer) DO UPDATE SET handed_over = p.handed_over + excluded.handed_over,
    delivered = p.delivered + excluded.delivered, undelivered = p.undelivered + excluded.undelivered,
    rejected = p.rejected + excluded.rejected,
    last_handed_over_at = greatest(p.last_handed_over_at, excluded.last_handed_over_at);
  RETURN NULL;
END $$;--> statement-breakpoint
-- As far back as a stop's proof looks.
UPDATE campaign_pace p SET last_handed_over_at = known.last
FROM (
  SELECT campaign_id, date_trunc('minute', claimed_at) AS minute, max(handed_over_at) AS last FROM send_attempts
  WHERE id >= (lpad(to_hex(floor(extract(epoch FROM now() - interval '6 hours') * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
  GROUP BY 1, 2
) known
WHERE p.campaign_id = known.campaign_id AND p.minute = known.minute;
