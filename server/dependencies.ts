import type { Pipeline, TenantDatabase } from "@smscrm/db/connection";
import type { Reports } from "@smscrm/db/reports";
import type { Logger } from "pino";
import type { Metrics } from "./metrics.ts";
import type { Intake } from "./webhooks/intake.ts";

/** What the composition root opens and the rest is handed. Nothing here is opened by importing a file. */
export interface Dependencies {
  /** Row by row for one tenant: what every procedure uses. */
  database: TenantDatabase;
  /** Across tenants: webhooks, memberships, the system's own state. */
  pipeline: Pipeline;
  /** Where exports are read. */
  reports: Reports;
  /** Where verified webhooks go: the database, or the disk while that is away. */
  intake: Intake;
  log: Logger;
  metrics: Metrics;
  carrier: "simulator" | "twilio";
  /** The simulator's page of handsets, where there is a simulator. */
  handsetUrl: string | null;
  /** Where people and the carrier reach this server: scheme, host and port, no path. */
  publicUrl: string;
  /** The carrier's auth token, and during a rotation the one before it. Webhooks must be signed with one of them. */
  webhookTokens: readonly string[];
  /** The built client, or null where there is none to serve. */
  clientFolder: string | null;
  /** On the disk whose room /ready looks at. */
  dataFolder: string;
  version: string;
  startedAt: Date;
  /** Aborted when the process begins to stop: open streams end, so that it can. */
  closing: AbortSignal;
}
