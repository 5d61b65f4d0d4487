-- Whether a campaign shortens its links is part of what is approved.
CREATE OR REPLACE FUNCTION end_launch_approvals() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  is_changed boolean := (NEW.name, NEW.body, NEW.audience, NEW.purpose, NEW.topic, NEW.quiet_hours, NEW.smart_encoding, NEW.expires_at, NEW.local_time, NEW.spread_minutes, NEW.messages_per_minute, NEW.canary, NEW.shorten_links)
    IS DISTINCT FROM (OLD.name, OLD.body, OLD.audience, OLD.purpose, OLD.topic, OLD.quiet_hours, OLD.smart_encoding, OLD.expires_at, OLD.local_time, OLD.spread_minutes, OLD.messages_per_minute, OLD.canary, OLD.shorten_links);
BEGIN
  UPDATE launch_approvals a SET
    status = CASE
      WHEN a.status = 'returned' THEN 'returned'
      WHEN a.status = 'approved' AND NEW.status = 'launching' THEN 'used'
      ELSE 'void' END,
    ended_at = now(),
    end_reason = CASE
      WHEN NEW.status = 'launching' THEN 'launched'
      WHEN NEW.status = 'canceled' THEN 'canceled'
      WHEN NEW.status = 'scheduled' AND OLD.status = 'draft' THEN 'scheduled'
      WHEN NEW.status = 'draft' AND OLD.status = 'scheduled' THEN 'unscheduled'
      ELSE 'changed' END
  WHERE a.tenant_id = NEW.tenant_id AND a.campaign_id = NEW.id AND a.ended_at IS NULL
    AND NOT (a.status = 'returned' AND NEW.status = 'draft')
    AND NOT (a.status = 'approved' AND OLD.status = 'draft' AND NEW.status = 'scheduled'
      AND a.launch_at = NEW.scheduled_at AND NOT is_changed);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER end_launch_approvals AFTER UPDATE ON campaigns FOR EACH ROW
WHEN (OLD.status IN ('draft', 'scheduled') AND (
  OLD.status <> NEW.status OR OLD.scheduled_at IS DISTINCT FROM NEW.scheduled_at
  OR OLD.quiet_hours_override_reason IS DISTINCT FROM NEW.quiet_hours_override_reason
  OR (NEW.name, NEW.body, NEW.audience, NEW.purpose, NEW.topic, NEW.quiet_hours, NEW.smart_encoding, NEW.expires_at, NEW.local_time, NEW.spread_minutes, NEW.messages_per_minute, NEW.canary, NEW.shorten_links)
    IS DISTINCT FROM (OLD.name, OLD.body, OLD.audience, OLD.purpose, OLD.topic, OLD.quiet_hours, OLD.smart_encoding, OLD.expires_at, OLD.local_time, OLD.spread_minutes, OLD.messages_per_minute, OLD.canary, OLD.shorten_links)))
EXECUTE FUNCTION end_launch_approvals();
