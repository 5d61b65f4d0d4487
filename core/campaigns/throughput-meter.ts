/** The throughput is the mean of the last `SPAN_MS`. It is measured once readings cover `MS_MIN`. */
const SPAN_MS = 10_000;
const MS_MIN = 2_000;

interface Reading {
  at: Date;
  /** Messages that the carrier has accepted so far. */
  sent: number;
  ratePerSecond: number;
}

/**
 * Measures the throughput over the last ten seconds from repeated readings, because the database counts only whole
 * minutes. Until the readings cover two seconds, it returns the stored rate.
 */
export function createThroughputMeter(): <T extends Reading>(reading: T) => T {
  let seen: { at: number; sent: number }[] = [];
  return (reading) => {
    const at = reading.at.getTime();
    // Keeps the last reading from before the span: the span begins there.
    const begin = seen.findLastIndex((one) => one.at <= at - SPAN_MS);
    seen = [...seen.slice(Math.max(0, begin)), { at, sent: reading.sent }];
    const [first] = seen;
    if (at - first!.at < MS_MIN) return reading;
    return { ...reading, ratePerSecond: ((reading.sent - first!.sent) / (at - first!.at)) * 1_000 };
  };
}
