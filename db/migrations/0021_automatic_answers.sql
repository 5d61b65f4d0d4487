-- The program's own answers are messages like all others: gates, budget, attempt, conversation.
ALTER TABLE campaigns DROP CONSTRAINT campaigns_kind;
--> statement-breakpoint
ALTER TABLE campaigns ADD CONSTRAINT campaigns_kind CHECK (kind IN ('campaign', 'reply', 'test', 'answer', 'confirmation'));
--> statement-breakpoint
-- At most one a day for each person, and one confirmation of an opt-out: the process that inserts the row answers.
CREATE TABLE "automatic_answers" (
	"tenant_id" uuid NOT NULL,
	"phone_e164" text NOT NULL,
	"day" date NOT NULL,
	"kind" text NOT NULL,
	CONSTRAINT "automatic_answers_pk" PRIMARY KEY("tenant_id","phone_e164","day","kind"),
	CONSTRAINT "automatic_answers_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id")
);
--> statement-breakpoint
CREATE INDEX "automatic_answers_day" ON "automatic_answers" USING btree ("day");
--> statement-breakpoint
ALTER TABLE automatic_answers ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE automatic_answers FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON automatic_answers TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON automatic_answers TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON automatic_answers TO smscrm_pipeline;
--> statement-breakpoint
GRANT SELECT ON automatic_answers TO smscrm_app;
--> statement-breakpoint
-- A "yes" was taken for START: it lifted opt-outs that were said in a sentence, and made express consent out of nothing. Both
-- go back to what was before, and each tenant's log says how many.
WITH last_word AS (
  SELECT DISTINCT ON (tenant_id, from_phone) tenant_id, from_phone, kind, body FROM inbound_messages
  WHERE tenant_id IS NOT NULL AND kind IN ('opt-out', 'opt-in')
  ORDER BY tenant_id, from_phone, id DESC
), said_yes AS (
  SELECT tenant_id, from_phone FROM last_word WHERE kind = 'opt-in' AND body ~* '^\W*yes\W*$'
), back AS (
  INSERT INTO do_not_contact (tenant_id, phone_e164, source, note)
  SELECT y.tenant_id, y.from_phone, 'reply', 'Put back: a "yes" had lifted it' FROM said_yes y
  WHERE y.from_phone ~ '^\+[1-9][0-9]{6,14}$' AND EXISTS (
    SELECT 1 FROM inbound_messages m
    WHERE m.tenant_id = y.tenant_id AND m.from_phone = y.from_phone AND m.kind = 'opt-out')
  ON CONFLICT DO NOTHING RETURNING tenant_id, phone_e164
), consent AS (
  UPDATE contacts c SET updated_at = now(), consent_expires_at = earlier.expires_at,
    consent_basis = CASE WHEN back.phone_e164 IS NOT NULL THEN 'withdrawn' ELSE coalesce(earlier.basis, 'unknown') END
  FROM said_yes y
  LEFT JOIN back ON back.tenant_id = y.tenant_id AND back.phone_e164 = y.from_phone
  LEFT JOIN LATERAL (
    SELECT e.basis, e.expires_at FROM consents e
    WHERE e.tenant_id = y.tenant_id AND e.phone_e164 = y.from_phone AND e.basis <> 'withdrawn' AND e.source <> 'reply'
    ORDER BY e.id DESC LIMIT 1
  ) earlier ON true
  WHERE c.tenant_id = y.tenant_id AND c.phone_e164 = y.from_phone AND c.consent_basis = 'express'
  RETURNING c.tenant_id
), counted AS (
  SELECT tenant_id, count(*) FILTER (WHERE what = 'back') AS back, count(*) FILTER (WHERE what = 'consent') AS consents
  FROM (SELECT tenant_id, 'back' AS what FROM back UNION ALL SELECT tenant_id, 'consent' FROM consent) changed GROUP BY 1
)
INSERT INTO audit_log (tenant_id, action, object_kind, detail)
SELECT tenant_id, 'opt-out.put-back', 'phone', jsonb_build_object('optOuts', back, 'consents', consents)
FROM counted ORDER BY tenant_id;
