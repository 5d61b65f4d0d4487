import { withoutValues } from "@smscrm/core/loggable-error";
import pino, { type DestinationStream, type Logger } from "pino";

/** One line of JSON per event. Never a body, a number, a cookie or a header. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = { name: "api", level, serializers: { error: (error: unknown) => withoutValues(error) } };
  return destination ? pino(options, destination) : pino(options);
}
