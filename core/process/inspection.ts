/** A request for information that only operators get: metrics, readiness details, the runbook. */
export interface Inspection {
  /** The address at the other end of the connection, never one from a header. */
  remoteAddress: string | null;
  /** By its name in lower case. */
  header: (name: string) => string | undefined;
}

const LOOPBACK = /^(::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/i;
/** Headers that proxies add. A request with one of them is not local, even if the proxy runs on this machine. */
const PROXY_HEADERS = ["x-forwarded-for", "forwarded", "x-real-ip", "via"];

/** Whether the request comes from this machine itself, or has the token (`METRICS_TOKEN`) if one is set. */
export function mayInspect({ remoteAddress, header }: Inspection, token: string | undefined): boolean {
  const given = /^Bearer (\S+)$/i.exec(header("authorization") ?? "")?.[1];
  if (token !== undefined && given !== undefined && isSame(given, token)) return true;
  return (
    remoteAddress !== null &&
    LOOPBACK.test(remoteAddress) &&
    PROXY_HEADERS.every((name) => header(name) === undefined)
  );
}

/** Compares in constant time, so that the duration reveals nothing about the token. */
function isSame(given: string, token: string): boolean {
  let difference = given.length ^ token.length;
  for (let at = 0; at < token.length; at++) difference |= given.charCodeAt(at) ^ token.charCodeAt(at);
  return difference === 0;
}
