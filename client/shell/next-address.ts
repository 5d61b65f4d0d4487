/** Where to go after signing in: only a path of this site, so that a link can't send a person elsewhere. */
export function nextAddress(next: string | string[] | undefined): string {
  const path = Array.isArray(next) ? next[0] : next;
  if (!path?.startsWith("/") || /^\/[/\\]|\p{Cc}/u.test(path) || path.startsWith("/sign-in")) return "/";
  return path;
}

/** The sign-in page that leads back to where the person was. */
export function signInAddress(location: { pathname: string; search: string }): string {
  const here = location.pathname + location.search;
  return here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`;
}
