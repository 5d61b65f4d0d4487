-- Which countries' recommended hours apply beside a tenant's own. Nothing is chosen yet, so the default holds: see core/time/destination-hours.ts.
ALTER TABLE "tenants" ADD COLUMN "destination_hours" jsonb DEFAULT '{}'::jsonb NOT NULL;
--> statement-breakpoint
ALTER TABLE tenants
  ADD CONSTRAINT tenants_destination_hours_object CHECK (jsonb_typeof(destination_hours) = 'object') NOT VALID;
--> statement-breakpoint
GRANT UPDATE (destination_hours) ON tenants TO smscrm_app;
--> statement-breakpoint
-- A day may have several windows, as a list. Each must lie within one window of the same day of the limit.
CREATE OR REPLACE FUNCTION hours_within(hours jsonb, hours_limit jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT hours_limit IS NULL OR (jsonb_typeof(hours) = 'array' AND NOT EXISTS (
    SELECT 1 FROM jsonb_array_elements(CASE jsonb_typeof(hours) WHEN 'array' THEN hours ELSE '[]' END)
      WITH ORDINALITY AS each (day, position)
    CROSS JOIN LATERAL jsonb_array_elements(
      CASE jsonb_typeof(day) WHEN 'array' THEN day WHEN 'object' THEN jsonb_build_array(day) ELSE '[]' END) AS hour (span)
    CROSS JOIN LATERAL (SELECT hours_limit -> (position::int - 1) AS day) AS allowed
    WHERE NOT EXISTS (
      SELECT 1 FROM jsonb_array_elements(CASE jsonb_typeof(allowed.day)
        WHEN 'array' THEN allowed.day WHEN 'object' THEN jsonb_build_array(allowed.day) ELSE '[]' END) AS outer_hour (span)
      WHERE coalesce(hour.span ->> 'open' COLLATE "C" >= outer_hour.span ->> 'open'
        AND hour.span ->> 'close' COLLATE "C" <= outer_hour.span ->> 'close', false))))
$$;
