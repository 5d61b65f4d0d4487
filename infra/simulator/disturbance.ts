/**
 * How the exchange of one request goes wrong. "before" means that nothing was accepted, "after" that the message
 * exists although the client is not told.
 */
export type Disturbance =
  | { kind: "reset-before-accept" | "reset-after-accept" }
  | { kind: "timeout-before-accept" | "timeout-after-accept" }
  | { kind: "error-before-accept" | "error-after-accept"; status: number }
  | { kind: "too-many-requests" };

/** True when the message is accepted in spite of the disturbance. */
export function acceptsAnyway(disturbance: Disturbance): boolean {
  return disturbance.kind.endsWith("after-accept");
}
