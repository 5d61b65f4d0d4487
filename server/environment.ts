import {
  carrierSettings,
  databaseSettings,
  mailSettings,
  processSettings,
  queueSettings,
  trustedProxies,
} from "@smscrm/core/process/environment";
import { z } from "zod";

/** The API's environment variables. */
export const apiSchema = z.object({
  ...processSettings,
  ...databaseSettings,
  // Checked because production requires it; only the worker sends tickets.
  ...queueSettings,
  ...carrierSettings,
  SMTP_URL: mailSettings.SMTP_URL,
  MAIL_FROM: mailSettings.MAIL_FROM,
  TRUSTED_PROXIES: trustedProxies.optional(),
  LEAVE_SECONDS: z.coerce.number().min(0).max(30).optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error"]).default("info"),
});

/**
 * The most connections to the database that one API process opens, by pool. A test adds up all processes of the
 * compose files and compares the sum with the server's limit, so pool sizes are set only here.
 */
export const API_POOLS = { requests: 20, urgent: 6, pipeline: 6, overview: 3 } as const;
