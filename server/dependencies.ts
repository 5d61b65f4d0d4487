import type { Reports } from "@smscrm/db/monitoring/reports";
import type { Logger } from "pino";
import type { Databases } from "./databases.ts";
import type { FairUseLimits } from "./fair-use/fair-use.ts";
import type { ClickBuffer } from "./links/click-buffer.ts";
import type { Mailer } from "./mail/mailer.ts";
import type { Metrics } from "./monitoring/metrics.ts";
import type { SingleSignOn } from "./users/single-sign-on/setup.ts";
import type { Intake } from "./webhooks/intake.ts";

/** What main.ts opens and passes on. Importing a file opens nothing. */
export interface Dependencies extends Omit<Databases, "close"> {
  /** The database that exports read. */
  reports: Reports;
  /** Stores verified webhooks: in the database, or on the disk while the database is away. */
  intake: Intake;
  /** Counts the clicks of short links. */
  clicks: ClickBuffer;
  /** Null: no mail server is set. */
  mailer: Mailer | null;
  /** The shares of people and networks. */
  fairUse: FairUseLimits;
  log: Logger;
  metrics: Metrics;
  carrier: "simulator" | "twilio";
  /** The simulator's handset page, if the carrier is the simulator. */
  handsetUrl: string | null;
  /** The public address of this server: scheme, host and port, no path. */
  publicUrl: string;
  /** Addresses and ranges that may name a visitor's address in X-Forwarded-For. */
  trustedProxies: readonly string[];
  /** Whether `/status` shows the service to everybody. */
  publicStatusPage: boolean;
  /** Lets a program on another machine read the metrics. Without a token only this machine may. */
  metricsToken: string | undefined;
  /** Keys, network and DNS for the tenants' identity providers. */
  singleSignOn: SingleSignOn;
  /** The carrier's auth token, and during a rotation the previous one. Webhooks must be signed with one of them. */
  webhookTokens: readonly string[];
  /** The built client, or null if there is none. */
  clientFolder: string | null;
  /** The folder whose free disk space /ready checks. */
  dataFolder: string;
  version: string;
  startedAt: Date;
  /**
   * Aborted when the process is told to stop. It answers requests for LEAVE_SECONDS more, but /health says 503, so that
   * balancers leave it out.
   */
  leaving: AbortSignal;
  /** Aborted when it begins to stop. Open streams then end, so that the process can stop. */
  closing: AbortSignal;
}
