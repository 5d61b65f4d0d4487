import type { Forecast } from "../campaigns/forecast.ts";

export interface CostRange {
  lowMicros: number;
  likelyMicros: number;
  highMicros: number;
}

export interface CurvePoint {
  at: Date;
  sent: number;
}

const CURVE_POINTS = 200;

/** `low` leaves out recipients whom the forecast does not reach in time. */
export function costRange(costMicros: number, flow: Forecast | null): CostRange {
  return {
    lowMicros: Math.min(costMicros, Math.round(flow?.costMicros ?? costMicros)),
    likelyMicros: costMicros,
    highMicros: costMicros,
  };
}

/** Straight lines between points: a chart needs a few hundred at most. */
export function thinnedCurve(flow: Forecast | null): CurvePoint[] {
  const curve = flow?.curve ?? [];
  const step = Math.ceil(curve.length / CURVE_POINTS) || 1;
  return curve
    .filter((_, index) => index % step === 0 || index === curve.length - 1)
    .map(({ at, sent }) => ({ at, sent }));
}
