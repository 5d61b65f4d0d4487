-- A lease was a new version of every leased row, with an entry in each of its indexes: a fifth of what PostgreSQL did
-- for a message. Now it is one row per ticket. The version before leases by due_at and does not see these: while both
-- run, some messages are on two tickets, of which the first claim wins.
CREATE TABLE "send_leases" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"job_ids" uuid[] NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "send_leases_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE send_leases ADD CONSTRAINT send_leases_tenant FOREIGN KEY (tenant_id) REFERENCES tenants (id);
--> statement-breakpoint
ALTER TABLE send_leases ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE send_leases FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own_tenant ON send_leases TO smscrm_app USING (tenant_id = (SELECT current_tenant())) WITH CHECK (tenant_id = (SELECT current_tenant()));
--> statement-breakpoint
CREATE POLICY pipeline ON send_leases TO smscrm_pipeline USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON send_leases TO smscrm_pipeline;
--> statement-breakpoint
-- Where the turns have come to: a newcomer joins there.
ALTER TABLE "tenant_dispatch" ADD COLUMN "turn_began" double precision DEFAULT 0 NOT NULL;--> statement-breakpoint
-- What was sent to a number is found by its contact, which keeps its number: one index does the work of two.
CREATE UNIQUE INDEX "send_jobs_once" ON "send_jobs" USING btree ("contact_id","campaign_id");--> statement-breakpoint
DROP INDEX "send_jobs_once_per_campaign";--> statement-breakpoint
DROP INDEX "send_jobs_phone";--> statement-breakpoint
-- Nothing was looked up by it.
DROP INDEX "send_jobs_in_flight";
