import { withoutValues } from "@smscrm/core/process/loggable-error";
import pino, { type DestinationStream, type Logger } from "pino";

/** Writes one line of JSON per event. Never log a message body, a number, a cookie or a header. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = { name: "api", level, serializers: { error: (error: unknown) => withoutValues(error) } };
  return destination ? pino(options, destination) : pino(options);
}
