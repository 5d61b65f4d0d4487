import { withoutValues } from "@smscrm/core/process/loggable-error";
import { type DestinationStream, type Logger, pino } from "pino";

/** Writes one line of JSON per event. Never a text or a number: errors are logged without the values in them. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const serialize = (error: unknown) => withoutValues(error);
  const options = { name: "worker", level, serializers: { err: serialize, error: serialize } };
  return destination ? pino(options, destination) : pino(options);
}
