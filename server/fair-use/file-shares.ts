import type { MiddlewareHandler } from "hono";
import type { Dependencies } from "../dependencies.ts";
import { sessionTokenOf } from "../users/session-token.ts";
import type { Visitors } from "../users/visitor.ts";
import type { FairUse } from "./fair-use.ts";

/** What a request for a file is charged with. The file itself is streamed, and has limits of its own. */
const COST_MS = 20;
const FILES = /^\/uploads\/|\.(?:csv|xlsx)$/;

/** Lets uploads and downloads begin in their person's turn. They hold no place while they run, which may take minutes. */
export function fileShares(
  { publicUrl }: Pick<Dependencies, "publicUrl">,
  visitors: Visitors,
  fairUse: FairUse,
): MiddlewareHandler {
  return async (c, next) => {
    if (FILES.test(c.req.path)) {
      const token = sessionTokenOf(c.req.raw.headers, publicUrl);
      const { address } = visitors.visitorOf(c);
      await fairUse.inTurn({ token, address, costMs: COST_MS }, async () => {});
    }
    return next();
  };
}
