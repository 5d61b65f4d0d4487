import {
  carrierSettings,
  databaseSettings,
  mailSettings,
  processSettings,
  queueSettings,
  trustedProxies,
} from "@smscrm/core/process/environment";
import { z } from "zod";

const KEY_BYTES = 32;

/** 32 bytes in hexadecimal or base64. */
const secretsKey = z
  .string()
  .transform((text) => Buffer.from(text.trim(), /^[0-9a-f]{64}$/i.test(text.trim()) ? "hex" : "base64"))
  .refine(
    (key) => key.length === KEY_BYTES && new Set(key).size > 1,
    "must be 32 random bytes in base64 or hexadecimal, such as openssl rand -base64 32 prints",
  );

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
  SECRETS_KEY: secretsKey.optional(),
  SECRETS_KEY_PREVIOUS: secretsKey.optional(),
  SSO_PRIVATE_NETWORKS: trustedProxies.optional(),
  PUBLIC_STATUS_PAGE: z.enum(["on", "off"]).default("off"),
  LEAVE_SECONDS: z.coerce.number().min(0).max(30).optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error"]).default("info"),
});

/**
 * The most connections to the database that one API process opens, by pool. A test adds up all processes of the
 * compose files and compares the sum with the server's limit, so pool sizes are set only here.
 */
export const API_POOLS = { requests: 20, urgent: 6, pipeline: 6, overview: 3 } as const;
