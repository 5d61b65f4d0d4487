ALTER TABLE "sending_numbers" ADD COLUMN "carrier_registration" text;--> statement-breakpoint
ALTER TABLE "sending_numbers" ADD COLUMN "carrier_registration_reason" text;--> statement-breakpoint
ALTER TABLE "sending_numbers" ADD COLUMN "carrier_registration_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sending_numbers" ADD COLUMN "carrier_registration_read_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sending_numbers" ADD COLUMN "carrier_registration_asked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "sending_numbers" ADD COLUMN "carrier_registration_failure" text;--> statement-breakpoint
ALTER TABLE "sending_numbers" ADD CONSTRAINT "sending_numbers_carrier_registration"
  CHECK (carrier_registration IN ('registered', 'pending', 'not-registered', 'refused'));--> statement-breakpoint
-- One row for the installation: there is one carrier account, and its numbers belong to many tenants.
CREATE TABLE "registration_checks" (
	"id" integer PRIMARY KEY NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "registration_checks_one" CHECK (id = 1)
);
--> statement-breakpoint
INSERT INTO registration_checks (id, due_at) VALUES (1, now());--> statement-breakpoint
GRANT SELECT, UPDATE ON registration_checks TO smscrm_pipeline;
--> statement-breakpoint
-- A member asks for the account to be read again.
GRANT UPDATE (carrier_registration_asked_at) ON sending_numbers TO smscrm_app;
