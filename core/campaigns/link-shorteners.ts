import table from "../data/link-shorteners.json" with { type: "json" };

const HOSTS: ReadonlySet<string> = new Set(table.hosts);
/** Hosts in a text, with or without a scheme, that have a path behind them. */
const LINKED_HOST = /(?<![\p{L}\p{N}@._-])(?:https?:\/\/)?((?:[a-z0-9-]{1,63}\.)+[a-z]{2,24})(?=[/?#]\S)/giu;

/** Whether a host is a public URL shortener, which leads wherever anybody likes. */
export const isPublicShortener = (host: string): boolean => HOSTS.has(host.replace(/^www\./, ""));

/** Returns the public URL shorteners that a text links to, each once. Carriers filter texts with them. */
function publicShorteners(text: string): string[] {
  const hosts = [...text.matchAll(LINKED_HOST)].map(([, host]) => host!.toLowerCase().replace(/^www\./, ""));
  return [...new Set(hosts)].filter((host) => HOSTS.has(host));
}

/** Returns a warning about them for the author, or none. */
export function shortenerWarnings(text: string): string[] {
  const found = publicShorteners(text);
  if (found.length === 0) return [];
  return [
    `Carriers filter texts with links of public shorteners (${found.join(", ")}): use a link of your own domain.`,
  ];
}
