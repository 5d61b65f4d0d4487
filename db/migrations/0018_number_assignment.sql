-- A number can be taken back from a tenant. The row stays for what was sent from it; the number is free for another.
ALTER TABLE "sending_numbers" ADD COLUMN "taken_back_at" timestamp with time zone;
--> statement-breakpoint
DROP INDEX "sending_numbers_phone";
--> statement-breakpoint
CREATE UNIQUE INDEX "sending_numbers_phone" ON "sending_numbers" USING btree ("phone_e164") WHERE kind <> 'alphanumeric' AND taken_back_at IS NULL;
--> statement-breakpoint
-- Who had it before, for a STOP that comes to it later.
CREATE INDEX "sending_numbers_former" ON "sending_numbers" USING btree ("phone_e164") WHERE taken_back_at IS NOT NULL;
--> statement-breakpoint
ALTER TABLE sending_numbers ADD CONSTRAINT sending_numbers_taken_back CHECK (taken_back_at IS NULL OR status = 'retired');
--> statement-breakpoint
-- Texts to a number of nobody, which an assignment looks for.
CREATE INDEX "inbound_messages_unassigned" ON "inbound_messages" USING btree ("to_phone") WHERE tenant_id IS NULL;
--> statement-breakpoint
-- Whose a number is, the platform's operator says: on behalf of a tenant only a name can be added, and no row can become
-- another number or another tenant's.
CREATE POLICY names_only ON sending_numbers AS RESTRICTIVE FOR INSERT TO smscrm_app WITH CHECK (kind = 'alphanumeric');
--> statement-breakpoint
REVOKE UPDATE ON sending_numbers FROM smscrm_app;
--> statement-breakpoint
GRANT UPDATE (status, rested_until, rest_reason, registration, registration_reference, registered_on, label,
  segments_per_second, warm_up_started_on, warm_up_schedule) ON sending_numbers TO smscrm_app;
