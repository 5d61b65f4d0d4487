/**
 * A failure in the exchange of one request. "before" means that nothing was accepted, "after" that the message exists
 * although the client got no answer.
 */
export type Disturbance =
  | { kind: "reset-before-accept" | "reset-after-accept" }
  | { kind: "timeout-before-accept" | "timeout-after-accept" }
  | { kind: "error-before-accept" | "error-after-accept"; status: number }
  | { kind: "too-many-requests" };

/** True if the message is accepted in spite of the disturbance. */
export function acceptsAnyway(disturbance: Disturbance): boolean {
  return disturbance.kind.endsWith("after-accept");
}
