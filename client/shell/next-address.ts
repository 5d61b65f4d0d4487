/** Returns where to go after signing in. Only a path of this site, so that a link can't lead to another site. */
export function nextAddress(next: string | string[] | undefined): string {
  const path = Array.isArray(next) ? next[0] : next;
  if (!path?.startsWith("/") || /^\/[/\\]|\p{Cc}/u.test(path) || path.startsWith("/sign-in")) return "/";
  return path;
}

/** Returns the address of the sign-in page, which leads back to this page. */
export function signInAddress(location: { pathname: string; search: string }): string {
  const here = location.pathname + location.search;
  return here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`;
}
