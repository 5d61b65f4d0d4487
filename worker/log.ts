import { withoutValues } from "@smscrm/core/loggable-error";
import { type DestinationStream, type Logger, pino } from "pino";

/** One line of JSON per event. Never a text or a number: errors are logged without the values that they are about. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const serialize = (error: unknown) => withoutValues(error);
  const options = { name: "worker", level, serializers: { err: serialize, error: serialize } };
  return destination ? pino(options, destination) : pino(options);
}
