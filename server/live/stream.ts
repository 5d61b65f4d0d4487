/** Longest life of a live stream: whoever is signed out or loses a role sees no more than this long. */
export const STREAM_MS = 5 * 60_000;
