/** Over so long the pace is measured, once it has been watched for the shorter time. */
const SPAN_MS = 10_000;
const LEAST_MS = 2_000;

interface Reading {
  at: Date;
  /** Messages that the carrier took so far. */
  sent: number;
  ratePerSecond: number;
}

/**
 * Measures the pace of what is read again and again: the messages of the last ten seconds, where the database only
 * knows those of whole minutes. Until two seconds are seen, what was read stands.
 */
export function createPaceMeter(): <T extends Reading>(reading: T) => T {
  let seen: { at: number; sent: number }[] = [];
  return (reading) => {
    const at = reading.at.getTime();
    // The last reading from before the span is where it begins.
    const begin = seen.findLastIndex((one) => one.at <= at - SPAN_MS);
    seen = [...seen.slice(Math.max(0, begin)), { at, sent: reading.sent }];
    const [first] = seen;
    if (at - first!.at < LEAST_MS) return reading;
    return { ...reading, ratePerSecond: ((reading.sent - first!.sent) / (at - first!.at)) * 1_000 };
  };
}
