-- An import is of contacts, or of numbers that opted out. A list of numbers may have no line of headings.
ALTER TABLE "imports" ADD COLUMN "kind" text DEFAULT 'contacts' NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "has_header" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "opted_out" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_kind" CHECK ("kind" IN ('contacts', 'opt-outs'));--> statement-breakpoint
-- The file that put a number on the list. The import may be gone by then, the number stays.
ALTER TABLE "do_not_contact" ADD COLUMN "import_id" uuid;
