import { lookup } from "node:dns/promises";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { BlockList, isIP } from "node:net";

/** Where the server may go for an identity provider, which an owner of a tenant names. */
export interface ProviderNetwork {
  /** In production a provider is outside, over https. Elsewhere it may also be on this machine, over http. */
  isProduction: boolean;
  /** Addresses and ranges inside that are allowed nevertheless (SSO_PRIVATE_NETWORKS). */
  allowedRanges: readonly string[];
  /** Returns the addresses of a host. Left out: as the system resolves it. */
  resolve?: (host: string) => Promise<readonly string[]>;
}

/** A request that was not made, or got no usable answer. Its message names the cause and no secret. */
export class ProviderFault extends Error {
  override readonly name = "ProviderFault";
}

/** For a request and its answer together. */
const REQUEST_LIMIT_MS = 5_000;
const ANSWER_BYTES_MAX = 512 * 1024;

/**
 * Ranges that are not the public internet: this machine, private and shared networks, cloud metadata, documentation,
 * benchmarks, multicast, and forms of IPv6 that contain an IPv4 address.
 *
 * Source: IANA's special-purpose address registries (RFC 6890).
 */
const NOT_PUBLIC = [
  ..."0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24".split(
    " ",
  ),
  ..."192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4".split(
    " ",
  ),
  ..."::/96 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20".split(
    " ",
  ),
  ..."5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8".split(" "),
];

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    list.addSubnet(address, Number(bits ?? (family === "ipv6" ? 128 : 32)), family);
  }
  return list;
}

const notPublic = listOf(NOT_PUBLIC);
const loopback = listOf(["127.0.0.0/8", "::1/128"]);
const has = (list: BlockList, address: string) => list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

/** Whether the server may connect to this address. */
function mayConnect(address: string, { isProduction, allowedRanges }: ProviderNetwork): boolean {
  if (isIP(address) === 0) return false;
  if (has(listOf(allowedRanges), address)) return true;
  if (!isProduction && has(loopback, address)) return true;
  return !has(notPublic, address);
}

/** Whether an issuer may have this scheme: https, or outside production http on this machine. */
export function isAllowedScheme(url: URL, { isProduction }: ProviderNetwork): boolean {
  if (url.protocol === "https:") return true;
  const isLocal = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  return url.protocol === "http:" && !isProduction && isLocal;
}

const hostOf = (url: URL) => url.hostname.replace(/^\[|\]$/g, "");

async function addressFor(url: URL, network: ProviderNetwork): Promise<string> {
  const host = hostOf(url);
  const { resolve = resolveBySystem } = network;
  const found = isIP(host)
    ? [host]
    : await resolve(host).catch(() => {
        throw new ProviderFault(`${host} was not found in DNS`);
      });
  const usable = found.find((address) => mayConnect(address, network));
  if (!usable) {
    throw new ProviderFault(
      `${host} is inside a private network. The platform operator can allow it with SSO_PRIVATE_NETWORKS`,
    );
  }
  return usable;
}

async function resolveBySystem(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

interface GivenRequest {
  method?: string | undefined;
  headers?: Record<string, string> | undefined;
  body?: unknown;
}

/**
 * Makes a request to a provider as `fetch` does, within 5 seconds and 512 kB. It looks the host up once, checks the
 * address and connects to that very address, so that DNS can't answer otherwise the second time. It follows no redirect.
 */
export function createProviderFetch(network: ProviderNetwork) {
  return async function providerFetch(address: string, given: GivenRequest = {}): Promise<Response> {
    const url = new URL(address);
    if (!isAllowedScheme(url, network))
      throw new ProviderFault(`${url.host} is not asked over ${url.protocol.slice(0, -1)}, only over https`);
    const limit = AbortSignal.timeout(REQUEST_LIMIT_MS);
    const late = new Promise<never>((_, reject) => {
      limit.addEventListener("abort", () =>
        reject(new ProviderFault(`${url.host} did not answer within ${REQUEST_LIMIT_MS / 1_000} seconds`)),
      );
    });
    return Promise.race([addressFor(url, network).then((ip) => ask(url, ip, given, limit)), late]);
  };
}

function ask(url: URL, ip: string, given: GivenRequest, signal: AbortSignal): Promise<Response> {
  const { method = "GET", headers = {}, body } = given;
  const text = body === undefined || body === null ? "" : String(body);
  const isSecure = url.protocol === "https:";
  const name = hostOf(url);
  const options = {
    host: ip,
    port: url.port || (isSecure ? 443 : 80),
    method,
    path: `${url.pathname}${url.search}`,
    // The certificate must be the name's, not the address's.
    ...(isSecure && !isIP(name) ? { servername: name } : {}),
    headers: {
      ...headers,
      host: url.host,
      "accept-encoding": "identity",
      connection: "close",
      ...(text ? { "content-length": String(Buffer.byteLength(text)) } : {}),
    },
    agent: false as const,
    signal,
  };
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(new ProviderFault(`${url.host} could not be reached (${codeOf(error)})`));
    const request = (isSecure ? requestHttps : requestHttp)(options, (answer) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      answer.on("data", (part: Buffer) => {
        bytes += part.length;
        if (bytes <= ANSWER_BYTES_MAX) return void parts.push(part);
        request.destroy();
        reject(new ProviderFault(`${url.host} answered with more than ${ANSWER_BYTES_MAX / 1024} kB`));
      });
      answer.on("error", fail);
      answer.on("end", () =>
        resolve(responseOf(answer.statusCode ?? 0, answer.headers, Buffer.concat(parts))),
      );
    });
    request.on("error", fail);
    request.end(text);
  });
}

const codeOf = (error: Error) => (error as Error & { code?: string }).code ?? error.name;

function responseOf(
  status: number,
  headers: Record<string, string | string[] | undefined>,
  body: Buffer,
): Response {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value] as [string, string]],
  );
  const isEmpty = status === 204 || status === 304;
  return new Response(isEmpty ? null : new Uint8Array(body), { status, headers: kept });
}
