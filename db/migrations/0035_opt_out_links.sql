-- A key for each organisation: the default is computed for every row.
ALTER TABLE "tenants" ADD COLUMN "opt_out_key" "bytea" DEFAULT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) NOT NULL;--> statement-breakpoint
-- A STOP, or an opt-out by link, counts against the message that it answers: the latest that this person was sent in the
-- week before.
CREATE OR REPLACE FUNCTION count_opt_outs() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
  WHERE n.source IN ('reply', 'link')
  GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (minute, tenant_id, shard) DO UPDATE SET opted_out = m.opted_out + excluded.opted_out;
  RETURN NULL;
END $$;
--> statement-breakpoint
-- These countries keep a register, or their operators do. A claim refuses such a name whatever stands here; this shows it.
UPDATE sending_numbers SET registration = 'not-registered'
WHERE kind = 'alphanumeric' AND registration = 'not-required' AND (phone_e164 LIKE '#%' AND country = 'HK' OR country IN (
  'AU', 'BD', 'BY', 'EG', 'ES', 'ID', 'IE', 'IN', 'JO', 'KE', 'KH', 'KW', 'KZ', 'LK', 'PH', 'QA', 'RU', 'SA', 'SG', 'TH', 'VN'));
