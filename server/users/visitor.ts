import { BlockList, isIP } from "node:net";
import { mayInspect } from "@smscrm/core/process/inspection";
import type { Context } from "hono";
import type { Dependencies } from "../dependencies.ts";
import type { ConnectionBindings } from "../http/listen.ts";
import type { Visitor } from "./check-password.ts";
import { browserTokensOf } from "./known-browser.ts";

export type Visitors = ReturnType<typeof createVisitors>;

/**
 * Finds out who sends a request. Only a trusted proxy (`TRUSTED_PROXIES`) may name another address in X-Forwarded-For.
 * Each proxy adds its caller at the end, so the visitor is the last entry that is not a trusted proxy. What a caller
 * wrote into that header comes before it, and is not trusted.
 */
export function createVisitors({
  publicUrl,
  trustedProxies,
  metricsToken,
}: Pick<Dependencies, "publicUrl" | "trustedProxies" | "metricsToken">) {
  const proxies = listOf(trustedProxies);
  const isProxy = (address: string) => {
    const family = isIP(address);
    return family !== 0 && proxies.check(address, family === 6 ? "ipv6" : "ipv4");
  };
  const connectionOf = (c: Context) => (c.env as ConnectionBindings | undefined)?.remoteAddress ?? null;

  function addressOf(c: Context): string {
    let address = plainOf(connectionOf(c) ?? "unknown");
    const named = (c.req.header("x-forwarded-for") ?? "").split(",").map((each) => plainOf(each.trim()));
    while (isProxy(address)) {
      const before = named.pop();
      if (before === undefined || isIP(before) === 0) break;
      address = before;
    }
    return address;
  }

  return {
    visitorOf(c: Context): Visitor {
      const userAgent = c.req.header("user-agent")?.slice(0, 300) ?? null;
      const browserTokens = browserTokensOf(c.req.header("cookie"), publicUrl);
      return { address: addressOf(c), userAgent, browserTokens };
    },
    /** Whether it is an operator's request: from this machine, or with the token for Prometheus. */
    isInspection(c: Context): boolean {
      const header = (name: string) => c.req.header(name);
      return mayInspect({ remoteAddress: connectionOf(c), header }, metricsToken);
    },
  };
}

/** Returns an IPv4 address without the IPv6 prefix of a dual-stack socket, and any address without its zone. */
function plainOf(address: string): string {
  return address
    .replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "")
    .replace(/%.*$/, "")
    .slice(0, 64);
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
