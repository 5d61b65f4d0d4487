-- When a campaign goes: at a time by each recipient's own clock, spread over some time, or with a speed limit of its own.
-- Columns with a constant default: nothing is rewritten. The tokens of such limits are in the row that each turn writes.
ALTER TABLE "campaigns" ADD COLUMN "local_time" jsonb;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "spread_minutes" integer;--> statement-breakpoint
ALTER TABLE "campaigns" ADD COLUMN "messages_per_minute" integer;--> statement-breakpoint
ALTER TABLE "tenant_dispatch" ADD COLUMN "campaign_tokens" jsonb DEFAULT '{}'::jsonb NOT NULL;
--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_spread_minutes" CHECK (spread_minutes > 0) NOT VALID;--> statement-breakpoint
ALTER TABLE "campaigns" ADD CONSTRAINT "campaigns_messages_per_minute" CHECK (messages_per_minute > 0) NOT VALID;
