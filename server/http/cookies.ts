/** A browser accepts a cookie with this prefix only over https, from this exact host and for all of its paths. */
const HOST_PREFIX = "__Host-";

export const isSecure = (publicUrl: string) => publicUrl.startsWith("https:");

/** Returns the name of a cookie on this server. Over http a browser refuses the prefix, so it is left out. */
export const cookieName = (name: string, publicUrl: string) =>
  isSecure(publicUrl) ? `${HOST_PREFIX}${name}` : name;

/** Returns all cookies of a request in the order in which they were sent. A name may occur more than once. */
export function cookiesOf(header: string | null | undefined): { name: string; value: string }[] {
  return (header ?? "").split(";").flatMap((part) => {
    const at = part.indexOf("=");
    return at < 0 ? [] : [{ name: part.slice(0, at).trim(), value: part.slice(at + 1).trim() }];
  });
}

export function cookieValues(header: string | null | undefined, name: string): string[] {
  return cookiesOf(header)
    .filter((cookie) => cookie.name === name)
    .map(({ value }) => value);
}
