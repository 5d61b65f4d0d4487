import { z } from "zod";
import type { StartOptions } from "./start.ts";

/** An empty variable counts as unset. */
const emptyToUnset = (value: unknown) => (value === "" ? undefined : value);
const optional = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(emptyToUnset, schema.optional());
const flag = z.enum(["true", "false", "1", "0"]).transform((value) => value === "true" || value === "1");
const list = z.string().transform((text) => text.split(",").map((item) => item.trim()));

const schema = z.object({
  SIMULATOR_PORT: optional(z.coerce.number().int().min(0).max(65_535)),
  SIMULATOR_HOST: optional(z.string()),
  TWILIO_ACCOUNT_SID: optional(
    z.string().regex(/^AC[0-9a-fA-F]{32}$/, "must be AC and 32 hexadecimal digits"),
  ),
  TWILIO_AUTH_TOKEN: optional(z.string().min(1)),
  SIMULATOR_INBOUND_URL: optional(z.url({ protocol: /^https?$/ })),
  SIMULATOR_NUMBERS: optional(list),
  SIMULATOR_LATENCY_MS: optional(z.coerce.number().min(0).max(60_000)),
  SIMULATOR_REALISM: optional(flag),
  SIMULATOR_SEGMENTS_PER_SECOND: optional(z.coerce.number().positive()),
  SIMULATOR_CONCURRENCY_LIMIT: optional(z.coerce.number().int().positive()),
  SIMULATOR_SEED: optional(z.coerce.number().int()),
  SIMULATOR_DATA_FILE: optional(z.string()),
});

/** Reads the options from the environment; throws one error that names every faulty variable. */
export function readEnv(env: Record<string, string | undefined>): StartOptions {
  const parsed = schema.safeParse(env);
  if (!parsed.success) throw new Error(`The simulator cannot start:\n${z.prettifyError(parsed.error)}`);
  const given = parsed.data;
  return {
    port: given.SIMULATOR_PORT ?? 4010,
    host: given.SIMULATOR_HOST,
    accountSid: given.TWILIO_ACCOUNT_SID,
    authToken: given.TWILIO_AUTH_TOKEN,
    inboundUrl: given.SIMULATOR_INBOUND_URL,
    numbers: given.SIMULATOR_NUMBERS,
    latencyMs: given.SIMULATOR_LATENCY_MS,
    realism: given.SIMULATOR_REALISM ?? true,
    segmentsPerSecond: given.SIMULATOR_SEGMENTS_PER_SECOND,
    concurrencyLimit: given.SIMULATOR_CONCURRENCY_LIMIT,
    seed: given.SIMULATOR_SEED,
    dataFile: given.SIMULATOR_DATA_FILE,
  };
}
