-- People were marked unreachable for good on weak evidence: a code that says nothing about them (21612, 30008, one that is new to
-- us), or failures on any three days. What rests on a known fact about the number stays.
ALTER TABLE "contacts" ADD COLUMN "invalid_until" timestamp with time zone;
--> statement-breakpoint
WITH cleared AS (
  UPDATE contacts SET invalid_reason = NULL, strikes = 0
  WHERE invalid_reason ~ '\(carrier code (21612|30003|30006|30008)\)|new to this program|gave no reason'
  RETURNING tenant_id
)
INSERT INTO audit_log (tenant_id, action, object_kind, detail)
SELECT tenant_id, 'contact.reachable-again', 'contact', jsonb_build_object('contacts', count(*),
  'why', 'They were marked on weak evidence by an earlier version')
FROM cleared GROUP BY tenant_id ORDER BY tenant_id;
--> statement-breakpoint
UPDATE contacts SET strikes = 0 WHERE strikes > 0 AND invalid_reason IS NULL;
