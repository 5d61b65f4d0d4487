import { isIPv6 } from "node:net";

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** The groups of 16 bits that identify a network: a subscriber gets at least a /64, and may use any address in it. */
const NETWORK_GROUPS = 4;

/** Returns the key for throttling an address: an IPv4 address itself, or the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  const [plain = ""] = address.split("%");
  const mapped = MAPPED.exec(plain)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(plain)) return address;
  const [head = "", tail] = plain.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const before = groups(head);
  const after = groups(tail ?? "");
  // A dotted ending counts as two groups. If there is text before it, it is never among the first four.
  const length = before.length + after.length + (plain.includes(".") ? 1 : 0);
  const zeros = tail === undefined ? 0 : 8 - length;
  const all = [...before, ...Array<string>(zeros).fill("0"), ...after];
  const network = all.slice(0, NETWORK_GROUPS).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}
