-- What the kind of each new reply depended on, for a replay with other words. A column without a default locks nothing for long.
ALTER TABLE "inbound_messages" ADD COLUMN "facts" jsonb;
